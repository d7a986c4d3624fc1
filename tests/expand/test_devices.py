"""A pool has the hosts of its racks, without what schedulers never ask."""

from __future__ import annotations

import worlds
from rackwright import expand, spec
from rackwright.inventory import Device


def known(device: Device) -> tuple[object, ...]:
    """Return what a scheduler knows of a host."""
    return (
        device.name,
        device.rack,
        device.label,
        device.index,
        device.slot,
        device.address,
        device.open,
        device.hold,
        device.partition,
    )


def test_the_hosts_of_a_pool_are_those_of_its_racks_in_their_units() -> None:
    for site in sorted(worlds.SITES.iterdir()):
        every = expand.expand_all(spec.load(site))
        in_units = {
            (each.rack, each.label): each
            for unit in every
            if unit.unit.kind == "scalable-unit"
            for each in unit.devices
            if each.device_class == "compute"
        }
        in_pools = [each for unit in every if unit.unit.kind == "pool" for each in unit.devices]
        for host in in_pools:
            assert known(host) == known(in_units[host.rack, host.label])
            assert not any((host.serial, host.further, host.oob_address))
