"""A file of any size and shape is answered in seconds, in bounded memory."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import worlds
from rackwright import console, render
from rackwright.spec.files import LARGEST

SITE = (worlds.ONE_RACK / "site.yaml").read_text()
CSV = "as-built/h1-su01.csv"
HEADER = "rack,tray,serial,bmc_mac,in_band_mac\n"
MAC = "3c:6d:66:00:00:01"
SECONDS = 15
"""Of one processor; two are usual, and the rest is for slow machines."""
MEMORY = 1 << 30

LIMITED = (
    "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]),) * 2);"
    "from pathlib import Path; from rackwright import console, render;"
    "print(len(console.problems_text(render.check(Path(sys.argv[1])))))"
)


def many(line: Callable[[int], str], head: str = "") -> str:
    """Return as many lines as a file may have, after `head`."""
    lines, size = [head], len(head.encode())
    while (size := size + len(line(len(lines)))) <= LARGEST:
        lines.append(line(len(lines)))
    return "".join(lines)


def within(key: str, value: str) -> str:
    before, found, after = SITE.partition(key)
    assert found
    room = LARGEST - len(SITE) - 20
    return f"{before}{key}{value * (room // len(value))}{after}"


def ranges(units: int) -> str:
    """Return a site of 64 racks in each unit, none of them as built, in a few words."""
    head, rest = SITE.split("    scalable_units:\n", 1)
    racks = (
        '{first: 1, count: 64, name: "r{unit:03}x{rack:02}", kind: gb300-nvl72, '
        "state: installed, pool: train}"
    )
    unit = f"    scalable_units: {{first: 1, count: {units}, feed: a, racks: {racks}}}\n"
    return f"{head}{unit}{rest[rest.index('pools:') :]}"


def fabric(number: int) -> str:
    """Return a fabric of as many runs of units as it may have."""
    runs = ", ".join(["{hall: h1, first: 1, count: 999}"] * 99)
    return f"  - {{name: f{number}, kind: quantum-x800, planned_scalable_units: [{runs}]}}\n"


SHAPES: dict[str, Callable[[], tuple[str, str]]] = {
    "unknown keys": lambda: ("site.yaml", many(lambda n: f"k{n}: 1\n", SITE)),
    "one key": lambda: ("site.yaml", many(lambda _: "a: 1\n")),
    "list": lambda: ("site.yaml", within("roles: [", "1,")),
    "words": lambda: ("site.yaml", within("roles: [", "dhpc,")),
    "mappings": lambda: ("site.yaml", within("feeds:\n", "      - {}\n")),
    "ranges": lambda: ("site.yaml", ranges(150)),
    "fabrics": lambda: ("site.yaml", many(fabric, f"{SITE}fabrics:\n")),
    "many fabrics": lambda: (
        "site.yaml",
        SITE.replace("scalable_units: 4 ", "scalable_units: 500 ")
        + "fabrics:\n"
        + "".join(map(fabric, range(99))),
    ),
    "open brackets": lambda: ("site.yaml", "[" * LARGEST),
    "one word": lambda: ("site.yaml", within("domain: ", "a-")),
    "one row": lambda: (CSV, many(lambda _: f"a01,c01,S-1,{MAC},\n", HEADER)),
    "racks": lambda: (CSV, many(lambda n: f"r{n},c01,S-{n},{MAC},\n", HEADER)),
    "short rows": lambda: (CSV, many(lambda _: "x\n", HEADER)),
    "commas": lambda: (CSV, HEADER + "," * (LARGEST - len(HEADER))),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_largest_file_is_answered_in_seconds(
    shape: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, text = SHAPES[shape]()
    assert len(text.encode()) <= LARGEST
    (worlds.copy(tmp_path) / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    begun = time.process_time()
    found = render.check(Path())
    assert found
    assert len(console.problems_text(found)) < 20_000
    assert time.process_time() - begun < SECONDS


@pytest.mark.parametrize("size", [LARGEST, 10_000_000])
@pytest.mark.parametrize("name", ["site.yaml", CSV])
def test_memory_is_bounded(name: str, size: int, tmp_path: Path) -> None:
    (worlds.copy(tmp_path) / name).write_text("x: [" + "1," * (size // 2 - 2))
    checked = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path), str(MEMORY)],
        env={"PYTHONPATH": str(Path(render.__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.stderr == ""
    assert int(checked.stdout) < 2_000


def test_what_nobody_described_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = 3_000
    text = SITE.replace("roles: [", f"roles: [{'dhpc,' * wrong}")
    (worlds.copy(tmp_path) / "site.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    found = render.check(Path())
    assert len(found) == 1_000
    assert sum(1 + problem.others for problem in found) == wrong
    said = console.problems_text(found)
    assert f"… and {wrong - 5} more like it [not-one-of]" in said
    assert said.endswith(f"{wrong} errors in site.yaml")
    notes = [console.problem_annotation(problem) for problem in found if problem.others]
    assert len(notes) == 1
    assert "2,000 more like it are not shown" in notes[0]
