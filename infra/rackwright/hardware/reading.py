"""A hardware file to a HardwareType: a type is a flat table of facts, and a variant replaces rows.

The racks of five vendors are the same rack but for a dozen numbers. Five copies would hide those
dozen; merging one tree into another surprises whoever reads only one of the two. So a type is flat:
each fact has a path, `power.max_kw`. A complete file spells the paths out as a tree. A file that
says `like: TYPE` starts from that type's facts and lists under `differs:` the paths that are
others, one line each; a path the type does not have is refused. There is no third way and no chain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from rackwright.hardware.model import (
    Bmc,
    Cooling,
    DeviceClass,
    DeviceType,
    Fact,
    HardwareType,
    Host,
    Port,
    Power,
    Redfish,
)

FACT = frozenset({"value", "source", "proof"})

Table = Mapping[str, Mapping[str, Any]]
"""Facts as they stand in a file, by path."""


def own_facts(data: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the facts that a hardware file states itself, by path."""
    if "like" in data:
        return dict(data["differs"])
    return dict(_flat(data, ""))


def tree(facts: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return what the paths of `facts` spell out: `{"power": {"max_kw": …}}`."""
    root: dict[str, Any] = {}
    for path, value in facts:
        *folders, last = path.split(".")
        here = root
        for folder in folders:
            here = here.setdefault(folder, {})
        here[last] = value
    return root


def hardware_type(data: Mapping[str, Any], base: HardwareType | None) -> HardwareType:
    """Return the type that a hardware file describes; `base` is the one it is like."""
    name, sources = data["name"], data["sources"]
    facts = {fact.path: fact for fact in base.facts} if base else {}
    for path, fact in own_facts(data).items():
        facts[path] = Fact(path, fact["value"], sources[fact["source"]], fact["proof"], name)
    values = tree((path, fact.value) for path, fact in facts.items())
    return HardwareType(
        name=name,
        title=data["title"],
        like=base.name if base else "",
        domain_nodes=values["domain_nodes"],
        management_switches=values["management_switches"],
        devices=tuple(_device_type(key, device) for key, device in values["devices"].items()),
        host=_host(values["host"]),
        power=Power(**values["power"]),
        cooling=_cooling(values["cooling"]),
        facts=tuple(facts.values()),
    )


def _device_type(key: str, values: dict[str, Any]) -> DeviceType:
    ports = values["ports"].items()
    return DeviceType(
        device_class=cast("DeviceClass", key.replace("_", "-")),
        word=values["word"],
        count=values["count"],
        height=values["height"],
        slots=tuple((first, last) for first, last in values["slots"]),
        has_host=values["has_host"],
        redfish=Redfish(**values["redfish"]),
        bmc=Bmc(**values["bmc"]),
        ports=tuple(Port(name=name, **port) for name, port in ports),
    )


def _host(values: dict[str, Any]) -> Host:
    return Host(**{**values, "kernel_arguments": tuple(values["kernel_arguments"])})


def _cooling(values: dict[str, Any]) -> Cooling:
    flow = tuple((celsius, litres) for celsius, litres in values["flow"])
    return Cooling(liquid_percent=values["liquid_percent"], flow=flow)


def _flat(data: Mapping[str, Any], path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for key, value in data.items():
        here = f"{path}.{key}" if path else key
        if isinstance(value, dict) and value.keys() == FACT:
            yield here, value
        elif isinstance(value, dict) and here != "sources":
            yield from _flat(value, here)
