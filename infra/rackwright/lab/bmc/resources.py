"""The shapes that all Redfish trees share.

A tree is every resource of one BMC by its path, made from the device and its state each time
someone asks: so no answer is ever older than the state, and a test can walk all of it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from rackwright.lab.bmc.devices import Device

ROOT = "/redfish/v1"
Resource = dict[str, Any]
Resources = dict[str, Resource]
"""Resources by path."""
HEALTHY = {"State": "Enabled", "Health": "OK"}


def resource(path: str, schema: str, name: str, **properties: object) -> Resource:
    """Return one resource; `schema` is such as `Chassis.v1_22_0.Chassis`."""
    identity = path.rpartition("/")[2]
    head = {"@odata.id": path, "@odata.type": f"#{schema}", "Id": identity, "Name": name}
    return head | properties


def collection(path: str, kind: str, members: Iterable[str]) -> Resource:
    """Return a collection of the resources at the given paths."""
    paths = links(members)
    return {
        "@odata.id": path,
        "@odata.type": f"#{kind}Collection.{kind}Collection",
        "Name": f"{kind} Collection",
        "Members": paths,
        "Members@odata.count": len(paths),
    }


def collected(path: str, kind: str, *members: Resource) -> Resources:
    """Return resources and their collection."""
    return by_path(collection(path, kind, (each["@odata.id"] for each in members)), *members)


def by_path(*resources: Resource) -> Resources:
    """Return resources by their paths."""
    return {each["@odata.id"]: each for each in resources}


def link(path: str) -> dict[str, str]:
    """Return a reference to a resource."""
    return {"@odata.id": path}


def links(paths: Iterable[str]) -> list[dict[str, str]]:
    """Return references to resources."""
    return [link(path) for path in paths]


def identity(device: Device, part: str) -> str:
    """Return the UUID of a part of a device; the same serial always gives the same one."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{device.kind}/{device.serial}/{part}"))


def interfaces(owner: str, name: str, mac: str, address: str = "") -> Resources:
    """Return the Ethernet interfaces of a system or manager: one, and its collection."""
    path = f"{owner}/EthernetInterfaces"
    addresses = [{"Address": address, "AddressOrigin": "DHCP"}] if address else []
    interface = resource(
        f"{path}/{name}",
        "EthernetInterface.v1_10_0.EthernetInterface",
        f"Ethernet interface {name}",
        MACAddress=mac,
        PermanentMACAddress=mac,
        InterfaceEnabled=True,
        LinkStatus="LinkUp",
        IPv4Addresses=addresses,
        Status=HEALTHY,
    )
    return collected(path, "EthernetInterface", interface)


def leak_detection(chassis: str, detectors: int) -> Resources:
    """Return the thermal subsystem of a liquid-cooled chassis, down to its leak detectors."""
    thermal = f"{chassis}/ThermalSubsystem"
    detection = f"{thermal}/LeakDetection"
    each = (_detector(f"{detection}/LeakDetectors", n) for n in range(1, detectors + 1))
    return by_path(
        resource(
            thermal,
            "ThermalSubsystem.v1_3_0.ThermalSubsystem",
            "Thermal subsystem",
            LeakDetection=link(detection),
            Status=HEALTHY,
        ),
        resource(
            detection,
            "LeakDetection.v1_0_0.LeakDetection",
            "Leak detection",
            LeakDetectors=link(f"{detection}/LeakDetectors"),
            Status=HEALTHY,
        ),
    ) | collected(f"{detection}/LeakDetectors", "LeakDetector", *each)


def _detector(path: str, number: int) -> Resource:
    return resource(
        f"{path}/LeakDetector_{number}",
        "LeakDetector.v1_1_0.LeakDetector",
        f"Leak detector {number}",
        LeakDetectorType="Moisture",
        DetectorState="OK",
        Status=HEALTHY,
    )


def manager(device: Device, name: str, links_to: Mapping[str, object], **more: object) -> Resource:
    """Return a manager of the device: its BMC, or another controller's."""
    return resource(
        f"{ROOT}/Managers/{name}",
        "Manager.v1_18_0.Manager",
        f"Manager {name}",
        ManagerType="BMC",
        UUID=identity(device, name),
        PowerState="On",
        Status=HEALTHY,
        Links=links_to,
        **more,
    )
