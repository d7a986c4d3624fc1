"""Slurm's short form of names, read back: `a-c[01-03,05],b-c01` are five nodes."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PART = re.compile(r"([^\[\],]+)(?:\[([\d,-]+)\])?")


def names(text: str) -> tuple[str, ...]:
    """Return every name of a host list, in its order."""
    return tuple(name for found in _PART.finditer(text) for name in _names(found[1], found[2]))


def _names(stem: str, ranges: str | None) -> Iterator[str]:
    if ranges is None:
        yield stem
        return
    for part in ranges.split(","):
        first, _, last = part.partition("-")
        for number in range(int(first), int(last or first) + 1):
            yield f"{stem}{number:0{len(first)}d}"
