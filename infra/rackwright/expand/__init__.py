"""Site and unit to Inventory: every name, position, address and load, one file per question.

Expansion judges nothing: a specification that breaks a rule still expands as far as it makes sense,
so that `rules` can look at the result and say everything at once. Racks of unknown hardware are
left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from rackwright import plan
from rackwright.expand import (
    addressing,
    cooling,
    infiniband,
    management,
    naming,
    networks,
    overrides,
    partitions,
    placement,
    power,
)
from rackwright.expand.common import common, scalable_units
from rackwright.expand.fabrics import cabled
from rackwright.hardware import DeviceClass
from rackwright.inventory import SITE_UNIT, Common, Device, Inventory, Rack, Unit
from rackwright.spec import Loaded, layout, racks
from rackwright.spec.asbuilt import AsBuilt, Row
from rackwright.spec.site import Site

NOTHING = AsBuilt("", ())
SITE = Unit("site", SITE_UNIT)

Groups = Mapping[Unit, tuple[Rack, ...]]
"""The racks of every unit, in the order of their numbers."""


def units(loaded: Loaded) -> tuple[Unit, ...]:
    """Return the units of a site, sorted; each expands and renders alone."""
    names = [Unit("scalable-unit", name) for name in scalable_units(loaded)]
    pools = [Unit("pool", pool.name) for pool in loaded.site.pools]
    fabrics = [Unit("fabric", fabric.name) for fabric in loaded.site.fabrics]
    return (SITE, *sorted({*names, *pools, *fabrics}, key=lambda unit: unit.folder))


def expand(loaded: Loaded, unit: Unit) -> Inventory:
    """Return one unit of the site, expanded and cabled."""
    return cabled(expander(loaded)(unit))


def expand_all(loaded: Loaded) -> tuple[Inventory, ...]:
    """Return every unit of the site, expanded; what they share is expanded once.

    None is cabled yet, for the cables of a campus would fill the memory of a small machine.
    """
    expand_unit = expander(loaded)
    return tuple(map(expand_unit, units(loaded)))


def expander(loaded: Loaded) -> Callable[[Unit], Inventory]:
    """Return what expands one unit of the site at a time, with what they share expanded once."""
    shared = common(loaded)
    every = _grouped(_racks(loaded), shared)
    rows = management.keyed(loaded.as_built, shared.fabrics)

    def expanded(unit: Unit) -> Inventory:
        found = _inventory(loaded, unit, shared, every)
        managed = tuple(management.managed(shared, unit, found.racks, rows))
        return replace(found, managed=managed) if managed else found

    return expanded


def _grouped(every: Iterable[Rack], shared: Common) -> Groups:
    groups: dict[Unit, list[Rack]] = {}
    fabrics: dict[str, list[Unit]] = {}
    for fabric in shared.fabrics:
        for name in fabric.planned:
            fabrics.setdefault(name, []).append(Unit("fabric", fabric.name))
    for rack in every:
        own = (SITE, Unit("scalable-unit", rack.unit), Unit("pool", rack.pool))
        for unit in (*own, *fabrics.get(rack.unit, ())):
            groups.setdefault(unit, []).append(rack)
    return {unit: tuple(racks) for unit, racks in groups.items()}


def _inventory(loaded: Loaded, unit: Unit, shared: Common, every: Groups) -> Inventory:
    mine = every.get(unit, ())
    if unit.kind == "site":
        feeds = tuple(power.feeds(loaded.halls, mine))
        loops = tuple(cooling.loops(loaded.halls, mine))
        return Inventory(unit=unit, common=shared, racks=mine, devices=(), feeds=feeds, loops=loops)
    if unit.kind == "fabric":
        members = tuple(infiniband.members(shared, unit.name, mine, loaded.as_built))
        return Inventory(
            unit=unit,
            common=shared,
            racks=mine,
            devices=(),
            feeds=(),
            members=members,
            switch_guids=_switch_guids(loaded, shared, unit),
        )
    if unit.kind == "pool":
        devices = tuple(
            device for rack in mine for device in _devices(loaded.site, rack, {}, "compute")
        )
        devices = overrides.applied(loaded.site, devices)
        return Inventory(unit=unit, common=shared, racks=mine, devices=devices, feeds=())
    rows = as_built_rows(loaded, unit.name)
    devices = tuple(device for rack in mine for device in _devices(loaded.site, rack, rows))
    devices = overrides.applied(loaded.site, devices)
    feeds = tuple(feed for feed in power.feeds(loaded.halls, mine) if feed.planned_kw)
    guids = _switch_guids(loaded, shared, unit)
    return Inventory(
        unit=unit, common=shared, racks=mine, devices=devices, feeds=feeds, switch_guids=guids
    )


def _switch_guids(loaded: Loaded, shared: Common, unit: Unit) -> dict[str, str]:
    """Return the known GUIDs of the InfiniBand switches that a unit speaks of."""
    here = (each for each in shared.fabrics if unit.name == each.name or unit.name in each.planned)
    return infiniband.switch_guids(here, loaded.as_built)


def as_built_rows(loaded: Loaded, unit: str) -> dict[tuple[str, str], Row]:
    """Return the as-built rows of a unit by rack and label; of two for one position, the first."""
    rows: dict[tuple[str, str], Row] = {}
    for row in loaded.as_built.get(unit, NOTHING).rows:
        rows.setdefault((row.rack, row.tray), row)
    return rows


def _racks(loaded: Loaded) -> Iterator[Rack]:
    found = [
        _rack(loaded, hall, cuts, unit, rack)
        for hall in loaded.halls
        for cuts in (networks.of_hall(loaded.site, hall),)
        for unit in hall.scalable_units
        for rack in unit.racks
        if rack.kind in loaded.catalogue
    ]
    found.sort(key=lambda rack: (rack.number, rack.name))
    yield from partitions.divided(loaded.site, found)


def _rack(
    loaded: Loaded,
    hall: layout.Hall,
    cuts: tuple[networks.Cut, ...],
    unit: layout.ScalableUnit,
    rack: layout.Rack,
) -> Rack:
    number, own_number = (_number(loaded.site, at, unit, rack) for at in (hall.index, 1))
    further = networks.subnets(cuts, number, own_number)
    return Rack(
        name=rack.name,
        hall=hall.name,
        unit=naming.unit(hall.name, unit.index),
        pod=unit.index,
        index=rack.index,
        number=number,
        hardware=loaded.catalogue[rack.kind],
        installed=rack.state == "installed",
        pool=rack.pool,
        nvlink_domain=rack.nvlink_domain or rack.name,
        feeds=(unit.feed, unit.second_feed) if unit.second_feed else (unit.feed,),
        hold=rack.hold,
        decommission=_decommission(rack.decommission),
        open={label: tray.open for label, tray in sorted(rack.trays.items()) if tray.open},
        holds={label: tray.hold for label, tray in sorted(rack.trays.items()) if tray.hold},
        out_of_band=further.pop("out_of_band"),
        in_band=further.pop("in_band"),
        further=further,
        asn=networks.asn(loaded.site, number),
    )


def _number(site: Site, hall: int, unit: layout.ScalableUnit, rack: layout.Rack) -> int:
    return addressing.rack_number(
        hall,
        unit.index,
        rack.index,
        units_per_hall=site.networks.planned_scalable_units,
        racks_per_unit=site.networks.racks_per_scalable_unit,
    )


def _decommission(leaving: racks.Decommission | None) -> plan.Decommission | None:
    if leaving is None:
        return None
    return plan.Decommission(approval=leaving.approval, sanitise=leaving.sanitise)


def _devices(
    site: Site,
    rack: Rack,
    rows: Mapping[tuple[str, str], Row],
    only: DeviceClass | None = None,
) -> Iterator[Device]:
    out_of_band, in_band = networks.first(rack.out_of_band), networks.first(rack.in_band)
    further, links = networks.bases(rack), networks.links(site)
    for kind, index, slot in placement.positions(rack.hardware):
        if only and kind.device_class != only:
            continue
        label = naming.label(kind, index)
        row = rows.get((rack.name, label))
        yield Device(
            name=naming.device(rack.name, rack.pod, rack.index, kind, index),
            rack=rack.name,
            device_class=kind.device_class,
            label=label,
            index=index,
            slot=slot,
            redfish=kind.redfish,
            bmc_address=addressing.device_address(out_of_band, kind.device_class, index),
            address=addressing.device_address(in_band, kind.device_class, index)
            if kind.has_host
            else "",
            open=rack.open.get(label, ""),
            hold=rack.hold or rack.holds.get(label, ""),
            serial=row.serial if row else "",
            bmc_mac=row.bmc_mac if row else "",
            in_band_mac=row.in_band_mac if row else "",
            guids=row.guids if row and any(row.guids) else (),
            oob_mac=row.oob_mac if row else "",
            oob_address=management.oob_address(rack, kind, index),
            further=networks.addresses(further, kind, index, links),
            asn=networks.asn(site, rack.number, index) if kind.has_host else 0,
            partition=rack.partitions.get(label, ""),
        )
