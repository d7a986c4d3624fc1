"""The key of a unit: a digest of all that it is expanded and rendered from.

What every unit may read (the program, the site without its halls, the common values) is in every
key. Of halls and racks a unit's key has those of its own scalable units: an NVLink domain, the one
thing that racks share, is never in two of them (rule `domain-apart`). A fabric does not know which
racks somebody holds, and so no key of a fabric does. As-built data reach a unit
only through what `expand.as_built_read` yields, and so does its key. So a technician's new serial
touches one unit, and a new GUID that unit and its fabric.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from rackwright import expand
from rackwright.asbuilt import file_of
from rackwright.expand import naming
from rackwright.inputs import AS_BUILT, HARDWARE
from rackwright.inventory import Common, Inventory, Unit

if TYPE_CHECKING:
    from rackwright.spec import Loaded, layout


class Root(Struct, frozen=True):
    """What the key of a unit is made of, before any as-built table is parsed."""

    specified: str
    """Digest of all that it is expanded from but as-built data."""
    reads: tuple[tuple[str, Literal["rows", "guids"]], ...]
    """The as-built data it may read: of which units, and what."""

    def key(self, inputs: Mapping[str, str], guids: Mapping[str, str]) -> str:
        """Return the key, with the digests of all inputs and of scalable units' GUIDs."""
        return _digest(
            self.specified,
            [
                (name, rows(inputs, name) if part == "rows" else guids.get(name))
                for name, part in self.reads
            ],
        )


def roots(loaded: Loaded, units: Iterable[Inventory], program: str) -> Mapping[Unit, Root]:
    """Return what the keys of a site's units are made of."""
    found = tuple(units)
    shared, racks = _shared(loaded, found[0].common, program), _racks(loaded)
    halls = {
        hall["name"]: _digest({**hall, "scalable_units": None})
        for hall in loaded.document.data["halls"]
    }
    return {
        each.unit: Root(
            _digest(
                shared,
                each.unit,
                _halls(halls, each),
                [
                    (name, racks[each.unit.kind == "fabric"].get(name))
                    for name in scalable_units(each)
                ],
            ),
            tuple(expand.as_built_read(each.common, each.unit)),
        )
        for each in found
    }


def rows(inputs: Mapping[str, str], unit: str) -> str | None:
    """Return the digest of a scalable unit's or fabric's table; None where it has none."""
    return inputs.get(file_of(unit))


def _halls(halls: Mapping[str, str], unit: Inventory) -> list[tuple[str, str]]:
    """Return what is said of the halls that a unit is in, but of their scalable units."""
    if unit.unit.kind == "site":
        return list(halls.items())
    names = dict.fromkeys(naming.parts(name)[0] for name in scalable_units(unit))
    return [(name, halls[name]) for name in names]


def of_specification(loaded: Loaded, program: str) -> str:
    """Return the digest of everything but as-built tables."""
    folder, _ = AS_BUILT
    files = {name: each for name, each in loaded.inputs.items() if name.split("/")[0] != folder}
    return _digest(program, sorted(files.items()))


def _shared(loaded: Loaded, common: Common, program: str) -> str:
    folder, _ = HARDWARE
    types = {name: each for name, each in loaded.inputs.items() if name.startswith(f"{folder}/")}
    return _digest(program, types, {**loaded.document.data, "halls": None}, common)


def _racks(loaded: Loaded) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return digests of what is said of the racks of scalable units, and of all but their holds.

    The second is what fabrics know of them.
    """
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
    return racks, cabled


def _of_racks(unit: layout.ScalableUnit) -> str:
    """Return the digest of what is said of the racks of a scalable unit."""
    return _digest(unit.feed, unit.second_feed, [_rack(rack) for rack in unit.racks])


def _may_be_held(unit: layout.ScalableUnit) -> bool:
    return any(rack.hold or rack.trays for rack in unit.racks)


def _without_holds(unit: layout.ScalableUnit) -> layout.ScalableUnit:
    from rackwright.spec.racks import Tray

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


def scalable_units(inventory: Inventory) -> tuple[str, ...]:
    """Return the scalable units whose racks a unit is expanded from."""
    if inventory.unit.kind == "scalable-unit":
        return (inventory.unit.name,)
    return tuple(dict.fromkeys(rack.unit for rack in inventory.racks))


def _digest(*parts: object) -> str:
    return sha256(repr(parts).encode(errors="surrogateescape")).hexdigest()
