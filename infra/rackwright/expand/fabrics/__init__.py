"""Fabrics: which switches a unit has and where every cable goes, one module for each kind.

A campus has 220,000 cables. They are arithmetic, so nothing keeps them: `cabled` adds them to one
unit when they are to be written, as runs of harnesses that many places share, and rules judge the
few numbers that they follow from.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from rackwright.expand import naming, rack_switches, switching
from rackwright.expand.fabrics import ethernet_evpn, oob, places, quantum_x800, spectrum_x
from rackwright.expand.fabrics.kind import Kind
from rackwright.expand.leaf_hosts import Basis
from rackwright.inventory import Inventory, Rack
from rackwright.inventory.alike import Run
from rackwright.inventory.cabling import Cable, Cables, Fabric, Switch
from rackwright.inventory.switching import Configured, Switches

if TYPE_CHECKING:
    from rackwright.spec import Loaded
    from rackwright.spec.fabrics import EthernetFabric, PlannedFabric

KINDS: tuple[Kind, ...] = (
    quantum_x800.KIND,
    spectrum_x.KIND,
    ethernet_evpn.KIND,
    oob.KIND,
)


def fabrics(loaded: Loaded) -> Iterator[Fabric]:
    """Yield every fabric of a site by name, with the numbers its cables follow from."""
    from rackwright.spec.fabrics import EthernetFabric

    for fabric in sorted(loaded.site.fabrics, key=lambda each: each.name):
        units = planned_units(loaded, fabric)
        halls = tuple(dict.fromkeys(hall for hall, _ in units))
        names = tuple(naming.unit(hall, index) for hall, index in units)
        numbers = places.described(of_kind(fabric.kind).numbers(fabric, halls, names), fabric)
        yield _with_switches(numbers, fabric) if isinstance(fabric, EthernetFabric) else numbers


def _with_switches(numbers: Fabric, fabric: EthernetFabric) -> Fabric:
    switches = fabric.switches
    if switches is None:
        return replace(numbers, mtu=fabric.mtu)
    ports = switches.management
    return replace(
        numbers,
        mtu=fabric.mtu,
        loopbacks=str(switches.loopbacks),
        first_asn=switches.first_asn,
        management=str(ports.prefix) if ports else "",
        management_length=ports.unit_prefix_length if ports else 0,
    )


def planned_units(loaded: Loaded, fabric: PlannedFabric) -> tuple[tuple[str, int], ...]:
    """Return hall and index of the units a fabric is planned for, in the order of their indexes.

    A hall that nobody knows is left out, and so is what lies beyond the plan of the site.
    """
    from rackwright.spec.fabrics import planned

    most = loaded.site.networks.planned_scalable_units
    halls = {hall.name: hall.index for hall in loaded.halls}
    found = {
        (halls[run.hall], index, run.hall)
        for run in planned(fabric)
        if run.hall in halls
        for index in range(run.first, min(run.first + run.count, most + 1))
    }
    return tuple((hall, index) for _, index, hall in sorted(found))


def of_kind(word: str) -> Kind:
    """Return a kind of fabric by its word."""
    return next(kind for kind in KINDS if kind.word == word)


def cabled(inventory: Inventory) -> Inventory:
    """Return a unit with its switches, what they are to do, and its cables, where it has any."""
    found = _cabled(inventory)
    return replace(found, configured=Switches(_configured(found)))


def _configured(inventory: Inventory) -> Iterator[Run[Configured]]:
    """Yield what the Ethernet switches of a unit are to do, where the site configures them."""
    racks = {rack.name: rack for rack in inventory.racks}
    of_unit = inventory.unit.kind == "scalable-unit"
    for fabric in inventory.common.fabrics:
        switches = [each for each in inventory.switches if each.fabric == fabric.name]
        if not fabric.loopbacks or not switches:
            continue
        kind, unit = of_kind(fabric.kind), inventory.unit.name if of_unit else ""
        up = kind.uplinks(fabric, unit, inventory.racks) if of_unit else ()
        cables = Cables((*inventory.cables.of(fabric.name).runs, *up)).installed()
        basis = Basis(
            fabric=fabric,
            hosts=kind.hosts,
            common=inventory.common,
            unit=unit,
            racks=racks,
            uplinks=kind.open_uplinks,
            relay=inventory.common.addresses_of("dhcp"),
        )
        found = rack_switches if kind.hosts == "access" else switching
        yield from found.configured(basis, switches, cables.runs)


def _cabled(inventory: Inventory) -> Inventory:
    unit = inventory.unit
    if unit.kind == "fabric":
        fabric = next(each for each in inventory.common.fabrics if each.name == unit.name)
        reserved = not inventory.installed()
        return replace(
            inventory,
            switches=tuple(of_fabric(fabric, reserved=reserved)),
            cables=Cables(_uplinks(inventory, fabric)),
        )
    if unit.kind != "scalable-unit":
        return inventory
    mine = [each for each in inventory.common.fabrics if unit.name in each.planned]
    return replace(
        inventory,
        switches=tuple(
            switch for fabric in mine for switch in of_unit(fabric, unit.name, inventory.racks)
        ),
        cables=Cables(run for fabric in mine for run in _inside(inventory, fabric)),
    )


def of_unit(fabric: Fabric, unit: str, racks: tuple[Rack, ...]) -> Iterator[Switch]:
    """Yield the switches of a scalable unit that has these racks, where they stand."""
    return places.placed(fabric, of_kind(fabric.kind).switches(fabric, unit, racks))


def of_fabric(fabric: Fabric, *, reserved: bool) -> Iterator[Switch]:
    """Yield the switches that a whole fabric shares, where they stand."""
    return places.placed(fabric, of_kind(fabric.kind).spines(fabric, reserved))


def _inside(inventory: Inventory, fabric: Fabric) -> Iterator[Run[Cable]]:
    """Yield the cables that do not leave a unit."""
    kind = of_kind(fabric.kind)
    for rack in inventory.racks:
        yield kind.downlinks(fabric, rack)
    yield from kind.between(fabric, inventory.unit.name, inventory.racks)


def _uplinks(inventory: Inventory, fabric: Fabric) -> Iterator[Run[Cable]]:
    """Yield the cables out of every unit that the specification has."""
    racks: dict[str, list[Rack]] = {}
    for rack in inventory.racks:
        racks.setdefault(rack.unit, []).append(rack)
    for unit in fabric.planned:
        if unit in inventory.common.units:
            yield from of_kind(fabric.kind).uplinks(fabric, unit, tuple(racks.get(unit, ())))
