"""`make bench`: take every measure and print the table.

Needs a tmpfs with room for a few gigabytes, and a network the first time, for the peers.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1] / "infra")]

from bench import peers
from bench.lines import LINES, Line
from bench.measure import Failed
from bench.workshop import Workshop

TMPFS = "/dev/shm"
SHOWN = 14
"""Rooms of the profile that are printed."""


def main() -> None:
    """Measure, print, and write everything as JSON."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--times", type=int, default=5, help="pairs of each measure")
    words.add_argument("--only", action="append", help="a measure: G1, G5b; may be repeated")
    words.add_argument("--json", type=Path, default=HERE / "results.json", metavar="FILE")
    given = words.parse_args()
    lines = [line for line in LINES if not given.only or line.name in given.only]
    needs_peers = any(line.name in {"G3", "G4", "G4b"} for line in lines)
    no_peers = peers.install() if needs_peers else ""
    top = Path(tempfile.mkdtemp(prefix="rackwright-bench-", dir=TMPFS))
    shop = Workshop(top, given.times, no_peers)
    try:
        print(f"{machine()}\n")
        found = [show(line, shop) for line in lines]
        rooms = [] if given.only else list(profile(shop))
        for room, share in rooms[:SHOWN]:
            print(f"{share:6.1%}  {room}")
    finally:
        shop.close()
        shutil.rmtree(top)
    everything = {"machine": machine(), "measures": found, "rooms": dict(rooms)}
    given.json.write_text(json.dumps(everything, indent=2) + "\n")
    print(f"\n{given.json}")


def show(line: Line, shop: Workshop) -> dict[str, Any]:
    """Take a measure, print its row and return it as plain data."""
    limit = f"{'>=' if line.larger else '<='} {line.bound:g}"
    try:
        value, words = line.take(shop)
    except Failed as failed:
        print(f"{line.name:4} {'':>8}  {limit:>8}  not measured: {failed}", flush=True)
        return {"name": line.name, "what": line.what, "not_measured": str(failed)}
    kept = "kept" if line.holds(value) else "MISSED"
    said = f"{value:8,.2f}  {limit:>8}  {kept:6}  {line.what} ({words})"
    print(f"{line.name:4} {said}", flush=True)
    return {
        "name": line.name,
        "what": line.what,
        "value": value,
        "bound": line.bound,
        "stretch": line.stretch or None,
        "kept": line.holds(value),
        "detail": words,
    }


def profile(shop: Workshop) -> Iterator[tuple[str, float]]:
    """Yield the rooms of a whole render and their shares."""
    command = shop.fresh(shop.childress, 1)()
    site = command[command.index("render") + 1]
    said = subprocess.run(
        [sys.executable, HERE / "rooms.py", site],
        env=shop.env,
        capture_output=True,
        text=True,
        check=True,
    )
    print("\nOwn time of a whole render by room, profiled:")
    yield from json.loads(said.stdout).items()


def machine() -> str:
    """Return what the figures were taken on."""
    models = {
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    }
    load = os.getloadavg()[0]
    python = f"Python {platform.python_version()}"
    return f"{os.cpu_count()} x {' '.join(models)}, {python}, load {load:.1f}"


if __name__ == "__main__":
    main()
