"""Where switches stand: a tier's pattern of rack names, filled switch by switch.

A switch's place among those of its tier, in its unit or in the fabric, gives its rack and its rack
unit, so a unit that is added moves no switch. Where the site does not say, nothing is made up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from rackwright.inventory.alike import hole
from rackwright.inventory.cabling import (
    CableChoice,
    End,
    Fabric,
    LengthClass,
    Places,
    Switch,
    Tier,
)

if TYPE_CHECKING:
    from rackwright.spec import fabrics as spec


def described(fabric: Fabric, said: spec.PlannedFabric) -> Fabric:
    """Return a fabric with what the site says of its places and cables."""
    tiers: tuple[tuple[Tier, spec.SwitchPlaces | None], ...] = (
        ("leaf", said.places.leaf),
        ("spine", said.places.spine),
        ("super-spine", said.places.super_spine),
    )
    lengths: tuple[tuple[LengthClass, spec.CableChoice | None], ...] = (
        ("in-rack", said.cables.in_rack),
        ("in-unit", said.cables.in_unit),
        ("in-hall", said.cables.in_hall),
        ("between-halls", said.cables.between_halls),
    )
    return replace(
        fabric,
        places={tier: Places(each.rack or "", each.rack_units) for tier, each in tiers if each},
        choices={
            length: CableChoice(
                metres=each.metres, cable=each.cable or "", transceiver=each.transceiver or ""
            )
            for length, each in lengths
            if each
        },
    )


def placed(fabric: Fabric, switches: Iterable[Switch]) -> Iterator[Switch]:
    """Yield switches of a fabric where they stand; they must be whole tiers, in their order."""
    if not fabric.places:
        yield from switches
        return
    before: Counter[tuple[str, str]] = Counter()
    for switch in switches:
        within = (switch.tier, switch.rack or switch.unit)
        place = stands(fabric, switch.tier, switch.unit, before[within], switch.rack)
        before[within] += 1
        yield replace(switch, rack=place[0], u=place[1]) if place[1] else switch


def stands(fabric: Fabric, tier: Tier, unit: str, number: int, rack: str = "") -> tuple[str, int]:
    """Return the rack and the rack unit of a switch, as far as the site says them.

    It is number so many, from 0, of its tier in `rack` where that is not empty, else in its unit.
    """
    places = fabric.places.get(tier)
    if places is None or not (rack or places.rack):
        return rack, 0
    before, column = divmod(number, len(places.rack_units))
    hall, _, index = unit.rpartition("-su")
    # a pattern of `spec.patterns` has no other holes
    holes = {"hall": hall or fabric.halls[0], "unit": int(index or 0), "rack": before + 1}
    return rack or places.rack.format_map(holes), places.rack_units[column]


def end(device: str, place: tuple[str, int], port: str = "") -> End:
    """Return the end of a cable at a switch that stands there."""
    rack, u = place
    return End(device, port, rack, str(u or ""))


def names(device: str, name: str, place: tuple[str, int]) -> Iterator[tuple[str, str]]:
    """Yield what fills the holes of `hole_end`: the name of a switch, and where it stands."""
    rack, u = place
    yield device, name
    yield f"{device} rack", rack
    yield f"{device} u", str(u or "")


def hole_end(device: str, port: str = "") -> End:
    """Return the end of a harness's cable at a switch: which one is left open, and so its place."""
    return End(hole(device), port, hole(f"{device} rack"), hole(f"{device} u"))
