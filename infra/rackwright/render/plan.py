"""plan.json of the site and of every scalable unit: what the acting rooms read.

Planned racks are in no plan, and a position that is open is in no rack.
"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright import plan
from rackwright.hardware import DeviceClass
from rackwright.inventory import Device, Inventory, Pool, Rack, ServiceNode, Subnet
from rackwright.render.delivery import service_files, service_folders
from rackwright.render.serialise import json_text


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield the plan of the unit; a pool has none."""
    if inventory.unit.kind == "site":
        yield "site/plan.json", json_text(site_plan(inventory))
    elif inventory.unit.kind == "scalable-unit":
        yield f"{inventory.unit.folder}/plan.json", json_text(unit_plan(inventory))


def site_plan(inventory: Inventory) -> plan.SitePlan:
    """Return what belongs to the whole site."""
    common = inventory.common
    services = common.space("services")
    subnets = [
        plan.Subnet(
            name="services",
            network="services",
            prefix=services.prefix,
            gateway=services.gateway,
        )
    ]
    for rack in inventory.installed():
        subnets += [_subnet(rack, rack.out_of_band), _subnet(rack, rack.in_band)]
    return plan.SitePlan(
        version=plan.VERSION,
        site=common.site,
        domain=common.domain,
        purpose=common.purpose,
        service_nodes=tuple(_service_node(inventory, node) for node in common.service_nodes),
        subnets=tuple(subnets),
        units=common.units,
        pools=tuple(pool.name for pool in common.pools),
        slurm_key_ref=common.slurm_key_ref,
        ssh_key_ref=common.ssh_key_ref,
        ironic=common.ironic,
        receivers=tuple(
            plan.Receiver(name=each.name, secret_ref=each.secret_ref, path=each.path)
            for each in common.receivers
        ),
        bmc_ca_refs={name: each.ca_ref for name, each in common.trust.items() if each.ca_ref},
    )


def unit_plan(inventory: Inventory) -> plan.UnitPlan:
    """Return a scalable unit, complete in itself."""
    common = inventory.common
    used = {rack.pool for rack in inventory.installed()}
    return plan.UnitPlan(
        version=plan.VERSION,
        site=common.site,
        domain=common.domain,
        unit=inventory.unit.name,
        racks=tuple(_rack(inventory, rack) for rack in inventory.installed()),
        pools={pool.name: _pool(pool) for pool in common.pools if pool.name in used},
        credentials=dict(common.credentials),
        trust=dict(common.trust),
        bmc_kinds=_bmc_kinds(inventory),
        ironic=common.ironic,
        access=common.access,
        nameservers=common.addresses_of("dns"),
    )


def _rack(inventory: Inventory, rack: Rack) -> plan.Rack:
    return plan.Rack(
        name=rack.name,
        hall=rack.hall,
        unit=rack.unit,
        index=rack.index,
        kind=rack.hardware.name,
        compute_trays=tuple(_compute_trays(inventory, rack)),
        switch_trays=tuple(_devices(inventory, rack, "nvlink-switch")),
        power_shelves=tuple(_devices(inventory, rack, "power-shelf")),
        power_supplies=rack.hardware.power.supplies_per_shelf,
        architecture=rack.hardware.host.architecture,
        hold=rack.hold,
        decommission=rack.decommission,
    )


def _compute_trays(inventory: Inventory, rack: Rack) -> Iterator[plan.ComputeTray]:
    interface, length = inventory.common.host_interface, rack.in_band.length
    gateway, pool = rack.in_band.gateway, rack.pool
    for it, kind in _with_kinds(inventory, rack, "compute"):
        yield plan.ComputeTray(  # by position, for there are ten thousands: it is far faster
            it.name,
            it.label,
            it.index,
            it.slot,
            it.serial,
            plan.Bmc(it.bmc_address, it.bmc_mac, kind),
            plan.Interface(interface, it.in_band_mac, it.address, length, gateway),
            pool,
            it.hold,
        )


def _devices(inventory: Inventory, rack: Rack, device_class: DeviceClass) -> Iterator[plan.Device]:
    for it, kind in _with_kinds(inventory, rack, device_class):
        bmc = plan.Bmc(it.bmc_address, it.bmc_mac, kind)
        yield plan.Device(it.name, it.label, it.index, it.slot, it.serial, bmc)


def _with_kinds(
    inventory: Inventory, rack: Rack, device_class: DeviceClass
) -> Iterator[tuple[Device, str]]:
    """Yield the devices of a class that are there, each with the kind of its BMC.

    That is the class in the rack's type, or the device's own where it answers by hand.
    """
    usual = f"{rack.hardware.name}/{device_class}"
    redfish = rack.hardware.device_type(device_class).redfish
    for device in inventory.present(rack.name, device_class):
        is_usual = device.redfish is redfish or device.redfish == redfish  # mostly the very same
        yield device, usual if is_usual else f"{usual}/{device.name}"


def _bmc_kinds(inventory: Inventory) -> dict[str, plan.BmcKind]:
    found: dict[str, plan.BmcKind] = {}
    for rack in inventory.installed():
        for each in rack.hardware.devices:
            for device, kind in _with_kinds(inventory, rack, each.device_class):
                if kind not in found:
                    found[kind] = _bmc_kind(rack, device)
    return found


def _bmc_kind(rack: Rack, device: Device) -> plan.BmcKind:
    bmc = rack.hardware.device_type(device.device_class).bmc
    return plan.BmcKind(
        device_class=device.device_class,
        dialect=bmc.dialect,
        system=device.redfish.system,
        manager=device.redfish.manager,
        chassis=device.redfish.chassis,
        virtual_media=bmc.virtual_media,
        multipart_update=bmc.multipart_update,
        leak_detectors=bmc.leak_detectors,
    )


def _pool(pool: Pool) -> plan.Pool:
    return plan.Pool(name=pool.name, scheduler=pool.scheduler, image=pool.image)


def _service_node(inventory: Inventory, node: ServiceNode) -> plan.ServiceNode:
    common = inventory.common
    services = common.space("services")
    lengths = [each.length for each in common.spaces if each.network == "services" and each.ipv6]
    return plan.ServiceNode(
        name=node.name,
        address=node.address,
        prefix_length=services.length,
        gateway=services.gateway,
        interface=node.interface,
        roles=node.roles,
        files=service_files(common, node),
        ipv6_address=f"{node.ipv6_address}/{lengths[0]}" if node.ipv6_address else "",
        folders=service_folders(inventory, node),
    )


def _subnet(rack: Rack, subnet: Subnet) -> plan.Subnet:
    return plan.Subnet(
        name=f"{rack.name}-{subnet.network}",
        network=subnet.network,
        prefix=subnet.prefix,
        gateway=subnet.gateway,
    )
