"""Site and unit to Inventory: every name, position, address and load, one file per question.

Expansion judges nothing: a specification that breaks a rule still expands as far as it makes sense,
so that `rules` can look at the result and say everything at once. Racks of unknown hardware are
left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from rackwright import plan
from rackwright.asbuilt import NOTHING, AsBuilt, Row
from rackwright.expand import (
    addressing,
    devices,
    infiniband,
    management,
    naming,
    networks,
    overrides,
)
from rackwright.expand.fabrics import cabled
from rackwright.inventory import (
    SITE_UNIT,
    Common,
    Device,
    Inventory,
    Outline,
    Rack,
    Subnet,
    Unit,
)
from rackwright.inventory.devices import Devices
from rackwright.inventory.infiniband import KINDS

if TYPE_CHECKING:
    from rackwright.spec import Loaded, layout, racks
    from rackwright.spec.site import Site

SITE = Unit("site", SITE_UNIT)

Groups = Mapping[Unit, tuple[Rack, ...]]
"""The racks of every unit, in the order of their numbers."""


def units(loaded: Loaded) -> tuple[Unit, ...]:
    """Return the units of a site, sorted; each expands and renders alone."""
    from rackwright.expand.common import scalable_units

    names = [Unit("scalable-unit", name) for name in scalable_units(loaded)]
    pools = [Unit("pool", pool.name) for pool in loaded.site.pools]
    fabrics = [Unit("fabric", fabric.name) for fabric in loaded.site.fabrics]
    return (SITE, *sorted({*names, *pools, *fabrics}, key=lambda unit: unit.folder))


class Expansion(Struct, frozen=True):
    """A site as far as its units share it: any of them follows, alone and in any order."""

    common: Common
    outlined: Callable[[Unit], Outline]
    as_built: Mapping[str, AsBuilt]

    def inventory(self, unit: Unit) -> Inventory:
        """Return one unit, not yet cabled, with its devices still to be made."""
        found, shared, as_built = self.outline(unit), self.common, self.as_built
        if unit.kind not in ("scalable-unit", "fabric"):
            return found
        found = replace(
            found,
            switch_guids=_switch_guids(shared, unit, as_built),
            managed=tuple(management.managed(shared, unit, found.racks, as_built)),
        )
        if unit.kind == "fabric":
            members = infiniband.members(shared, unit.name, found.racks, as_built)
            return replace(found, members=tuple(members))
        return found

    def outline(self, unit: Unit) -> Inventory:
        """Return the same without whatever as-built tables must be parsed for."""
        found = self.outlined(unit)
        of_fabric = unit.kind == "fabric"
        mine = tuple(map(_without_holds, found.racks)) if of_fabric else found.racks
        return Inventory(
            unit=unit,
            common=self.common,
            racks=mine,
            devices=Devices(partial(_devices_of, self.common, unit, mine, self.as_built)),
            feeds=found.feeds,
            loops=found.loops,
        )


def expansion(loaded: Loaded) -> Expansion:
    """Return what the units of a site share."""
    from rackwright.expand.common import common

    shared = common(loaded)
    groups = _grouped(_racks(loaded), shared)
    return Expansion(shared, partial(_outlined, loaded.halls, groups), loaded.as_built)


def _outlined(halls: tuple[layout.Hall, ...], groups: Groups, unit: Unit) -> Outline:
    from rackwright.expand import cooling, power

    mine = groups.get(unit, ())
    if unit.kind == "site":
        return Outline(mine, tuple(power.feeds(halls, mine)), tuple(cooling.loops(halls, mine)))
    if unit.kind == "scalable-unit":
        here = {rack.hall for rack in mine}
        own = (hall for hall in halls if hall.name in here)
        return Outline(mine, tuple(feed for feed in power.feeds(own, mine) if feed.planned_kw))
    return Outline(mine)


def expand(loaded: Loaded, unit: Unit) -> Inventory:
    """Return one unit of the site, expanded and cabled."""
    return cabled(expansion(loaded).inventory(unit))


def expand_all(loaded: Loaded) -> tuple[Inventory, ...]:
    """Return every unit of the site, expanded; what they share is expanded once.

    None is cabled yet, for the cables of a campus would fill the memory of a small machine.
    """
    shared = expansion(loaded)
    return tuple(shared.inventory(unit) for unit in units(loaded))


def expander(loaded: Loaded) -> Callable[[Unit], Inventory]:
    """Return what expands one unit of the site at a time, with what they share expanded once."""
    return expansion(loaded).inventory


def _without_holds(rack: Rack) -> Rack:
    """Return a rack as its fabrics know it: it is cabled whether somebody holds it or not."""
    return replace(rack, hold="", holds={}) if rack.hold or rack.holds else rack


def _grouped(every: Iterable[Rack], shared: Common) -> Groups:
    groups: dict[Unit, list[Rack]] = {}
    fabrics: dict[str, list[Unit]] = {}
    for fabric in shared.fabrics:
        for name in fabric.planned:
            fabrics.setdefault(name, []).append(Unit("fabric", fabric.name))
    lists: dict[tuple[str, str], tuple[list[Rack], ...]] = {}
    for rack in every:
        alike = rack.unit, rack.pool
        if alike not in lists:
            own = (SITE, Unit("scalable-unit", rack.unit), Unit("pool", rack.pool))
            of_rack = (*own, *fabrics.get(rack.unit, ()))
            lists[alike] = tuple(groups.setdefault(unit, []) for unit in of_rack)
        for group in lists[alike]:
            group.append(rack)
    return {unit: tuple(racks) for unit, racks in groups.items()}


def _devices_of(
    common: Common, unit: Unit, mine: tuple[Rack, ...], as_built: Mapping[str, AsBuilt]
) -> tuple[Device, ...]:
    """Return the devices of a unit: a pool has hosts alone, a site and a fabric none."""
    if unit.kind == "pool":
        found = devices.hosts(common, mine)
    elif unit.kind == "scalable-unit":
        found = devices.of_racks(common, mine, as_built.get(unit.name, NOTHING).by_position)
    else:
        return ()
    return overrides.applied(common.overrides, tuple(found))


def as_built_read(shared: Common, unit: Unit) -> Iterator[tuple[str, Literal["rows", "guids"]]]:
    """Yield which as-built data a unit's expansion may read: of which scalable units, and what.

    A scalable unit reads all rows of its own, and an InfiniBand fabric the GUIDs of those it is
    planned for; both read the rows of that fabric's switches, and of those of a fabric whose
    switches have management ports. All else is expanded without.
    """
    if unit.kind == "scalable-unit":
        yield unit.name, "rows"
    for fabric in shared.fabrics if unit.kind in ("scalable-unit", "fabric") else ():
        is_read = fabric.kind in KINDS or fabric.management
        if is_read and unit.name in (fabric.name, *fabric.planned):
            yield fabric.name, "rows"
            if unit.kind == "fabric" and fabric.kind in KINDS:
                yield from ((name, "guids") for name in fabric.planned)


def _switch_guids(shared: Common, unit: Unit, as_built: Mapping[str, AsBuilt]) -> dict[str, str]:
    """Return the known GUIDs of the InfiniBand switches that a unit speaks of."""
    here = (each for each in shared.fabrics if unit.name == each.name or unit.name in each.planned)
    return infiniband.switch_guids(here, as_built)


def as_built_rows(loaded: Loaded, unit: str) -> Mapping[tuple[str, str], Row]:
    """Return the as-built rows of a unit by rack and label; of two for one position, the first."""
    return loaded.as_built.get(unit, NOTHING).by_position


def _racks(loaded: Loaded) -> Iterator[Rack]:
    from rackwright.expand import partitions

    found = [
        rack
        for hall in loaded.halls
        for cut in (networks.cutter(networks.of_hall(loaded.site, hall)),)
        for unit in hall.scalable_units
        for rack in _racks_of_unit(loaded, hall, unit, cut)
    ]
    found.sort(key=lambda rack: (rack.number, rack.name))
    yield from partitions.divided(loaded.site, found)


def _racks_of_unit(
    loaded: Loaded,
    hall: layout.Hall,
    unit: layout.ScalableUnit,
    cut: Callable[[int, int], dict[str, Subnet]],
) -> Iterator[Rack]:
    """Yield the racks of a unit whose hardware is known; what all of them share is found once."""
    name = naming.unit(hall.name, unit.index)
    feeds = (unit.feed, unit.second_feed) if unit.second_feed else (unit.feed,)
    before, own_before = (_number(loaded.site, at, unit) for at in (hall.index, 1))
    for rack in unit.racks:
        if rack.kind in loaded.catalogue:
            number, trays = before + rack.index, sorted(rack.trays.items())
            further = cut(number, own_before + rack.index)
            yield Rack(
                name=rack.name,
                hall=hall.name,
                unit=name,
                pod=unit.index,
                index=rack.index,
                number=number,
                hardware=loaded.catalogue[rack.kind],
                installed=rack.state == "installed",
                pool=rack.pool,
                nvlink_domain=rack.nvlink_domain or rack.name,
                feeds=feeds,
                hold=rack.hold,
                decommission=_decommission(rack.decommission),
                open={label: tray.open for label, tray in trays if tray.open},
                holds={label: tray.hold for label, tray in trays if tray.hold},
                out_of_band=further.pop("out_of_band"),
                in_band=further.pop("in_band"),
                further=further,
                asn=networks.asn(loaded.site, number),
            )


def _number(site: Site, hall: int, unit: layout.ScalableUnit) -> int:
    """Return the number of the position before a unit's first."""
    return addressing.rack_number(
        hall,
        unit.index,
        0,
        units_per_hall=site.networks.planned_scalable_units,
        racks_per_unit=site.networks.racks_per_scalable_unit,
    )


def _decommission(leaving: racks.Decommission | None) -> plan.Decommission | None:
    if leaving is None:
        return None
    return plan.Decommission(approval=leaving.approval, sanitise=leaving.sanitise)
