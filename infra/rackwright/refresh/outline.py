"""What follows from the specification alone, remembered.

Most changes of a campus are rows of as-built tables. To read, judge and expand the specification
again for one takes longer than all that the row asks for. So what units share, the racks of each
scalable unit and what the key of each is made of are kept as they were found, as MessagePack, which
is data and no code. Each unit is read from it alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from rackwright.expand import Expansion
from rackwright.hardware import HardwareType
from rackwright.inventory import Common, Inventory, Outline, Rack, Unit
from rackwright.refresh.keys import Root, scalable_units


class Kept(Struct, frozen=True):
    """A unit; of others than scalable units the racks are those of scalable units."""

    unit: Unit
    root: Root
    racks_of: tuple[str, ...]
    """The scalable units that its racks are in."""
    outline: msgspec.Raw


class Outlines(Struct, frozen=True):
    """A site in whose specification nothing is wrong, its tables aside."""

    common: Common
    hardware: Mapping[str, HardwareType]
    units: tuple[Kept, ...]

    def outline(self, unit: Unit) -> Outline:
        """Return the outline of a unit."""
        kept = next(each for each in self.units if each.unit == unit)
        found = msgspec.msgpack.decode(kept.outline, type=Outline)
        if unit.kind == "scalable-unit":
            return replace(found, racks=tuple(map(self._built, found.racks)))
        return replace(found, racks=self._racks(kept))

    def _racks(self, kept: Kept) -> tuple[Rack, ...]:
        """Return the racks of a unit that is no scalable one, in the order of their numbers."""
        racks = [
            self._built(rack)
            for each in self.units
            if each.unit.kind == "scalable-unit" and each.unit.name in kept.racks_of
            for rack in msgspec.msgpack.decode(each.outline, type=Outline).racks
            if kept.unit.kind != "pool" or rack.pool == kept.unit.name
        ]
        racks.sort(key=lambda rack: (rack.number, rack.name))
        return tuple(racks)

    def _built(self, rack: Rack) -> Rack:
        return replace(rack, hardware=self.hardware[rack.hardware.name])


def encoded(units: Iterable[Inventory], roots: Mapping[Unit, Root]) -> bytes:
    """Return a site to be remembered: the outlines of its units, each of which has a root."""
    hardware: dict[str, HardwareType] = {}
    found = tuple(units)
    kept = tuple(_kept(each, roots[each.unit], hardware) for each in found)
    return msgspec.msgpack.encode(Outlines(found[0].common, hardware, kept))


def _kept(found: Inventory, root: Root, hardware: dict[str, HardwareType]) -> Kept:
    """Return a unit to be remembered, and note the hardware types of its racks."""
    racks: tuple[Rack, ...] = ()
    if found.unit.kind == "scalable-unit":
        hardware.update((rack.hardware.name, rack.hardware) for rack in found.racks)
        racks = tuple(replace(rack, hardware=_bare(rack.hardware)) for rack in found.racks)
    raw = msgspec.msgpack.encode(Outline(racks, found.feeds, found.loops))
    return Kept(found.unit, root, scalable_units(found), msgspec.Raw(raw))


def decoded(raw: bytes) -> Outlines | None:
    """Return what was encoded; None where it is damaged."""
    try:
        return msgspec.msgpack.decode(raw, type=Outlines)
    except msgspec.MsgspecError:
        return None


def read_back(shared: Expansion, raw: bytes) -> Expansion:
    """Return the same site, each unit to be read from the outline when it is asked for."""
    kept = decoded(raw)
    if kept is None:
        raise AssertionError("an outline cannot be read back")
    return replace(shared, common=kept.common, outlined=kept.outline)


def _bare(hardware: HardwareType) -> HardwareType:
    """Return a type that is nothing but its name: all else of it is kept once."""
    return replace(hardware, title="", devices=(), facts=())
