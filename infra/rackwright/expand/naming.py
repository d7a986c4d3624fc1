"""What everything is called (NVIDIA's rack import convention, lower case).

`a01-p1-dgx-01-c07` is rack a01, pod (scalable unit) 1, rack 01 in it, compute tray 7. Switch trays
and power shelves are numbered in their rack: `a01-p1-nvsw-03`. A label is the short name inside a
rack.
"""

from __future__ import annotations

from collections.abc import Iterable

from rackwright.hardware import DeviceType


def unit(hall: str, index: int) -> str:
    """Return the name of a scalable unit: `h1-su01`."""
    return f"{hall}-su{index:02d}"


def parts(unit: str) -> tuple[str, int]:
    """Return the hall and the index that the name of a scalable unit is made of."""
    hall, _, index = unit.rpartition("-su")
    return hall, int(index)


def label(kind: DeviceType, index: int) -> str:
    """Return the label of a device in its rack: `c07`, `nvsw-03`."""
    return f"c{index:02d}" if kind.has_host else f"{kind.word}-{index:02d}"


def device(rack: str, pod: int, rack_index: int, kind: DeviceType, index: int) -> str:
    """Return the name of a device, unique in the site."""
    return before_label(rack, pod, rack_index, kind) + label(kind, index)


def before_label(rack: str, pod: int, rack_index: int, kind: DeviceType) -> str:
    """Return what the names of a rack's devices of one class begin with, up to the label."""
    return f"{rack}-p{pod}-{kind.word}-{rack_index:02d}-" if kind.has_host else f"{rack}-p{pod}-"


def leaf(unit: str, word: str, number: int) -> str:
    """Return the name of a leaf of a scalable unit: `h1-su01-cleaf-03`."""
    return f"{unit}-{word}-{number:02d}"


def unit_of(leaf: str) -> str:
    """Return the scalable unit that a leaf belongs to: `h1-su01` of `h1-su01-cleaf-03`."""
    return leaf.rsplit("-", 2)[0]


def spine(fabric: str, word: str, number: int) -> str:
    """Return the name of a spine of a fabric: `h1a-cspine-17`."""
    return f"{fabric}-{word}-{number:02d}"


def super_spine(fabric: str, word: str, number: int) -> str:
    """Return the name of a super-spine of a fabric, which may have hundreds: `ew-cssp-007`."""
    return f"{fabric}-{word}-{number:03d}"


def rack_switch(rack: str, pod: int, number: int) -> str:
    """Return the name of a management switch at the top of a rack: `a01-p1-tor-01`."""
    return f"{rack}-p{pod}-tor-{number:02d}"


def factory_key(switch: str, owner: str, rack: str) -> tuple[str, str]:
    """Return how as-built data names a switch: by unit, fabric or rack, and the label there.

    `owner` is the unit or the fabric that it belongs to, `rack` the one it stands in: `h1-su01`
    and `cleaf-03`, or of a management switch `a01` and `tor-01`.
    """
    before, word, number = switch.rsplit("-", 2)
    return (owner if before == owner else rack), f"{word}-{number}"


def runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Return sorted numbers as runs, first and last: 1 2 3 7 are (1, 3) and (7, 7)."""
    firsts: list[int] = []
    lasts: list[int] = []
    for number in numbers:
        if lasts and number == lasts[-1] + 1:
            lasts[-1] = number
        else:
            firsts.append(number)
            lasts.append(number)
    return list(zip(firsts, lasts, strict=True))
