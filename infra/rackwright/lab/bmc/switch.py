"""The Redfish tree of an NVLink switch tray's BMC: a system to switch on, no host behind it."""

from __future__ import annotations

from rackwright.lab.bmc.compute import reset_action, status
from rackwright.lab.bmc.devices import Device
from rackwright.lab.bmc.resources import (
    HEALTHY,
    ROOT,
    Resource,
    Resources,
    collected,
    identity,
    interfaces,
    leak_detection,
    link,
    links,
    manager,
    resource,
)
from rackwright.lab.bmc.system import System

VENDOR = "NVIDIA"
PRODUCT = "N5200_LD"
FIRMWARE = {"HostBMC_0": "88.0002.1958", "CPLD1_0": "420 REV0300"}
SWITCHES = ("MGX_NVSwitch_0", "MGX_NVSwitch_1")
LEAK_DETECTORS = 8


def tree(device: Device, system: System) -> Resources:
    """Return the system, manager and chassis of an NVLink switch tray."""
    chassis = f"{ROOT}/Chassis/{device.chassis}"
    manager_path = f"{ROOT}/Managers/{device.manager}"
    return (
        collected(f"{ROOT}/Systems", "ComputerSystem", _system(device, system))
        | collected(f"{ROOT}/Managers", "Manager", _manager(device))
        | interfaces(manager_path, "eth0", device.mac, device.address)
        | collected(
            f"{ROOT}/Chassis",
            "Chassis",
            _chassis(device, system),
            *(_switch(device, name) for name in SWITCHES),
        )
        | leak_detection(chassis, LEAK_DETECTORS)
    )


def _system(device: Device, system: System) -> Resource:
    path = f"{ROOT}/Systems/{device.system}"
    return resource(
        path,
        "ComputerSystem.v1_22_0.ComputerSystem",
        device.system,
        SystemType="Physical",
        Manufacturer=VENDOR,
        Model=PRODUCT,
        SerialNumber=device.serial,
        UUID=identity(device, device.system),
        PowerState=str(system.power),
        Status=status(system),
        Actions=reset_action(path),
        Links={
            "Chassis": links([f"{ROOT}/Chassis/{device.chassis}"]),
            "ManagedBy": links([f"{ROOT}/Managers/{device.manager}"]),
        },
    )


def _manager(device: Device) -> Resource:
    served = {
        "ManagerForServers": links([f"{ROOT}/Systems/{device.system}"]),
        "ManagerForChassis": links([f"{ROOT}/Chassis/{device.chassis}"]),
    }
    return manager(
        device,
        device.manager,
        served,
        FirmwareVersion=FIRMWARE["HostBMC_0"],
        EthernetInterfaces=link(f"{ROOT}/Managers/{device.manager}/EthernetInterfaces"),
    )


def _chassis(device: Device, system: System) -> Resource:
    path = f"{ROOT}/Chassis/{device.chassis}"
    return resource(
        path,
        "Chassis.v1_25_0.Chassis",
        device.chassis,
        ChassisType="RackMount",
        Manufacturer=VENDOR,
        Model=PRODUCT,
        SerialNumber=device.serial,
        PowerState=str(system.power),
        ThermalSubsystem=link(f"{path}/ThermalSubsystem"),
        Status=HEALTHY,
        Links={
            "ComputerSystems": links([f"{ROOT}/Systems/{device.system}"]),
            "ManagedBy": links([f"{ROOT}/Managers/{device.manager}"]),
            "Contains": links(f"{ROOT}/Chassis/{name}" for name in SWITCHES),
        },
    )


def _switch(device: Device, name: str) -> Resource:
    return resource(
        f"{ROOT}/Chassis/{name}",
        "Chassis.v1_25_0.Chassis",
        name,
        ChassisType="Component",
        Manufacturer=VENDOR,
        SerialNumber=f"{device.serial}-{name[-1]}",
        Status=HEALTHY,
        Links={"ContainedBy": link(f"{ROOT}/Chassis/{device.chassis}")},
    )
