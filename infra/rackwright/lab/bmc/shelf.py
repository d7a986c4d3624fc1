"""The Redfish tree of a power shelf's controller: power supplies, and nothing that is switched."""

from __future__ import annotations

from rackwright.lab.bmc.devices import Device
from rackwright.lab.bmc.resources import (
    HEALTHY,
    ROOT,
    Resource,
    Resources,
    by_path,
    collected,
    interfaces,
    link,
    links,
    manager,
    resource,
)
from rackwright.lab.bmc.system import System

VENDOR = "LiteOn"
PRODUCT = "PF-1333-7R"
FIRMWARE = {"PMC": "r1.3.9"}


def tree(device: Device, system: System) -> Resources:
    """Return the manager, chassis and power supplies of a power shelf."""
    manager_path = f"{ROOT}/Managers/{device.manager}"
    return (
        collected(f"{ROOT}/Managers", "Manager", _manager(device))
        | interfaces(manager_path, "eth0", device.mac, device.address)
        | collected(f"{ROOT}/Chassis", "Chassis", _chassis(device, system))
        | _power(device)
    )


def _manager(device: Device) -> Resource:
    return manager(
        device,
        device.manager,
        {"ManagerForChassis": links([f"{ROOT}/Chassis/{device.chassis}"])},
        FirmwareVersion=FIRMWARE["PMC"],
        EthernetInterfaces=link(f"{ROOT}/Managers/{device.manager}/EthernetInterfaces"),
    )


def _chassis(device: Device, system: System) -> Resource:
    path = f"{ROOT}/Chassis/{device.chassis}"
    return resource(
        path,
        "Chassis.v1_25_0.Chassis",
        device.chassis,
        ChassisType="Shelf",
        Manufacturer=VENDOR,
        Model=PRODUCT,
        SerialNumber=device.serial,
        PowerState=str(system.power),
        PowerSubsystem=link(f"{path}/PowerSubsystem"),
        Status=HEALTHY,
        Links={"ManagedBy": links([f"{ROOT}/Managers/{device.manager}"])},
    )


def _power(device: Device) -> Resources:
    path = f"{ROOT}/Chassis/{device.chassis}/PowerSubsystem"
    subsystem = resource(
        path,
        "PowerSubsystem.v1_1_1.PowerSubsystem",
        "Power subsystem",
        PowerSupplies=link(f"{path}/PowerSupplies"),
        Status=HEALTHY,
    )
    supplies = (_supply(device, path, number) for number in range(device.power_supplies))
    return by_path(subsystem) | collected(f"{path}/PowerSupplies", "PowerSupply", *supplies)


def _supply(device: Device, subsystem: str, number: int) -> Resource:
    return resource(
        f"{subsystem}/PowerSupplies/{number}",
        "PowerSupply.v1_5_2.PowerSupply",
        f"Power supply {number}",
        Manufacturer=VENDOR,
        SerialNumber=f"{device.serial}-{number}",
        PowerState="On",
        Status=HEALTHY,
    )
