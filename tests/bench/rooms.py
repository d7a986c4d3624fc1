"""Where the time of a whole render goes: CPU by room of the program, in one process.

A profiler makes small functions look dearer than they are, so these are shares and no times.
"""

from __future__ import annotations

import cProfile
import json
import pstats
import sys
from collections import Counter
from pathlib import Path

PACKAGE = "rackwright/"


def main(site: Path) -> None:
    """Render a site and print the share of every room as JSON."""
    profile = cProfile.Profile()
    profile.enable()
    from rackwright import refresh

    refresh.refresh(site)
    profile.disable()
    shares: Counter[str] = Counter()
    stats = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    for (file, _, name), (_, _, own, _, _) in stats.items():
        shares[_room(file, name)] += own
    total = sum(shares.values())
    print(json.dumps({room: own / total for room, own in shares.most_common()}))


def _room(file: str, name: str) -> str:
    """Return the room, library or part of Python that a function is of."""
    if PACKAGE in file:
        return file.rpartition(PACKAGE)[2].removesuffix(".py").replace("/__init__", "")
    if "/templates/" in file:
        return f"templates/{file.rpartition('/templates/')[2].partition('/')[0]}"
    for library in ("pydantic", "jinja2", "yaml", "msgspec"):
        if f"/{library}" in file or library in name:
            return library
    return "importing" if "importlib" in file else "python itself"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
