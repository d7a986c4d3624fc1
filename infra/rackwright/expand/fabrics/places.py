"""Where switches stand: a tier's pattern of rack names, filled switch by switch.

A switch's place among those of its tier, in its unit or in the fabric, gives its rack and its rack
unit, so a unit that is added moves no switch. Where the site does not say, nothing is made up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from rackwright.inventory.cabling import (
    Cable,
    CableChoice,
    End,
    Fabric,
    LengthClass,
    Places,
    Switch,
    Tier,
)
from rackwright.spec import fabrics as spec
from rackwright.spec import patterns


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
    before: Counter[tuple[str, str]] = Counter()
    for switch in switches:
        places = fabric.places.get(switch.tier)
        if places is None or not (switch.rack or places.rack):
            yield switch
            continue
        within = (switch.tier, switch.rack or switch.unit)
        number = before[within]
        before[within] += 1
        rack, column = divmod(number, len(places.rack_units))
        hall, _, index = switch.unit.rpartition("-su")
        filled = patterns.fill(places.rack, hall or fabric.halls[0], int(index or 0), rack + 1)
        yield replace(switch, rack=switch.rack or filled, u=places.rack_units[column])


def led(cables: Iterable[Cable], switches: Mapping[str, Switch]) -> Iterator[Cable]:
    """Yield cables with the places of the switches at their ends."""
    for cable in cables:
        source, target = _end(cable.source, switches), _end(cable.target, switches)
        yield cable._replace(source=source, target=target)


def _end(end: End, switches: Mapping[str, Switch]) -> End:
    there = switches.get(end.device)
    return End(end.device, end.port, there.rack, there.u) if there else end
