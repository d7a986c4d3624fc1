"""What a person may write in a hardware file: a rack type in full, or as another with differences.

Our own files have this form too. A type in full must say everything, because a number that is not
there would be somebody's guess further down; one that is `like` another says only what differs.
"""

from __future__ import annotations

from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import Field

from rackwright.spec.models import Model
from rackwright.spec.words import (
    Flag,
    Form,
    KernelArgument,
    Name,
    Number,
    SiteName,
    Whole,
)

T = TypeVar("T")

Architecture = Literal["aarch64", "x86_64"]
Count = Annotated[Whole, Field(ge=1, le=10_000_000)]
Kilowatt = Annotated[Number, Field(gt=0, le=10_000)]
Words = Annotated[str, Form("[^\\n|]{1,80}", "text in one line, 80 characters at most")]
ResourceId = Annotated[
    str, Form("[A-Za-z0-9_.-]{0,64}", "a Redfish resource id, or nothing in quotes")
]
Source = Annotated[str, Form("[^\\n|]{10,200}", "a source in one line, 10 to 200 characters")]
PortName = Annotated[str, Form("[a-z][a-z0-9_]{0,30}", "lower-case letters, digits, underscores")]
Row = Annotated[tuple[Number, ...], Field(min_length=2, max_length=2)]
Run = Annotated[tuple[Annotated[Whole, Field(ge=1, le=60)], ...], Field(min_length=2, max_length=2)]


class Fact(Model, Generic[T]):
    """A number or flag, and what it rests on."""

    value: T = Field(description="The number or flag itself.")
    source: str = Field(description="A key of `sources`.")
    proof: Literal["modelled", "emulated", "hardware-proven"] = Field(
        description="How far it was held against the world: read, emulated, seen on hardware."
    )


class RedfishIds(Model):
    """The resource ids a device's BMC answers to."""

    system: Fact[ResourceId] = Field(description="Its ComputerSystem; nothing where it has none.")
    manager: Fact[ResourceId] = Field(description="Its Manager.")
    chassis: Fact[ResourceId] = Field(description="Its Chassis.")


class BmcFacts(Model):
    """What a device's BMC speaks and can do."""

    dialect: Fact[SiteName] = Field(description="The family of its Redfish, such as idrac.")
    virtual_media: Fact[Flag] = Field(description="Whether it lends its host a boot medium.")
    multipart_update: Fact[Flag] = Field(description="Whether it takes firmware by multipart push.")
    leak_detectors: Fact[Annotated[Whole, Field(ge=0, le=100)]] = Field(
        description="How many leak detectors it reports."
    )


class PortFacts(Model):
    """Ports of one kind on each device of a class."""

    adapter: Fact[Words] = Field(description="What they are on.")
    count: Fact[Annotated[Whole, Field(ge=0, le=100)]] = Field(description="How many each has.")
    gbps: Fact[Annotated[Whole, Field(ge=1, le=10_000)]] = Field(description="Their speed, Gb/s.")


class Devices(Model):
    """One class of device."""

    word: Fact[Name] = Field(description="The word in its devices' names.")
    height: Fact[Annotated[Whole, Field(ge=1, le=10)]] = Field(description="Rack units of each.")
    slots: Fact[tuple[Run, ...]] = Field(description="First and last rack unit of each run.")
    redfish: RedfishIds = Field(description="The resource ids its BMC answers to.")
    bmc: BmcFacts = Field(description="What its BMC can do.")
    ports: dict[PortName, PortFacts] = Field(description="Its ports, by a name of your choice.")


class Appliances(Devices):
    """Devices that run no host of ours: switch trays, power shelves."""

    count: Fact[Annotated[Whole, Field(ge=1, le=10)]] = Field(
        description="How many a rack has; addresses leave room for 10."
    )
    has_host: Fact[Literal[False]] = Field(description="false: no host of ours runs on it.")


class ComputeTrays(Devices):
    """The compute trays."""

    count: Fact[Annotated[Whole, Field(ge=1, le=20)]] = Field(
        description="How many a rack has; addresses leave room for 20."
    )
    has_host: Fact[Literal[True]] = Field(description="true: what is deployed runs on it.")


class ByClass(Model):
    """The devices of a rack by class."""

    compute: ComputeTrays = Field(description="Compute trays.")
    nvlink_switch: Appliances = Field(description="NVLink switch trays.")
    power_shelf: Appliances = Field(description="Power shelves.")


class HostFacts(Model):
    """What the operating system of a compute tray sees."""

    architecture: Fact[Architecture] = Field(
        description="Its processors', as Linux calls it: aarch64."
    )
    sockets: Fact[Count] = Field(description="CPU sockets.")
    cores_per_socket: Fact[Count] = Field(description="Cores of each.")
    threads_per_core: Fact[Count] = Field(description="Threads of each core.")
    memory_mib: Fact[Count] = Field(description="Physical memory.")
    schedulable_memory_mib: Fact[Count] = Field(description="What jobs may have of it.")
    gpus: Fact[Count] = Field(description="GPUs of a tray.")
    gpu_type: Fact[SiteName] = Field(description="Their Gres type.")
    kernel_arguments: Fact[tuple[KernelArgument, ...]] = Field(
        description="What its kernel should be started with, whatever the image."
    )


class PowerFacts(Model):
    """What a rack draws, and what its shelves give."""

    tdp_kw: Fact[Kilowatt] = Field(description="Thermal design power of the rack.")
    max_kw: Fact[Kilowatt] = Field(description="The most it draws for long.")
    edpp_kw: Fact[Kilowatt] = Field(description="Its peak of milliseconds.")
    planning_kw: Fact[Kilowatt] = Field(description="What a feed must hold for it.")
    supplies_per_shelf: Fact[Count] = Field(description="Power supplies of a shelf.")
    supply_kw: Fact[Kilowatt] = Field(description="What each supply gives.")
    spare_shelves: Fact[Annotated[Whole, Field(ge=0, le=10)]] = Field(
        description="How many shelves may fail at full load."
    )


class CoolingFacts(Model):
    """What a rack asks of its coolant."""

    liquid_percent: Fact[Annotated[Whole, Field(ge=0, le=100)]] = Field(
        description="How much of its heat leaves with the liquid."
    )
    flow: Fact[Annotated[tuple[Row, ...], Field(min_length=1)]] = Field(
        description="Supply temperature in °C and flow in L/min, rising."
    )


class Described(Model):
    """What every hardware file has."""

    name: SiteName = Field(description="The type's name; also the name of the file.")
    title: Words = Field(description="Its name for people.")
    sources: dict[str, Source] = Field(description="Where the numbers come from, by key.")


class RackType(Described):
    """A rack type in full."""

    domain_nodes: Fact[Count] = Field(description="Compute trays in one NVLink domain.")
    management_switches: Fact[Annotated[Whole, Field(ge=0, le=10)]] = Field(
        description="Management switches in the rack."
    )
    devices: ByClass = Field(description="Its devices by class.")
    host: HostFacts = Field(description="What the system of a compute tray sees.")
    power: PowerFacts = Field(description="What it draws.")
    cooling: CoolingFacts = Field(description="What it asks of its coolant.")


class Variant(Described):
    """A rack type that is another with differences."""

    like: str = Field(description="The type in full that it takes everything else over from.")
    differs: dict[str, Fact[Any]] = Field(
        description="What is different, each by its path in that type: power.max_kw."
    )
