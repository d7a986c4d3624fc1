"""The key of a unit: a digest of all that it is expanded and rendered from.

What every unit may read (the program, the site without its halls, the common values) is in every
key. Of halls and racks a unit's key has those of its own scalable units: an NVLink domain, the one
thing that racks share, is never in two of them (rule `domain-apart`). A fabric does not know which
racks somebody holds, and so no key of a fabric does. As-built data reach a unit
only through what `expand.as_built_read` yields, and so does its key. So a technician's new serial
touches one unit, and a new GUID that unit and its fabric.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from rackwright import expand
from rackwright.expand import naming
from rackwright.inputs import AS_BUILT, HARDWARE
from rackwright.inventory import Common, Inventory
from rackwright.spec import Loaded, layout
from rackwright.spec.racks import Tray


class Keys(Struct, frozen=True):
    """What the keys of a site's units are made of, before any as-built table is parsed."""

    loaded: Loaded
    shared: str
    """Digest of what every unit may read."""
    halls: Mapping[str, str]
    """Digest of what is said of each hall but its scalable units."""
    racks: Mapping[str, str]
    """Digest of what is said of the racks of each scalable unit."""
    cabled: Mapping[str, str]
    """The same of what fabrics know of them: all but who holds them."""

    def of(self, unit: Inventory, guids: Mapping[str, str]) -> str:
        """Return the key of a unit; `guids` are the digests of those of scalable units."""
        racks = self.cabled if unit.unit.kind == "fabric" else self.racks
        return _digest(
            self.shared,
            unit.unit,
            self._halls(unit),
            [(name, racks.get(name)) for name in _scalable_units(unit)],
            [
                (name, self.rows(name) if part == "rows" else guids.get(name))
                for name, part in expand.as_built_read(unit.common, unit.unit)
            ],
        )

    def _halls(self, unit: Inventory) -> list[tuple[str, str]]:
        if unit.unit.kind == "site":
            return list(self.halls.items())
        names = dict.fromkeys(naming.parts(name)[0] for name in _scalable_units(unit))
        return [(name, self.halls[name]) for name in names]

    def rows(self, unit: str) -> str | None:
        """Return the digest of a scalable unit's or fabric's table; None where it has none."""
        return self.loaded.inputs.get(self.file(unit))

    def file(self, unit: str) -> str:
        """Return the name of the file that the as-built table of a unit is in."""
        folder, ending = AS_BUILT
        return f"{folder}/{unit}{ending}"


def keys(loaded: Loaded, common: Common, program: str) -> Keys:
    """Return what the keys of a site's units are made of."""
    halls = {
        hall["name"]: _digest({**hall, "scalable_units": None})
        for hall in loaded.document.data["halls"]
    }
    units = {
        naming.unit(hall.name, unit.index): unit
        for hall in loaded.halls
        for unit in hall.scalable_units
    }
    racks = {name: _of_racks(unit) for name, unit in units.items()}
    cabled = {
        name: _of_racks(_without_holds(unit)) if _may_be_held(unit) else racks[name]
        for name, unit in units.items()
    }
    return Keys(loaded, _shared(loaded, common, program), halls, racks, cabled)


def of_specification(loaded: Loaded, program: str) -> str:
    """Return the digest of everything but as-built tables."""
    folder, _ = AS_BUILT
    files = {name: each for name, each in loaded.inputs.items() if name.split("/")[0] != folder}
    return _digest(program, sorted(files.items()))


def _shared(loaded: Loaded, common: Common, program: str) -> str:
    folder, _ = HARDWARE
    types = {name: each for name, each in loaded.inputs.items() if name.startswith(f"{folder}/")}
    return _digest(program, types, {**loaded.document.data, "halls": None}, common)


def _of_racks(unit: layout.ScalableUnit) -> str:
    """Return the digest of what is said of the racks of a scalable unit."""
    return _digest(unit.feed, unit.second_feed, [_rack(rack) for rack in unit.racks])


def _may_be_held(unit: layout.ScalableUnit) -> bool:
    return any(rack.hold or rack.trays for rack in unit.racks)


def _without_holds(unit: layout.ScalableUnit) -> layout.ScalableUnit:
    racks = []
    for rack in unit.racks:
        there = {name: Tray(open=each.open) for name, each in rack.trays.items() if each.open}
        racks.append(replace(rack, hold="", trays=there))
    return replace(unit, racks=tuple(racks))


def _rack(rack: layout.Rack) -> tuple[Any, ...]:
    return (
        rack.name,
        rack.index,
        rack.kind,
        rack.state,
        rack.pool,
        rack.nvlink_domain,
        rack.hold,
        rack.trays,
        rack.decommission,
    )


def _scalable_units(inventory: Inventory) -> tuple[str, ...]:
    """Return the scalable units whose racks a unit is expanded from."""
    if inventory.unit.kind == "scalable-unit":
        return (inventory.unit.name,)
    return tuple(dict.fromkeys(rack.unit for rack in inventory.racks))


def _digest(*parts: object) -> str:
    return sha256(repr(parts).encode(errors="surrogateescape")).hexdigest()
