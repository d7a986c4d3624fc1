"""Many names in few words: `h1-su[01-33]-r[01-08]`, as Slurm writes host lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rackwright.expand import naming

_NUMBER = re.compile(r"(\d+)")
_SHOWN = 12


def short(names: Iterable[str], most: int = _SHOWN) -> str:
    """Return names with their numbers as runs; of very many different ones, the first."""
    every = list(dict.fromkeys(names))
    parts = [tuple(_NUMBER.split(name)) for name in every]
    for shape in sorted({len(each) for each in parts}, reverse=True):
        for place in range(shape - 2, 0, -2):
            parts = _merged(parts, shape, place)
    words = ["".join(each) for each in parts]
    more = f", … {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more


def _merged(parts: Sequence[tuple[str, ...]], shape: int, place: int) -> list[tuple[str, ...]]:
    """Return names in parts, those that differ in one number alone as one."""
    found: dict[tuple[str, ...], list[str]] = {}
    for each in parts:
        key = (*each[:place], "", *each[place + 1 :]) if len(each) == shape else each
        found.setdefault(key, []).append(each[place] if len(each) == shape else "")
    return [
        (*key[:place], _runs(numbers), *key[place + 1 :]) if len(key) == shape else key
        for key, numbers in found.items()
    ]


def _runs(numbers: list[str]) -> str:
    if len(numbers) == 1:
        return numbers[0]
    width = len(numbers[0])
    if all(each.isdigit() and each == str(int(each)) for each in numbers):
        width = 1
    elif not all(each.isdigit() and len(each) == width for each in numbers):
        return f"[{','.join(numbers)}]"
    runs = naming.runs(sorted(map(int, numbers)))
    return f"[{','.join(_run(first, last, width) for first, last in runs)}]"


def _run(first: int, last: int, width: int) -> str:
    return f"{first:0{width}d}" if first == last else f"{first:0{width}d}-{last:0{width}d}"
