"""Which device sits where: the positions of a rack, from its hardware type's numbers alone."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.hardware import DeviceType, HardwareType


def positions(hardware: HardwareType) -> Iterator[tuple[DeviceType, int, int]]:
    """Yield class, index (from 1) and lowest slot of every device position of a rack."""
    for kind in hardware.devices:
        for index, slot in zip(range(1, kind.count + 1), _slots(kind), strict=True):
            yield kind, index, slot


def _slots(kind: DeviceType) -> Iterator[int]:
    for first, last in kind.slots:
        yield from range(first, last + 1, kind.height)
