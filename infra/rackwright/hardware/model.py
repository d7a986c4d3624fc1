"""The records of a hardware type: what code may ask of a rack, whoever built it.

Whatever differs between racks that one can buy is a number or a flag here. Code asks for these and
never for a name, so that a rack nobody has seen yet is a file and not a change of the program.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

DeviceClass = Literal["compute", "nvlink-switch", "power-shelf"]


Number = int | float
"""As it was written: 150 is printed as 150."""


class Fact(Struct, frozen=True):
    """A number or flag of a hardware type and what it rests on."""

    path: str
    """Where it stands in the type: `devices.compute.count`."""
    value: Any
    source: str
    proof: str
    read_for: str
    """The type it was read for; another's, where this type takes it over from that one."""


class Redfish(Struct, frozen=True, kw_only=True):
    """The resource ids a device's BMC answers to; `system` is empty where it has none."""

    system: str
    manager: str
    chassis: str


class Bmc(Struct, frozen=True, kw_only=True):
    """What a device's BMC speaks and can do, for whoever drives it."""

    dialect: str
    """The family of its Redfish: `nvidia-openbmc`, `pmc`, …; a word for people."""
    virtual_media: bool
    """It lends its host a boot medium, which is how hosts are deployed."""
    multipart_update: bool
    """It takes firmware through Redfish's MultipartHttpPushUri."""
    leak_detectors: int
    """How many leak detectors it reports."""


class Port(Struct, frozen=True, kw_only=True):
    """Ports of one kind on each device of a class."""

    name: str
    adapter: str
    count: int
    gbps: int


class DeviceType(Struct, frozen=True, kw_only=True):
    """One class of device in a rack: how many, where, what they are called."""

    device_class: DeviceClass
    word: str
    """The word in its name: `dgx`, `nvsw`, `pwr`."""
    count: int
    height: int
    """Rack units of each."""
    slots: tuple[tuple[int, int], ...]
    """First and last rack unit of each run of slots."""
    has_host: bool
    """It runs an operating system that we deploy, and so has an in-band address."""
    redfish: Redfish
    bmc: Bmc
    ports: tuple[Port, ...]


class Host(Struct, frozen=True, kw_only=True):
    """What the operating system of a compute tray sees."""

    architecture: str
    """Of its processors, as Linux calls it: `aarch64`."""
    sockets: int
    cores_per_socket: int
    threads_per_core: int
    memory_mib: int
    """Physical memory of a tray."""
    schedulable_memory_mib: int
    """What a scheduler may give to jobs."""
    gpus: int
    gpu_type: str
    kernel_arguments: tuple[str, ...]
    """What its kernel should be started with, whatever the image."""


class Power(Struct, frozen=True, kw_only=True):
    """What a rack draws, and what its shelves can give."""

    tdp_kw: Number
    max_kw: Number
    edpp_kw: Number
    """The peak that is over in milliseconds; shelves must ride it out, feeds need not."""
    planning_kw: Number
    """What a feed must hold for each planned rack."""
    supplies_per_shelf: int
    supply_kw: Number
    spare_shelves: int
    """The x of N+x: how many shelves may fail while the rack runs at full load."""

    @property
    def shelf_kw(self) -> Number:
        """What one shelf gives."""
        return self.supplies_per_shelf * self.supply_kw


class Cooling(Struct, frozen=True, kw_only=True):
    """What a rack asks of its coolant."""

    liquid_percent: int
    """How much of its heat leaves with the liquid; the rest is the room's."""
    flow: tuple[tuple[Number, Number], ...]
    """Supply temperature in °C and the flow in L/min a rack needs at it, rising."""


class HardwareType(Struct, frozen=True, kw_only=True):
    """A rack one can buy."""

    name: str
    title: str
    like: str
    """The type it takes over what it does not say itself; empty where it says everything."""
    domain_nodes: int
    """Compute trays in one NVLink domain; more than the rack's own where racks share one."""
    management_switches: int
    devices: tuple[DeviceType, ...]
    host: Host
    power: Power
    cooling: Cooling
    facts: tuple[Fact, ...]

    def device_type(self, device_class: DeviceClass) -> DeviceType:
        """Return the devices of one class."""
        for kind in self.devices:
            if kind.device_class == device_class:
                return kind
        raise LookupError(device_class)
