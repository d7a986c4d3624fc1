"""Where switches stand: no two things in one rack unit, as far as a list of places can tell.

How tall a switch is stands in no source that we could read, so only the lowest rack unit counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rackwright.expand.fabrics import of_fabric, of_unit
from rackwright.expand.placement import positions
from rackwright.inventory import Inventory, Rack
from rackwright.inventory.cabling import Fabric, Switch
from rackwright.problems import Problem
from rackwright.spec import Loaded

Taken = dict[tuple[str, int], str]
"""By rack and rack unit, who is there."""


def switches_have_places_of_their_own(
    loaded: Loaded, units: tuple[Inventory, ...]
) -> Iterator[Problem]:
    """A cable list that sends two people to one rack unit sends one of them away."""
    places = {fabric.name: place for place, fabric in enumerate(loaded.site.fabrics)}
    said = [fabric for fabric in units[0].common.fabrics if fabric.places]
    racks = {rack.name: rack for rack in units[0].racks} if said else {}
    by_unit: dict[str, list[Rack]] = {}
    for rack in racks.values():
        by_unit.setdefault(rack.unit, []).append(rack)
    taken: Taken = {}
    for fabric in said:
        clashes = list(_clashes(_switches(fabric, by_unit), taken, racks))
        if clashes:
            switch, other = clashes[0]
            tier = switch.tier.replace("-", "_")
            more = f", and {len(clashes) - 1} more like it" if len(clashes) > 1 else ""
            yield loaded.document.problem(
                ("fabrics", places[fabric.name], "places", tier, "rack_units"),
                "switch-place",
                f"{switch.name} would stand where {other} is",
                because=(f"{switch.rack}, rack unit {switch.u}{more}",),
                hint="the name of the rack, or the rack units, must tell them apart",
            )


def _clashes(
    switches: Iterable[Switch], taken: Taken, racks: dict[str, Rack]
) -> Iterator[tuple[Switch, str]]:
    for switch in switches:
        if not switch.u:
            continue
        if switch.rack in racks:
            taken |= _devices(racks.pop(switch.rack))
        other = taken.setdefault((switch.rack, switch.u), switch.name)
        if other != switch.name:
            yield switch, other


def _switches(fabric: Fabric, racks: Mapping[str, list[Rack]]) -> Iterator[Switch]:
    for unit in fabric.planned:
        yield from of_unit(fabric, unit, tuple(racks.get(unit, ())))
    yield from of_fabric(fabric, reserved=False)


def _devices(rack: Rack) -> Taken:
    return {
        (rack.name, slot + above): f"a device of {rack.name}"
        for kind, _, slot in positions(rack.hardware)
        for above in range(kind.height)
    }
