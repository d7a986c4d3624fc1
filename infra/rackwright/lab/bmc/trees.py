"""The whole Redfish tree of a device, by its class."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rackwright.lab.bmc import compute, shelf, switch
from rackwright.lab.bmc.devices import Device, Kind
from rackwright.lab.bmc.resources import Resources, by_path
from rackwright.lab.bmc.services import service_root, services
from rackwright.lab.bmc.system import System


@dataclass(frozen=True, slots=True)
class Class:
    """What distinguishes a class of BMC."""

    tree: Callable[[Device, System], Resources]
    vendor: str
    product: str
    firmware: Mapping[str, str]


CLASSES = {
    Kind.COMPUTE: Class(compute.tree, compute.VENDOR, compute.PRODUCT, compute.FIRMWARE),
    Kind.NVLINK_SWITCH: Class(switch.tree, switch.VENDOR, switch.PRODUCT, switch.FIRMWARE),
    Kind.POWER_SHELF: Class(shelf.tree, shelf.VENDOR, shelf.PRODUCT, shelf.FIRMWARE),
}


def resources(device: Device, system: System, sessions: Mapping[str, str]) -> Resources:
    """Return every resource of a device's BMC; `sessions` are users by session id."""
    own = CLASSES[device.kind]
    return (
        by_path(service_root(device, own.vendor, own.product))
        | services(device, sessions, own.firmware)
        | own.tree(device, system)
    )
