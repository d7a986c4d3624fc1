"""What one can buy: one YAML file per rack type, each number with its source.

Numbers about hardware are copied from slide to slide until nobody knows whether 142 kW was measured
or guessed. Here every number is a `{value, source, proof}` triple in a file that people can review;
the sources are spelled out in the same file. `proof` says how far we have held the number against
the world: *modelled* (read, not tried), *emulated* (our emulators behave so), *hardware-proven*.

A new type is a new file and no code: nothing anywhere asks for a type's name, only for its numbers
and flags. `catalogue()` gives the types; `facts()` gives the sources behind one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from rackwright import yamlfile
from rackwright.problems import RackwrightError

DeviceClass = Literal["compute", "nvlink-switch", "power-shelf"]
STAND_IN = "stand-in: "
"""What the source of a number begins with that has none."""
PROOFS = ("modelled", "emulated", "hardware-proven")

_FACT = frozenset({"value", "source", "proof"})


@dataclass(frozen=True, slots=True)
class Fact:
    """A number or flag of a hardware type and what it rests on."""

    path: str
    value: Any
    source: str
    proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Redfish:
    """The resource ids a device's BMC answers to; `system` is empty where it has none."""

    system: str
    manager: str
    chassis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceType:
    """One class of device in a rack: how many, where, what they are called."""

    device_class: DeviceClass
    word: str
    """The word in its name: `dgx`, `nvsw`, `pwr`."""
    count: int
    slots: tuple[tuple[int, int], ...]
    """First and last rack unit of each run of slots."""
    has_host: bool
    """It runs an operating system that we deploy, and so has an in-band address."""
    redfish: Redfish


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """What the operating system of a compute tray sees."""

    sockets: int
    cores_per_socket: int
    threads_per_core: int
    memory_mib: int
    """Physical memory of a tray."""
    schedulable_memory_mib: int
    """What a scheduler may give to jobs."""
    gpus: int
    gpu_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """What a rack draws, and what its shelves can give."""

    tdp_kw: int
    max_kw: int
    edpp_kw: int
    planning_kw: int
    """What a feed must hold for each planned rack."""
    supplies_per_shelf: int
    supply_kw: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HardwareType:
    """A rack one can buy."""

    name: str
    title: str
    domain_nodes: int
    """Compute trays in one NVLink domain."""
    management_switches: int
    devices: tuple[DeviceType, ...]
    host: Host
    power: Power

    def device_type(self, device_class: DeviceClass) -> DeviceType:
        """Return the devices of one class."""
        return next(kind for kind in self.devices if kind.device_class == device_class)


@cache
def catalogue() -> Mapping[str, HardwareType]:
    """Return every hardware type we know, by name."""
    return {path.stem: _load(path)[0] for path in sorted(Path(__file__).parent.glob("*.yaml"))}


def facts(name: str) -> tuple[Fact, ...]:
    """Return the numbers of one type with their sources, in the order of its file."""
    return _load(Path(__file__).parent / f"{name}.yaml")[1]


def _load(path: Path) -> tuple[HardwareType, tuple[Fact, ...]]:
    document = yamlfile.parse(path.read_text(), path.name)
    if document.problems:
        first = document.problems[0]
        raise RackwrightError(f"{first.at}: {first.message}", "restore the file")
    sources = document.data.pop("sources")
    found = tuple(_facts(document.data, "", sources))
    return _hardware_type(_values(document.data)), found


def _hardware_type(data: dict[str, Any]) -> HardwareType:
    devices = tuple(
        DeviceType(
            **{
                **device,
                "redfish": Redfish(**device["redfish"]),
                "slots": tuple((first, last) for first, last in device["slots"]),
            }
        )
        for device in data["devices"]
    )
    host, power = Host(**data["host"]), Power(**data["power"])
    return HardwareType(**{**data, "devices": devices, "host": host, "power": power})


def _facts(data: Any, path: str, sources: Mapping[str, str]) -> Iterator[Fact]:  # noqa: ANN401
    if isinstance(data, dict) and data.keys() == _FACT:
        yield Fact(path, data["value"], sources[data["source"]], data["proof"])
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from _facts(value, f"{path}.{key}" if path else key, sources)
    elif isinstance(data, list):
        for value in data:
            yield from _facts(value, f"{path}.{value['device_class']}", sources)


def _values(data: Any) -> Any:  # noqa: ANN401  (any YAML value)
    if isinstance(data, dict):
        if data.keys() == _FACT:
            return data["value"]
        return {key: _values(value) for key, value in data.items()}
    return [_values(item) for item in data] if isinstance(data, list) else data
