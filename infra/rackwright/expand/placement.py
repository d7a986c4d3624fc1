"""Which device sits where: the positions of a rack, from its hardware type's numbers alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from msgspec import Struct

from rackwright.expand import naming
from rackwright.hardware import DeviceType, HardwareType


class Seat(Struct, frozen=True):
    """A device position of every rack of a type."""

    kind: DeviceType
    index: int
    slot: int
    label: str


@cache
def seats(devices: tuple[DeviceType, ...]) -> tuple[Seat, ...]:
    """Return the device positions of racks with these devices; all racks of a type share them."""
    return tuple(
        Seat(kind, index, slot, naming.label(kind, index))
        for kind in devices
        for index, slot in zip(range(1, kind.count + 1), _slots(kind), strict=True)
    )


@cache
def by_label(devices: tuple[DeviceType, ...]) -> Mapping[str, Seat]:
    """Return the same by label."""
    return {seat.label: seat for seat in seats(devices)}


def positions(hardware: HardwareType) -> Iterator[tuple[DeviceType, int, int]]:
    """Yield class, index (from 1) and lowest slot of every device position of a rack."""
    for seat in seats(hardware.devices):
        yield seat.kind, seat.index, seat.slot


def _slots(kind: DeviceType) -> Iterator[int]:
    for first, last in kind.slots:
        yield from range(first, last + 1, kind.height)
