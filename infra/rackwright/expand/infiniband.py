"""Who is on an InfiniBand fabric: the GUIDs of as-built/, rail by rail, with tray and tenant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from rackwright import asbuilt
from rackwright.asbuilt import AsBuilt
from rackwright.expand import naming
from rackwright.expand.fabrics.quantum_x800 import CLOS
from rackwright.expand.placement import seats
from rackwright.hardware import DeviceType
from rackwright.inventory import Common, Rack
from rackwright.inventory.cabling import Fabric
from rackwright.inventory.infiniband import KINDS, Member


def members(
    common: Common, fabric: str, racks: tuple[Rack, ...], as_built: Mapping[str, AsBuilt]
) -> Iterator[Member]:
    """Yield every tray with a known GUID of a fabric that has these racks, rack by rack."""
    kind = next(each.kind for each in common.fabrics if each.name == fabric)
    if kind not in KINDS:
        return
    known: dict[str, Mapping[str, tuple[str, ...]]] = {}
    for unit in sorted({rack.unit for rack in racks if rack.installed}):
        known.update(asbuilt.guids(as_built, unit))
    tenants = {pool.name: pool.tenant for pool in common.pools}
    for rack in racks:
        if rack.installed and rack.name in known:
            tenant = tenants.get(rack.pool)
            of_tenant = (tenant.name, tenant.p_key) if tenant else ("", 0)
            yield from _of_rack(rack, of_tenant, known[rack.name])


def switch_guids(fabrics: Iterable[Fabric], as_built: Mapping[str, AsBuilt]) -> dict[str, str]:
    """Return the known GUIDs of the switches of InfiniBand fabrics, by name.

    as-built/<fabric>.csv names a switch by its unit, or its fabric, and its label: `cleaf-03`.
    """
    return {
        f"{row.rack}-{row.tray}": row.guids[0]
        for fabric in fabrics
        if fabric.kind in KINDS and fabric.name in as_built
        for row in as_built[fabric.name].rows
        if row.guids and row.guids[0]
    }


def _of_rack(
    rack: Rack, tenant: tuple[str, int], known: Mapping[str, tuple[str, ...]]
) -> Iterator[Member]:
    tray = rack.hardware.device_type("compute")
    begin = naming.before_label(rack.name, rack.pod, rack.index, tray)
    for label in _labels(tray):
        guids = known.get(label, ())[: len(CLOS.lanes)]
        if any(guids):
            yield Member(guids, begin + label, rack.name, label, rack.pool, *tenant)


@cache
def _labels(tray: DeviceType) -> tuple[str, ...]:
    return tuple(seat.label for seat in seats((tray,)))
