"""Fabrics reach every rack they are planned for, once, with ports on both ends of every cable.

Cables are arithmetic on a fabric's plan, so what can be wrong is the plan: these rules judge it,
in time that grows with the racks and not with the cables.
"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.expand import naming
from rackwright.expand.fabrics import of_kind
from rackwright.expand.fabrics.kind import Need
from rackwright.hardware import HardwareType
from rackwright.inventory import Inventory
from rackwright.inventory.cabling import Fabric
from rackwright.problems import Problem
from rackwright.rules.references import unknown
from rackwright.spec import Loaded
from rackwright.spec.fabrics import planned
from rackwright.spec.layout import Hall
from rackwright.spec.pools import UnitsOfHall
from rackwright.yamlfile import Path

_SHOWN = 4


def halls_are_known(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A fabric of a misspelt hall would have no cables, and nobody would order them."""
    halls = [hall.name for hall in loaded.halls]
    for path, _, run in _runs(loaded):
        if run.hall not in halls:
            at = (*path, "hall")
            yield unknown(loaded, at, "unknown-reference", "hall", run.hall, halls)


def plans_are_within_the_sites(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """Spine ports for units that can never have addresses are paid for and stay empty."""
    most = loaded.site.networks.planned_scalable_units
    for path, fabric, run in _runs(loaded):
        last = run.first + run.count - 1
        if last > most:
            yield loaded.document.problem(
                (*path, "count"),
                "index-beyond-plan",
                f"fabric {fabric} is planned for {naming.unit(run.hall, last)}, which is not in "
                "the site's plan",
                because=(f"planned_scalable_units is {most}",),
            )


def tiers_reach_the_plan(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """The unit for which no spine has a port left is found when its leaves are to be cabled."""
    for place, fabric in numbered(loaded, units):
        kind, runs = of_kind(fabric.kind), planned(loaded.site.fabrics[place])
        count = max(len(fabric.planned), *(run.count for run in runs))
        if count > kind.units:
            fewest = -(-count // kind.units)
            reach = f"{kind.tiers} tiers reach {kind.units}"
            yield loaded.document.problem(
                ("fabrics", place, "planned_scalable_units"),
                "fabric-too-large",
                f"fabric {fabric.name} is planned for {count} scalable units, and {reach}",
                because=kind.limit,
                hint=f"plan {fewest} fabrics, each for {-(-count // fewest)} or fewer",
            )


def units_are_in_one_fabric(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """Two fabrics that take the same ports of a tray have two cables for each, and one hangs."""
    first: dict[tuple[str, str], tuple[int, Fabric]] = {}
    for place, fabric in numbered(loaded, units):
        both: dict[int, list[str]] = {}
        for unit in fabric.planned:
            claims = {first.setdefault((unit, port), (place, fabric))[0] for port in fabric.ports}
            for other in claims - {place}:
                both.setdefault(other, []).append(unit)
        for other, names in sorted(both.items()):
            yield loaded.document.problem(
                ("fabrics", place, "planned_scalable_units"),
                "fabric-twice",
                f"fabrics {loaded.site.fabrics[other].name} and {fabric.name} both take the "
                f"{', '.join(fabric.ports)} ports of {_named(names)}",
                hint=f"the other one is at {loaded.document.at(('fabrics', other))}",
            )


def units_have_a_fabric(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A unit that its hall's fabrics forgot is found by the first job that spans two units."""
    alike: dict[str, list[Fabric]] = {}
    for _, fabric in numbered(loaded, units):
        alike.setdefault(fabric.ports[0], []).append(fabric)
    for port, fabrics in sorted(alike.items()):
        for hall in loaded.halls:
            here = [fabric for fabric in fabrics if hall.name in fabric.halls]
            for path, forgotten in _forgotten(hall, here) if here else ():
                yield loaded.document.problem(
                    path,
                    "fabric-missing",
                    f"no fabric is planned for the {port} ports of {_named(forgotten)}",
                    because=(f"fabric {here[0].name} is for other units of {hall.name}",),
                    hint="a fabric that grows is re-cabled, so plan it for every unit it will "
                    "serve",
                )


def fabrics_have_their_manager(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """InfiniBand carries nothing until a subnet manager routes it, and these switches have none."""
    roles = {role for node in loaded.site.service_nodes for role in node.roles}
    for place, fabric in numbered(loaded, units):
        role = of_kind(fabric.kind).manager
        if role and role not in roles:
            yield loaded.document.problem(
                ("fabrics", place, "kind"),
                "no-fabric-manager",
                f"fabric {fabric.name} has nobody who manages it",
                because=(f"a {fabric.kind} needs a service node with the role {role}",),
                hint=f"add `roles: [{role}]` to a service node, or accept it where another site's "
                "does it",
            )


def racks_have_the_ports(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A cable for a port that a tray does not have, or at another speed, never gets a link."""
    for place, fabric in numbered(loaded, units):
        for hardware in _hardware(fabric, units):
            for need in of_kind(fabric.kind).needs:
                has = _ports(hardware, need)
                if not any(count == need.count and gbps == need.gbps for count, gbps in has):
                    wants = f"{need.count} {need.port} ports of {need.gbps}G"
                    yield loaded.document.problem(
                        ("fabrics", place, "kind"),
                        "fabric-port",
                        f"racks of {hardware.name} do not fit into fabric {fabric.name}",
                        because=(
                            f"{fabric.kind} wants {wants} on each {need.device_class} tray",
                            f"{hardware.name} has {_said(has)}",
                        ),
                    )


def switches_hold_the_racks(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """The last trays of a unit that is too large for its switches find every port taken."""
    planned_racks = loaded.site.networks.racks_per_scalable_unit
    for place, fabric in numbered(loaded, units):
        kind, path = of_kind(fabric.kind), ("fabrics", place, "kind")
        whys = [
            (f"a rack of {hardware.name}", why)
            for hardware in _hardware(fabric, units)
            if (why := kind.full(fabric, hardware))
        ]
        if planned_racks > kind.racks_per_unit:
            why = f"they reach {kind.racks_per_unit} racks, and {planned_racks} are planned in each"
            whys.append(("a scalable unit", why))
        for what, why in whys:
            message = f"the switches of fabric {fabric.name} do not hold {what}"
            yield loaded.document.problem(path, "fabric-full", message, because=(why,))


def _forgotten(hall: Hall, fabrics: list[Fabric]) -> Iterator[tuple[Path, list[str]]]:
    """Yield the units of a hall that are in none of the fabrics, those of a range together."""
    reached = {unit for fabric in fabrics for unit in fabric.planned}
    found: dict[Path, list[str]] = {}
    for unit in hall.scalable_units:
        name = naming.unit(hall.name, unit.index)
        if name not in reached:
            found.setdefault(unit.at("index"), []).append(name)
    yield from found.items()


def _runs(loaded: Loaded) -> Iterator[tuple[Path, str, UnitsOfHall]]:
    """Yield the runs of units of all fabrics, each with its place and its fabric's name."""
    for place, fabric in enumerate(loaded.site.fabrics):
        path: Path = ("fabrics", place, "planned_scalable_units")
        is_list = isinstance(fabric.planned_scalable_units, tuple)
        for number, run in enumerate(planned(fabric)):
            yield (*path, number) if is_list else path, fabric.name, run


def numbered(loaded: Loaded, units: tuple[Inventory, ...]) -> list[tuple[int, Fabric]]:
    """Return the expanded fabrics by their places in the specification."""
    written = loaded.site.fabrics
    by_name = sorted(range(len(written)), key=lambda place: written[place].name)
    return sorted(zip(by_name, units[0].common.fabrics, strict=True), key=lambda each: each[0])


def _hardware(fabric: Fabric, units: tuple[Inventory, ...]) -> list[HardwareType]:
    """Return the types of racks that are in a fabric."""
    found = {
        rack.hardware.name: rack.hardware
        for each in units
        if each.unit.kind == "fabric" and each.unit.name == fabric.name
        for rack in each.racks
    }
    return [hardware for _, hardware in sorted(found.items())]


def _ports(hardware: HardwareType, need: Need) -> list[tuple[int, int]]:
    device = hardware.device_type(need.device_class)
    return [(port.count, port.gbps) for port in device.ports if port.name == need.port]


def _said(ports: list[tuple[int, int]]) -> str:
    return " and ".join(f"{count} of {gbps}G" for count, gbps in ports) or "none"


def _named(units: list[str]) -> str:
    names = ", ".join(units[:_SHOWN])
    return f"{names} and {len(units) - _SHOWN} more" if len(units) > _SHOWN else names
