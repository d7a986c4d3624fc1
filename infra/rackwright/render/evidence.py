"""What is known of the racks of a unit, and how far that was ever held against the world."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec import Struct

from rackwright import hardware
from rackwright.hardware import DeviceClass, HardwareType
from rackwright.inventory import Rack

WORDS: dict[DeviceClass, str] = {
    "compute": "compute trays",
    "nvlink-switch": "NVLink switch trays",
    "power-shelf": "power shelves",
}


class Evidence(Struct, frozen=True):
    """How far the numbers about a hardware type have been held against the world."""

    name: str
    title: str
    numbers: int
    proofs: tuple[tuple[str, int], ...]
    like: str
    taken_over: int
    """Numbers that were read for the type it is like, and not for this one."""
    stand_ins: tuple[tuple[str, str], ...]
    """Reasons why numbers have no source, each with their paths."""
    power: str
    ports: str
    elevation: str


def evidence(racks: Iterable[Rack]) -> Iterator[Evidence]:
    """Yield what is known of each hardware type among `racks`, by name."""
    types = {rack.hardware.name: rack.hardware for rack in racks}
    for name, kind in sorted(types.items()):
        proofs = Counter(fact.proof for fact in kind.facts)
        yield Evidence(
            name=name,
            title=kind.title,
            numbers=len(kind.facts),
            proofs=tuple((proof, proofs[proof]) for proof in hardware.PROOFS),
            like=kind.like,
            taken_over=sum(fact.read_for != name for fact in kind.facts),
            stand_ins=tuple(_stand_ins(kind)),
            power=_power(kind),
            ports=_ports(kind),
            elevation=_elevation(kind),
        )


def _stand_ins(kind: HardwareType) -> Iterator[tuple[str, str]]:
    paths: dict[str, list[str]] = {}
    for fact in kind.facts:
        if fact.source.startswith(hardware.STAND_IN):
            reason = fact.source.removeprefix(hardware.STAND_IN)
            paths.setdefault(reason, []).append(f"`{fact.path}`")
    for reason, those in paths.items():
        verb = "is a stand-in" if len(those) == 1 else "are stand-ins"
        yield f"{', '.join(those)} {verb}", reason


def _power(kind: HardwareType) -> str:
    power, shelves = kind.power, kind.device_type("power-shelf").count
    spare, left = power.spare_shelves, shelves - power.spare_shelves
    return (
        f"TDP {power.tdp_kw:g}, maximum {power.max_kw:g}, peak {power.edpp_kw:g}, planned with "
        f"{power.planning_kw:g} kW; its {shelves} shelves give {shelves * power.shelf_kw:g} kW, "
        f"and {left * power.shelf_kw:g} kW with {spare} lost"
    )


def _ports(kind: HardwareType) -> str:
    counts: Counter[str] = Counter()
    for device in kind.devices:
        for port in device.ports:
            counts[f"{port.adapter} {port.gbps}G"] += device.count * port.count
    return ", ".join(f"{count} x {what}" for what, count in counts.items() if count)


def _elevation(kind: HardwareType) -> str:
    runs = [
        (first, f"U{first}-{last} {WORDS[device.device_class]}")
        for device in kind.devices
        for first, last in device.slots
    ]
    return ", ".join(text for _, text in sorted(runs))
