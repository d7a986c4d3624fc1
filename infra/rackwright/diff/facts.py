"""One side of a diff as flat records: every thing of the site with its fields as text.

Two inventories are compared field by field, and a field that was forgotten would be a change that
nobody sees. So records are made from the inventory's own records, field by field, and only what
follows from something else is left out, by name. A rack that is planned is a position on paper: it
has a record, and no devices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import asdict, replace

from rackwright.hardware import DeviceClass, HardwareType
from rackwright.inventory import Common, Device, Feed, Inventory, Rack
from rackwright.inventory.cabling import Cable, Switch
from rackwright.inventory.management import Managed
from rackwright.render.imex import domains
from rackwright.spec.gates import Gates

KINDS: Mapping[DeviceClass, str] = {
    "compute": "compute-tray",
    "nvlink-switch": "nvlink-switch-tray",
    "power-shelf": "power-shelf",
}
PLURALS: Mapping[str, str] = {
    "compute-tray": "compute trays",
    "nvlink-switch-tray": "NVLink switch trays",
    "power-shelf": "power shelves",
}
RACK_LEFT_OUT = frozenset({"name", "pod", "number", "open", "holds", "installed", "partitions"})
"""Fields of a rack that are its key, follow from its index, or are told of its devices."""
DEVICE_LEFT_OUT = frozenset({"rack", "device_class", "label", "index", "open"})
COMMON_KINDS: Mapping[str, str] = {
    "spaces": "network",
    "service_nodes": "service-node",
    "pools": "pool",
    "lockfiles": "lockfile",
    "fabrics": "fabric",
    "overrides": "override",
    "accepted": "accepted-warning",
}
"""Fields of what is common to the site that are things of their own."""
COMMON_LEFT_OUT = frozenset({*COMMON_KINDS, "site", "units", "tenancy", "inputs"})


class Record(Struct, kw_only=True):
    """One thing of the site."""

    kind: str
    path: str
    title: str
    fields: Mapping[str, str]
    unit: str = ""
    rack: str = ""
    label: str = ""
    pool: str = ""
    domain: str = ""
    gpus: int = 0
    installed: bool = True
    """Whether it is there; false for a planned rack."""
    held: bool = False
    approved: bool = False
    """Whether its removal was approved."""


class Facts(Struct, frozen=True):
    """The records of one side, by path."""

    records: dict[str, Record]
    links: Mapping[tuple[str, str], Mapping[tuple[str, str], tuple[str, str]]] = field(
        default_factory=dict
    )
    """Cables that are there by fabric and unit: from device and port, to device and port."""
    is_partial: bool = False
    """Whether only some kinds and fields are known: it was read from plans."""


def facts(site: Inventory, units: Iterable[Inventory], gates: Gates | None) -> Facts:
    """Return the records of a site and of some of its units, expanded and cabled.

    Racks of other units have none: they are as they were.
    """
    found = [*_site(site)]
    if gates:
        fields = dict(flat(gates.values()))
        found.append(Record(kind="gates", path="gates", title=site.common.site, fields=fields))
    links: dict[tuple[str, str], dict[tuple[str, str], tuple[str, str]]] = {}
    for unit in units:
        if unit.unit.kind == "scalable-unit":
            found += map(_rack, unit.racks)
            found += _devices(unit)
            found += _domains(unit)
        managed = {each.name: each for each in unit.managed}
        found += (_switch(each, managed.get(each.name)) for each in unit.switches)
        _link(links, unit.unit.name, unit.cables)
    return Facts({record.path: record for record in found}, links)


def flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401  (any record)
    """Yield every field of a record as path and text, list items by what names them."""
    if isinstance(value, HardwareType):
        yield path, value.name
    elif isinstance(value, Struct):
        for name, each in asdict(value).items():
            yield from flat(each, _below(path, name))
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from flat(each, _below(path, str(key)))
    elif isinstance(value, tuple) and value and not isinstance(value[0], str | int | float):
        for number, each in enumerate(value):
            yield from flat(each, _below(path, _name(each, number)))
    else:
        yield path, text(value)


def text(value: Any) -> str:  # noqa: ANN401  (any value of an inventory)
    """Return a value as people read it; nothing where there is none."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(text, value))
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


def _number(value: int) -> str:
    """Return an AS number; none where it is 0."""
    return str(value) if value else ""


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _name(value: Any, number: int) -> str:  # noqa: ANN401  (any record in a list)
    for key in ("name", "path", "component", "code"):
        if hasattr(value, key):
            return str(getattr(value, key)).replace(".", "·")
    if isinstance(value, tuple) and value and isinstance(value[0], str):
        return value[0]
    return str(number + 1)


def _fields(value: Any, left_out: frozenset[str]) -> dict[str, str]:  # noqa: ANN401
    found: dict[str, str] = {}
    for name, each in asdict(value).items():
        if name not in left_out:
            found.update(flat(each, name))
    return found


def _site(site: Inventory) -> Iterator[Record]:
    common = site.common
    fields = _fields(common, COMMON_LEFT_OUT)
    if common.tenancy:
        fields |= dict(flat(replace(common.tenancy, tenants=()), "tenancy"))
    yield Record(kind="site", path="site", title=common.site, fields=fields)
    for name in common.units:
        path = f"units.{name}"
        yield Record(kind="unit", path=path, title=name, fields={}, unit=name)
    yield from _common(common)
    for feed in site.feeds:
        yield _feed(feed)
    for loop in site.loops:
        name = f"{loop.hall} {loop.name}"
        fields = _fields(loop, frozenset({"hall", "name"}))
        yield Record(kind="cooling-loop", path=f"loops.{name}", title=name, fields=fields)
    for kind in {rack.hardware.name: rack.hardware for rack in site.racks}.values():
        numbers = {fact.path: text(fact.value) for fact in kind.facts}
        path = f"hardware.{kind.name}"
        yield Record(kind="hardware-type", path=path, title=kind.name, fields=numbers)


def _common(common: Common) -> Iterator[Record]:
    for attribute, kind in COMMON_KINDS.items():
        for each in getattr(common, attribute):
            name = _named(each)
            fields = _fields(each, frozenset({"name"}))
            yield Record(kind=kind, path=f"{attribute}.{name}", title=name, fields=fields)
    for tenant in common.tenancy.tenants if common.tenancy else ():
        fields = _fields(tenant, frozenset({"name"}))
        yield Record(kind="tenant", path=f"tenants.{tenant.name}", title=tenant.name, fields=fields)


def _named(value: Any) -> str:  # noqa: ANN401  (any record of what is common)
    if hasattr(value, "title"):
        return str(value.title)
    if hasattr(value, "label"):
        return f"racks.{value.rack}.trays.{value.label}.{value.field}"
    if hasattr(value, "code"):
        return f"{value.code} {value.at or 'everywhere'}"
    return str(value.name)


def _feed(feed: Feed) -> Record:
    name = f"{feed.hall} {feed.name}"
    return Record(
        kind="feed",
        path=f"feeds.{name}",
        title=name,
        fields=_fields(feed, frozenset({"hall", "name"})),
    )


def _rack(rack: Rack) -> Record:
    fields = _fields(rack, RACK_LEFT_OUT)
    for network in ("out_of_band", "in_band"):
        fields = {key: each for key, each in fields.items() if not key.startswith(f"{network}.")}
        fields[network] = getattr(rack, network).prefix
    further = {f"further.{key}": subnet.prefix for key, subnet in rack.further.items()}
    fields = {key: each for key, each in fields.items() if not key.startswith("further.")}
    leaving = rack.decommission
    fields["decommission"] = leaving.approval if leaving else ""
    fields["asn"] = _number(rack.asn)
    return Record(
        kind="rack",
        path=f"racks.{rack.name}",
        title=rack.name,
        fields=fields | further | {"state": "installed" if rack.installed else "planned"},
        unit=rack.unit,
        rack=rack.name,
        pool=rack.pool,
        domain=rack.nvlink_domain,
        installed=rack.installed,
        held=bool(rack.hold),
        approved=leaving is not None,
    )


def _devices(unit: Inventory) -> Iterator[Record]:
    for rack in unit.installed():
        for device in unit.by_rack.get(rack.name, ()):
            if not device.open:
                yield _device(rack, device)


def _device(rack: Rack, device: Device) -> Record:
    return Record(
        kind=KINDS[device.device_class],
        path=f"racks.{rack.name}.trays.{device.label}",
        title=f"{rack.name} {device.label}",
        fields=_fields(device, DEVICE_LEFT_OUT) | {"asn": _number(device.asn)},
        unit=rack.unit,
        rack=rack.name,
        label=device.label,
        pool=rack.pool,
        domain=rack.nvlink_domain,
        gpus=rack.hardware.host.gpus if device.is_host else 0,
        held=bool(device.hold),
    )


def _domains(unit: Inventory) -> Iterator[Record]:
    for name, hosts in domains(unit).items():
        yield Record(
            kind="nvlink-domain",
            path=f"domains.{name}",
            title=name,
            fields={"hosts": ", ".join(host.name for host in hosts)},
            unit=unit.unit.name,
            domain=name,
        )


def _switch(switch: Switch, managed: Managed | None) -> Record:
    fields = _fields(switch, frozenset({"name", "reserved", "unit"}))
    fields = {name: value for name, value in fields.items() if value != "0"}
    if managed:
        fields |= _fields(managed, frozenset({"name", "fabric", "subnet"}))
    return Record(
        kind="switch",
        path=f"switches.{switch.name}",
        title=switch.name,
        fields=fields | {"state": "planned" if switch.reserved else "installed"},
        unit=switch.unit,
        installed=not switch.reserved,
    )


def _link(
    links: dict[tuple[str, str], dict[tuple[str, str], tuple[str, str]]],
    unit: str,
    cables: Iterable[Cable],
) -> None:
    for cable in cables:
        if not cable.reserved:
            ends = links.setdefault((cable.fabric, unit), {})
            source, target = cable.source, cable.target
            ends[source.device, source.port] = (target.device, target.port)
