"""A fabric's switches and cables by name, and why each of their numbers is what it is.

Nothing keeps cables, so they are made when somebody asks: those of one fabric, of all the units
that the specification has. A switch shows what is plugged into each of its ports.

    fabrics.ib1.spines
    fabrics.ib1.switches.h1-su18-cleaf-03.ports.sw1p1
    fabrics.ib1.cables.h1-su18-r01--h1-su18-cleaf-01/07
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec.structs import asdict

from rackwright import expand
from rackwright.expand.fabrics import of_kind
from rackwright.expand.fabrics.clos import TRAYS_PER_RACK, Clos
from rackwright.expand.fabrics.kind import Kind
from rackwright.inventory import Inventory, Rack, Unit
from rackwright.inventory.cabling import Cable, Cables, Fabric, Switch
from rackwright.spec import Loaded
from rackwright.trace.reasons import Reason

SWITCHES, CABLES = "switches", "cables"


def inside(loaded: Loaded, fabric: Fabric) -> Mapping[str, Mapping[str, Any]]:
    """Return a fabric's switches and cables by name; of a switch also what its ports lead to."""
    inventory = expand.expand(loaded, Unit("fabric", fabric.name))
    cables = {cable.label: cable for cable in _cables(inventory, fabric)}
    ports: dict[str, dict[str, Cable]] = {}
    for cable in cables.values():
        for end in (cable.source, cable.target):
            ports.setdefault(end.device, {})[end.port] = cable
    switches = {
        switch.name: {
            **asdict(switch),
            "ports": ports.get(switch.name, {}),
        }
        for switch in _switches(inventory, fabric)
    }
    return {SWITCHES: switches, CABLES: cables}


def is_list(words: list[str]) -> bool:
    """Return whether `words`, which begin with the fabric's name, lead to many things at once."""
    return words[1:] in ([SWITCHES], [CABLES]) or (words[1] == SWITCHES and words[3:] == ["ports"])


def why(loaded: Loaded, words: list[str]) -> Iterator[Reason]:
    """Yield why a value is what it is; `words` begin with the fabric's name and lead to one."""
    name, part, *rest = words
    inventory = expand.expand(loaded, Unit("fabric", name))
    fabric = next(each for each in inventory.common.fabrics if each.name == name)
    if part not in (SWITCHES, CABLES):
        yield from _number(fabric, part)
    elif part == CABLES or rest[1:2] == ["ports"]:
        cable = _asked(inventory, fabric, part, rest)
        yield from _ends(inventory, fabric, cable)
    else:
        switch = next(each for each in _switches(inventory, fabric) if each.name == rest[0])
        yield from _switch(fabric, switch)
    yield from _planned(loaded, fabric)


def _asked(inventory: Inventory, fabric: Fabric, part: str, rest: list[str]) -> Cable:
    for cable in _cables(inventory, fabric):
        ends = [(end.device, end.port) for end in (cable.source, cable.target)]
        if cable.label == rest[0] if part == CABLES else (rest[0], rest[2]) in ends:
            return cable
    raise LookupError(rest)  # the path was walked before


def _racks(inventory: Inventory, unit: str) -> tuple[Rack, ...]:
    return tuple(rack for rack in inventory.racks if rack.unit == unit)


def _units(inventory: Inventory, fabric: Fabric) -> Iterator[str]:
    return (unit for unit in fabric.planned if unit in inventory.common.units)


def _switches(inventory: Inventory, fabric: Fabric) -> Iterator[Switch]:
    yield from inventory.switches
    for unit in _units(inventory, fabric):
        yield from of_kind(fabric.kind).switches(fabric, unit, _racks(inventory, unit))


def _cables(inventory: Inventory, fabric: Fabric) -> Iterator[Cable]:
    kind = of_kind(fabric.kind)
    for unit in _units(inventory, fabric):
        racks = _racks(inventory, unit)
        yield from Cables(kind.downlinks(fabric, rack) for rack in racks)
        yield from Cables(kind.between(fabric, unit, racks))
    yield from inventory.cables


def _number(fabric: Fabric, field: str) -> Iterator[Reason]:
    kind = of_kind(fabric.kind)
    reason = _NUMBERS.get(field)
    if reason and kind.clos:
        yield Reason(reason(kind, kind.clos, fabric))
    elif reason:
        yield Reason("each rack has its own switches, and nothing is above them")
    elif field in ("model", "ports", "unproven"):
        yield Reason(f"every {fabric.kind} has it so")


def _leaves(_kind: Kind, clos: Clos, _fabric: Fabric) -> str:
    return (
        f"a tray has {len(clos.lanes)} ports, and a leaf takes one of them of "
        f"{clos.racks_per_leaf} racks: {len(clos.lanes)} x {clos.groups} for "
        f"{clos.racks_per_unit} racks"
    )


def _spines(kind: Kind, clos: Clos, fabric: Fabric) -> str:
    pods = len(fabric.planned) if kind.pods else 1
    leaves = fabric.leaves_per_unit * len(fabric.planned) // pods // clos.planes
    each = fabric.spines // pods // clos.planes
    whole = f"{each} for {leaves} leaves: the smallest divisor of the {clos.uplinks} cables that a "
    planes = f", in each of {clos.planes} planes" if clos.planes > 1 else ""
    units = f" of {pods} units" if kind.pods else ""
    return f"{whole}leaf has up that is at least half of them{planes}{units}"


def _links(kind: Kind, clos: Clos, fabric: Fabric) -> str:
    pods = len(fabric.planned) if kind.pods else 1
    spines = fabric.spines // pods // clos.planes
    return f"a leaf has {clos.uplinks} cables up, as many as down, and {spines} spines above it"


def _super_spines(_kind: Kind, _clos: Clos, fabric: Fabric) -> str:
    if not fabric.super_spines:
        return "two tiers reach its plan"
    groups = _groups(fabric)
    return (
        f"{groups} groups of spines x {fabric.super_spines // groups}: the smallest divisor of the "
        f"cables that a spine has up that is at least half of {len(fabric.planned)} units"
    )


_NUMBERS: Mapping[str, Callable[[Kind, Clos, Fabric], str]] = {
    "leaves_per_unit": _leaves,
    "spines": _spines,
    "links": _links,
    "super_spines": _super_spines,
    "super_links": _super_spines,
}
"""Why, by field of a fabric that has tiers."""


def _switch(fabric: Fabric, switch: Switch) -> Iterator[Reason]:
    owner = switch.rack or switch.unit or f"fabric {fabric.name}"
    yield Reason(f"a {switch.tier} of {owner}; {switch.model} is what {fabric.kind} is made of")
    if switch.reserved:
        yield Reason("nothing that is installed needs it yet")


def _ends(inventory: Inventory, fabric: Fabric, cable: Cable) -> Iterator[Reason]:
    kind = of_kind(fabric.kind)
    rack = next((each for each in inventory.racks if each.name == cable.source.rack), None)
    if kind.clos is None:
        yield Reason("its port is the next free one of its class in the rack, in a fixed order")
    elif rack:
        yield from _down(kind.clos, cable, rack)
    else:
        lower = next(
            each for each in _switches(inventory, fabric) if each.name == cable.source.device
        )
        yield from _up(kind, kind.clos, fabric, lower, cable)


def _down(clos: Clos, cable: Cable, rack: Rack) -> Iterator[Reason]:
    place, group = (rack.index - 1) % clos.racks_per_leaf, (rack.index - 1) // clos.racks_per_leaf
    lane = clos.lanes.index(cable.source.port)
    port = place * TRAYS_PER_RACK + cable.sequence
    yield Reason(
        f"leaf {lane * clos.groups + group + 1} = lane {lane} of {cable.source.port}, from 0, x "
        f"{clos.groups} + group {group} of rack {rack.index} + 1"
    )
    yield Reason(
        f"port {port} = rack {place} of the leaf, from 0, x {TRAYS_PER_RACK} + tray "
        f"{cable.sequence}: {cable.target.port}"
    )


def _up(kind: Kind, clos: Clos, fabric: Fabric, lower: Switch, cable: Cable) -> Iterator[Reason]:
    in_plane = fabric.leaves_per_unit // clos.planes
    unit, number = fabric.planned.index(lower.unit), _last(cable.source.device)
    if lower.tier == "spine":
        place, links, above = unit, fabric.super_links, fabric.super_spines // _groups(fabric)
    else:
        place = (number - 1) % in_plane + (0 if kind.pods else unit * in_plane)
        links, above = fabric.links, clos.uplinks // fabric.links
    upper = (_last(cable.target.device) - 1) % above
    up = clos.first_up + upper * links + cable.sequence - 1
    yield Reason(
        f"port {up} = {clos.first_up}, its first up, + switch {upper} above it, from 0, x {links} "
        f"+ cable {cable.sequence} - 1: {cable.source.port}"
    )
    yield Reason(
        f"port {place * links + cable.sequence} = place {place}, from 0, among all below x {links} "
        f"+ cable {cable.sequence}: {cable.target.port}"
    )


def _groups(fabric: Fabric) -> int:
    return fabric.spines // len(fabric.planned)


def _last(name: str) -> int:
    return int(name.rsplit("-", 1)[1])


def _planned(loaded: Loaded, fabric: Fabric) -> Iterator[Reason]:
    place = [each.name for each in loaded.site.fabrics].index(fabric.name)
    at = loaded.document.at(("fabrics", place, "planned_scalable_units"))
    yield Reason(f"it is planned for {len(fabric.planned)} scalable units", at)
    yield Reason(f"its kind is {fabric.kind}", loaded.document.at(("fabrics", place, "kind")))
