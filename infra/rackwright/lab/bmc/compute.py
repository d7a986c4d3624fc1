"""The Redfish tree of a GB300 compute tray's BMC.

Two systems and two managers: `System_0` is the host that is deployed, `HGX_Baseboard_0` the
Grace and Blackwell baseboard, whose own controller is reached only through this BMC. Virtual media
hang on the manager, as OpenBMC has them.
"""

from __future__ import annotations

from typing import Any

from rackwright.lab.bmc.devices import Device
from rackwright.lab.bmc.resources import (
    HEALTHY,
    ROOT,
    Resource,
    Resources,
    by_path,
    collected,
    identity,
    interfaces,
    leak_detection,
    link,
    links,
    manager,
    resource,
)
from rackwright.lab.bmc.system import (
    INDICATORS,
    OVERRIDE_ENABLED,
    OVERRIDE_MODES,
    OVERRIDE_TARGETS,
    RESETS,
    SLOTS,
    Power,
    System,
)

VENDOR = "NVIDIA"
PRODUCT = "GB300"
FIRMWARE = {
    "HostBMC_0": "GB200Nvl-25.08-9",
    "EROT_BIOS_0": "01.04.0031.0000_n04",
    "HGX_FW_BMC_0": "GB200Nvl-25.08-B",
    "HGX_FW_FPGA_0": "1.60",
    "HGX_FW_CPLD_0": "0.22",
}
BASEBOARD = "HGX_Baseboard_0"
BASEBOARD_MANAGER = "HGX_BMC_0"
LEAK_DETECTORS = 4
GPUS = 4
CPUS = 2
CORES = 144
MEMORY_GIB = 960
"""LPDDR5X of both Grace CPUs, as the operating system sees it."""


def tree(device: Device, system: System) -> Resources:
    """Return the systems, managers and chassis of a compute tray."""
    return _systems(device, system) | _managers(device, system) | _chassis(device, system)


def boot(system: System) -> dict[str, Any]:
    """Return the boot override, with what it may be set to."""
    override = system.override
    return {
        "BootSourceOverrideTarget": override.target,
        "BootSourceOverrideTarget@Redfish.AllowableValues": list(OVERRIDE_TARGETS),
        "BootSourceOverrideEnabled": override.enabled,
        "BootSourceOverrideEnabled@Redfish.AllowableValues": list(OVERRIDE_ENABLED),
        "BootSourceOverrideMode": override.mode,
        "BootSourceOverrideMode@Redfish.AllowableValues": list(OVERRIDE_MODES),
    }


def reset_action(path: str) -> dict[str, Any]:
    """Return the action that switches a system on, off or both."""
    return {
        "#ComputerSystem.Reset": {
            "target": f"{path}/Actions/ComputerSystem.Reset",
            "ResetType@Redfish.AllowableValues": list(RESETS),
        }
    }


def status(system: System) -> dict[str, Any]:
    """Return the state of a system; a boot that came to nothing says why."""
    state = "Enabled" if system.power is Power.ON else "StandbyOffline"
    if not system.problem:
        return {"State": state, "Health": "OK", "HealthRollup": "OK"}
    condition = {
        "MessageId": "ResourceEvent.1.3.ResourceErrorsDetected",
        "Message": system.problem,
        "MessageArgs": ["Boot", system.problem],
        "Severity": "Critical",
    }
    return {
        "State": state,
        "Health": "Critical",
        "HealthRollup": "Critical",
        "Conditions": [condition],
    }


def _systems(device: Device, system: System) -> Resources:
    path = f"{ROOT}/Systems/{device.system}"
    baseboard = _baseboard(device)
    return (
        collected(f"{ROOT}/Systems", "ComputerSystem", _host(device, system, path), baseboard)
        | interfaces(path, "eth0", device.host_mac)
        | _processors(baseboard["@odata.id"])
        | by_path(_secure_boot(path))
    )


def _host(device: Device, system: System, path: str) -> Resource:
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
        Boot=boot(system),
        BootProgress={"LastState": str(system.progress)},
        IndicatorLED=system.indicator,
        **{"IndicatorLED@Redfish.AllowableValues": list(INDICATORS)},
        ProcessorSummary={"Count": CPUS, "CoreCount": CORES, "Status": HEALTHY},
        MemorySummary={"TotalSystemMemoryGiB": MEMORY_GIB, "Status": HEALTHY},
        SecureBoot=link(f"{path}/SecureBoot"),
        EthernetInterfaces=link(f"{path}/EthernetInterfaces"),
        Status=status(system),
        Actions=reset_action(path),
        Links={
            "Chassis": links([f"{ROOT}/Chassis/{device.chassis}"]),
            "ManagedBy": links([f"{ROOT}/Managers/{device.manager}"]),
        },
    )


def _secure_boot(system: str) -> Resource:
    return resource(
        f"{system}/SecureBoot",
        "SecureBoot.v1_1_0.SecureBoot",
        "UEFI Secure Boot",
        SecureBootEnable=False,
        SecureBootCurrentBoot="Disabled",
        SecureBootMode="UserMode",
    )


def _baseboard(device: Device) -> Resource:
    path = f"{ROOT}/Systems/{BASEBOARD}"
    return resource(
        path,
        "ComputerSystem.v1_22_0.ComputerSystem",
        BASEBOARD,
        SystemType="Physical",
        Manufacturer=VENDOR,
        Model="GB300 1CPU:2GPU Board PC",
        SerialNumber=f"{device.serial}-HGX",
        UUID=identity(device, BASEBOARD),
        Processors=link(f"{path}/Processors"),
        Status=HEALTHY,
        Links={
            "Chassis": links([f"{ROOT}/Chassis/{device.chassis}"]),
            "ManagedBy": links([f"{ROOT}/Managers/{BASEBOARD_MANAGER}"]),
        },
    )


def _processors(baseboard: str) -> Resources:
    path = f"{baseboard}/Processors"
    each = [(f"CPU_{n}", "CPU", "Grace A02P") for n in range(CPUS)]
    each += [(f"GPU_{n}", "GPU", "NVIDIA GB300") for n in range(GPUS)]
    return collected(
        path,
        "Processor",
        *(
            resource(
                f"{path}/{name}",
                "Processor.v1_20_0.Processor",
                name,
                ProcessorType=kind,
                Manufacturer=VENDOR,
                Model=model,
                Status=HEALTHY,
            )
            for name, kind, model in each
        ),
    )


def _managers(device: Device, system: System) -> Resources:
    path = f"{ROOT}/Managers/{device.manager}"
    own = {
        "ManagerForServers": links([f"{ROOT}/Systems/{device.system}"]),
        "ManagerForChassis": links([f"{ROOT}/Chassis/{device.chassis}"]),
    }
    baseboard = {"ManagerForServers": links([f"{ROOT}/Systems/{BASEBOARD}"])}
    bmc = manager(
        device,
        device.manager,
        own,
        FirmwareVersion=FIRMWARE["HostBMC_0"],
        EthernetInterfaces=link(f"{path}/EthernetInterfaces"),
        VirtualMedia=link(f"{path}/VirtualMedia"),
    )
    hgx = manager(device, BASEBOARD_MANAGER, baseboard, FirmwareVersion=FIRMWARE["HGX_FW_BMC_0"])
    return (
        collected(f"{ROOT}/Managers", "Manager", bmc, hgx)
        | interfaces(path, "eth0", device.mac, device.address)
        | collected(
            f"{path}/VirtualMedia",
            "VirtualMedia",
            *(_medium(f"{path}/VirtualMedia/{slot}", slot, system) for slot in SLOTS),
        )
    )


def _medium(path: str, slot: str, system: System) -> Resource:
    image = system.media.get(slot)
    actions = f"{path}/Actions/VirtualMedia"
    return resource(
        path,
        "VirtualMedia.v1_6_0.VirtualMedia",
        f"Virtual media {slot}",
        MediaTypes=list(SLOTS[slot]),
        Image=image,
        ImageName=image.rpartition("/")[2] if image else None,
        Inserted=bool(image),
        ConnectedVia="URI" if image else "NotConnected",
        WriteProtected=True,
        Actions={
            "#VirtualMedia.InsertMedia": {
                "target": f"{actions}.InsertMedia",
                "TransferProtocolType@Redfish.AllowableValues": ["HTTPS"],
            },
            "#VirtualMedia.EjectMedia": {"target": f"{actions}.EjectMedia"},
        },
    )


def _chassis(device: Device, system: System) -> Resources:
    path = f"{ROOT}/Chassis/{device.chassis}"
    chassis = resource(
        path,
        "Chassis.v1_25_0.Chassis",
        device.chassis,
        ChassisType="RackMount",
        Manufacturer=VENDOR,
        Model=PRODUCT,
        SerialNumber=device.serial,
        PowerState=str(system.power),
        IndicatorLED=system.indicator,
        ThermalSubsystem=link(f"{path}/ThermalSubsystem"),
        Status=HEALTHY,
        Links={
            "ComputerSystems": links([f"{ROOT}/Systems/{device.system}"]),
            "ManagedBy": links([f"{ROOT}/Managers/{device.manager}"]),
        },
    )
    return collected(f"{ROOT}/Chassis", "Chassis", chassis) | leak_detection(path, LEAK_DETECTORS)
