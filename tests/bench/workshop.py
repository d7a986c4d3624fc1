"""Sites, commands and fresh directories for the measures; what one made, the others use."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from bench import campus, measure
from bench.measure import Cost, Setting

Made = TypeVar("Made")

ROOT = Path(__file__).parents[2]
PROGRAM = "from rackwright.cli import main; main()"


class Workshop:
    """A directory on tmpfs with everything in it."""

    def __init__(self, top: Path, times: int, no_peers: str) -> None:
        self.top = top
        self.times = times
        """How many pairs are measured."""
        self.no_peers = no_peers
        """Why the peers are not there; empty where they are."""
        self.env = {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "PYTHONPATH": str(ROOT / "infra"),
            "LC_ALL": "C.UTF-8",
        }
        self._meter = measure.Meter(self.env, top / "log")
        self._made: dict[str, object] = {}
        self._numbers = itertools.count(1)

    def run(self, argv: Sequence[str]) -> Cost:
        """Run a command and return what it cost."""
        return self._meter.cost(argv)

    def close(self) -> None:
        """End what was started."""
        self._meter.end()

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        """Return what was made under a name; makes it the first time."""
        if name not in self._made:
            self._made[name] = make()
        found: Made = self._made[name]  # type: ignore[assignment]
        return found

    def folder(self, name: str) -> Path:
        """Return a directory that never was."""
        return self.top / f"{name}-{next(self._numbers)}"

    @property
    def childress(self) -> Path:
        """The campus as people write it, never rendered."""
        return self.once("childress", lambda: campus.childress(self.folder("childress")))

    @property
    def rendered(self) -> Path:
        """The campus, rendered and remembered."""
        return self.once("rendered", lambda: self._rendered(self.childress))

    @property
    def nodes(self) -> int:
        """How many compute trays the campus has."""
        return self.once("nodes", lambda: len(list(self._rows(self.childress, ",c"))))

    @property
    def output(self) -> tuple[int, int]:
        """How many files the campus has rendered, and their bytes."""
        return self.once("output", lambda: _size(self.rendered / "rendered"))

    def site(self, units: int) -> Path:
        """Return a campus of so many scalable units, rendered and remembered."""
        return self.once(f"rendered {units}", lambda: self._rendered(self._sized(units)))

    def renders(self, units: int) -> list[Cost]:
        """Return what whole renders of a campus of so many scalable units cost."""
        setting = self.fresh(self._sized(units), 1)
        return self.once(f"costs {units}", lambda: [self.run(setting()) for _ in range(self.times)])

    def fresh(self, site: Path, processes: int) -> Setting:
        """Return the render of a site that was never rendered, in a new copy each time."""
        last: list[Path] = []

        def set_up() -> Sequence[str]:
            for old in last:
                shutil.rmtree(old)
            last[:] = [campus.copy(site, self.folder("fresh"))]
            return self.rackwright("render", last[0], "--processes", str(processes))

        return set_up

    def copying(self) -> Sequence[str]:
        """Return the copying of the rendered campus to a new directory."""
        for old in self.top.glob("copy-*"):
            shutil.rmtree(old)
        return ["cp", "-r", str(self.rendered / "rendered"), str(self.folder("copy"))]

    def committed(self) -> Path:
        """Return the rendered campus as git knows it."""
        tree = self.rendered / "rendered"
        for words in (["init", "-q"], ["add", "-A"]):
            subprocess.run(["git", "-C", self.rendered, *words], check=True)
        return tree

    def rackwright(self, *words: object) -> Sequence[str]:
        """Return a command of the program."""
        return [sys.executable, "-c", PROGRAM, *map(str, words)]

    def python(self, script: str) -> Setting:
        """Return the running of a script."""
        return lambda: [sys.executable, "-c", script]

    def has(self, verb: str) -> bool:
        """Return whether the program knows a verb."""
        said = subprocess.run(
            self.rackwright("--help"), env=self.env, capture_output=True, text=True, check=True
        )
        return f"\n  {verb} " in said.stdout

    def new_serial(self, site: Path) -> Setting:
        """Return the render of a site in which a technician has swapped one tray."""
        return self._new(site, site / "as-built/h1-su01.csv", "SYN", "SYM")

    def new_serial_shown(self, site: Path) -> Setting:
        """Return the diff of a site in which a technician has swapped one tray."""
        swapped = self.new_serial(site)

        def set_up() -> Sequence[str]:
            swapped()
            return self.rackwright("diff", site)

        return set_up

    def new_word(self, site: Path) -> Setting:
        """Return the render of a site in which one rack waits for something."""
        rack = "exceptions: [{index: 3, racks: {exceptions: [{index: 5, hold: leak test}]}}]"
        alike = "{first: 1, count: 33, racks: {first: 1, count: 8}"
        return self._new(site, site / "site.yaml", f"{alike}}}", f"{alike}, {rack}}}")

    def _new(self, site: Path, file: Path, one: str, other: str) -> Setting:
        """Return the render of a site with a word of a file changed, and changed back."""

        def set_up() -> Sequence[str]:
            text = file.read_text()
            old, new = (one, other) if other not in text else (other, one)
            file.write_text(text.replace(old, new, 1))
            return self.rackwright("render", site)

        return set_up

    def _sized(self, units: int) -> Path:
        return self.once(f"site {units}", lambda: campus.sized(self.folder("site"), units))

    def _rendered(self, site: Path) -> Path:
        here = campus.copy(site, self.folder("rendered"))
        self.run(self.rackwright("render", here))
        return here

    def _rows(self, site: Path, word: str) -> list[str]:
        tables = (table.read_text() for table in (site / "as-built").iterdir())
        return [row for table in tables for row in table.splitlines() if word in row]


def _size(folder: Path) -> tuple[int, int]:
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return len(sizes), sum(sizes)
