"""InfiniBand: the cabling that a subnet manager must find, and who may speak with whom.

`topology` has the form of ibnetdiscover, in two parts: a unit's trays and leaves in the unit's own
folder, the spines in the fabric's; read one after the other they are the fabric as it stands now.
Nodes go by our names. A GUID stands where as-built/ knows it, and nowhere else.

partitions.conf says every member in a line that is complete in itself. OpenSM adds such lines up,
so a rack changes no line but its own; and a line can never grow beyond the 4,096 characters at
which OpenSM gives up on the whole file and makes everybody a full member of one partition.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from rackwright.expand import naming
from rackwright.expand.fabrics import of_kind
from rackwright.expand.fabrics.quantum_x800 import CLOS, PORTS, number
from rackwright.inventory import Inventory, Rack, Tenant
from rackwright.inventory.alike import Blank, Blanks, Pattern, Run, hole
from rackwright.inventory.cabling import Cable, Cables, End, Fabric, Harness
from rackwright.inventory.infiniband import KINDS, Member
from rackwright.render.jinja import fill
from rackwright.render.serialise import json_text


@dataclass(frozen=True, slots=True)
class Partitions:
    """What a fabric's page says of its partitions."""

    has_tenants: bool
    tenants: tuple[tuple[str, str, str], ...]
    """Name, P_Key and how many ports are in it."""
    apart: str
    """Ports whose pool has no tenant; empty where there are none."""
    unknown: str
    """Installed ports whose GUID nobody wrote down; empty where there are none."""
    is_complete: bool
    """The GUIDs of all installed ports and switches are known."""


Ports = dict[str, list[str]]
"""By switch: lines of its ports, each with the node and port at the other end."""

LANES = CLOS.lanes
_UNKNOWN = ("",) * len(LANES)
_HEAD = "# rendered from the specification, do not edit"


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield the InfiniBand files of the unit, where it has any."""
    fabrics = [each for each in inventory.common.fabrics if each.kind in KINDS]
    if inventory.unit.kind == "scalable-unit":
        for fabric in fabrics:
            if inventory.unit.name in fabric.planned:
                yield from _topology_of_unit(inventory, fabric)
    for fabric in fabrics:
        if inventory.unit.kind == "fabric" and fabric.name == inventory.unit.name:
            yield from _topology_of_spines(inventory)
            yield from _partitions(inventory)
            yield from _opensm(inventory)
            yield from _topoconfig(inventory, fabric)


def partitions(inventory: Inventory) -> Partitions | None:
    """Return what there is to say of a fabric's partitions; None where it is not InfiniBand."""
    common, members = inventory.common, inventory.members
    kinds = {each.name: each.kind for each in common.fabrics}
    if kinds.get(inventory.unit.name) not in KINDS:
        return None
    tenants = common.tenancy.tenants if common.tenancy else ()
    by_tenant: Counter[str] = Counter()
    for each in members:
        by_tenant[each.tenant] += each.known
    ports, known = _ports(inventory), by_tenant.total()
    apart = by_tenant[""] if tenants else 0
    return Partitions(
        has_tenants=bool(tenants),
        tenants=tuple(
            (each.name, f"{each.p_key:#06x}", f"{by_tenant[each.name]:,}") for each in tenants
        ),
        apart=f"{apart:,}" if apart else "",
        unknown=f"{ports - known:,} of {ports:,}" if ports > known else "",
        is_complete=_is_complete(inventory),
    )


def _trays(rack: Rack) -> int:
    """Return how many compute trays of a rack are there."""
    kind = rack.hardware.device_type("compute")
    labels = (naming.label(kind, index) for index in range(1, kind.count + 1))
    return sum(label not in rack.open for label in labels)


def _topology_of_unit(inventory: Inventory, fabric: Fabric) -> Iterator[tuple[str, str]]:
    """Yield the trays and leaves of a unit, as far as they are installed."""
    guids = {each.name: each.guids for each in inventory.devices if not each.open}
    runs = [_present(run, guids) for run in inventory.cables.of(fabric.name).installed().runs]
    down = [run for run in runs if run.pattern.records]
    if not down:
        return
    ports: Ports = {}
    for run in down:
        _plug(ports, _at_targets(run.pattern).filled(run.names))
    up = Cables(of_kind(fabric.kind).uplinks(fabric, inventory.unit.name, inventory.racks))
    for run in up.installed().runs:
        _plug(ports, _at_sources(run.pattern).filled(_numbered(run.names)))
    title = f"# {inventory.unit.name}: the trays and leaves of fabric {fabric.name}\n"
    trays = (_adapters(run, guids) for run in down)
    text = _text(title, *trays, *_switches(ports, inventory.switch_guids))
    yield f"{inventory.unit.folder}/infiniband/{fabric.name}/topology", text


def _topology_of_spines(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield the spines, as far as an installed leaf leads to them."""
    ports: Ports = {}
    for run in inventory.cables.installed().runs:
        _plug(ports, _at_targets(run.pattern).filled(_numbered(run.names)))
    if ports:
        title = f"# the spines of fabric {inventory.unit.name}, after the leaves of its units\n"
        text = _text(title, *_switches(ports, inventory.switch_guids))
        yield f"{inventory.unit.folder}/topology", text


def _present(run: Run[Cable], guids: Mapping[str, tuple[str, ...]]) -> Run[Cable]:
    """Return a run without the cables of trays that are not there."""
    trays = _trays_of(run.pattern)
    names = zip(trays, Blanks(trays).filled(run.names), strict=True)
    absent = frozenset(tray for tray, name in names if name not in guids)
    return Run(_without(run.pattern, absent), run.names) if absent else run


@cache
def _trays_of(harness: Harness) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cable.source.device for cable in harness.records))


@cache
def _without(harness: Harness, trays: frozenset[str]) -> Harness:
    return Pattern(tuple(each for each in harness.records if each.source.device not in trays))


def _adapters(run: Run[Cable], guids: Mapping[str, tuple[str, ...]]) -> str:
    """Return the ports of the trays at the lower ends of a run."""
    trays = _trays_of(run.pattern)
    filled = Blanks(trays).filled(run.names)
    known = {tray: (*guids[name], *_UNKNOWN) for tray, name in zip(trays, filled, strict=True)}
    lines = {
        place: f"caguid={known[tray][lane]}\n" if known[tray][lane] else ""
        for place, tray, lane in _places_of_guids(run.pattern)
    }
    return _blank_of_adapters(run.pattern).filled({**run.names, **lines})


@cache
def _places_of_guids(harness: Harness) -> tuple[tuple[str, str, int], ...]:
    """Return of each cable the hole for a GUID, the tray, and which of its lanes it is."""
    return tuple(
        (f"guid {place}", cable.source.device, LANES.index(cable.source.port))
        for place, cable in enumerate(harness.records)
    )


@cache
def _blank_of_adapters(harness: Harness) -> Blank:
    return Blank(
        "\n".join(
            f'{hole(f"guid {place}")}Ca\t1 "{adapter(cable.source.device, cable.source.port)}"\n'
            f'[1]\t"{cable.target.device}"[{number(cable.target.port)}]\n'
            for place, cable in enumerate(harness.records)
        )
    )


@cache
def _at_targets(harness: Harness) -> Blanks:
    """Return every switch at the upper ends of a harness, each followed by its ports."""
    return _at_switches((each.target, each.source) for each in harness.records)


@cache
def _at_sources(harness: Harness) -> Blanks:
    """Return every switch at the lower ends of a harness, each followed by its ports."""
    return _at_switches((each.source, each.target) for each in harness.records)


def _at_switches(ends: Iterable[tuple[End, End]]) -> Blanks:
    lines: dict[str, list[str]] = {}
    for here, there in ends:
        node, port = _node(there)
        lines.setdefault(here.device, []).append(f'[{_node(here)[1]}]\t"{node}"[{port}]\n')
    return Blanks(text for switch, each in lines.items() for text in (switch, "".join(each)))


def _node(end: End) -> tuple[str, str]:
    """Return a node and its port as ibnetdiscover says them; each port of a tray is a node."""
    if end.port in LANES:
        return adapter(end.device, end.port), "1"
    open_name = end.port.strip("\0")
    if open_name != end.port:
        return end.device, hole(f"{open_name} number")
    return end.device, str(number(end.port))


def _numbered(names: Mapping[str, str]) -> dict[str, str]:
    """Return the names of a run with the numbers of ports beside their names."""
    ports = [name for name in names if name.startswith("port ")]
    return {**names, **{f"{port} number": str(number(names[port])) for port in ports}}


def _plug(ports: Ports, texts: list[str]) -> None:
    for switch, lines in zip(texts[::2], texts[1::2], strict=True):
        ports.setdefault(switch, []).append(lines)


def _switches(ports: Ports, guids: Mapping[str, str]) -> Iterator[str]:
    for name, lines in sorted(ports.items()):
        guid = f"switchguid={guids[name]}\n" if name in guids else ""
        yield f'{guid}Switch\t{PORTS} "{name}"\n{"".join(lines)}'


def adapter(device: str, port: str) -> str:
    """Return what a port of a tray is called as a node of the fabric: `a01-…-c01 fabric-1`."""
    return f"{device} {port}"


def _partitions(inventory: Inventory) -> Iterator[tuple[str, str]]:
    common, members = inventory.common, inventory.members
    tenants = common.tenancy.tenants if common.tenancy else ()
    titles = tuple(f"{each.name}: {each.p_key:#06x}" for each in tenants)
    text = fill("infiniband/partitions.conf.j2", fabric=inventory.unit.name, tenants=titles)
    lines = (line for each in members if each.tenant for line in _lines(each))
    yield f"{inventory.unit.folder}/partitions.conf", "".join((text, *lines))
    for tenant in tenants:
        mine = (each.guids for each in members if each.tenant == tenant.name)
        guids = sorted(guid for known in mine for guid in known if guid)
        if guids:
            text = json_text(_request(tenant, guids))
            yield f"{inventory.unit.folder}/ufm/pkey-{tenant.name}.json", text


def _lines(member: Member) -> Iterator[str]:
    start = f"{member.tenant}={member.p_key:#06x}, ipoib, indx0"
    for lane, guid in zip(LANES, member.guids, strict=False):
        if guid:
            yield f"{start} : {guid}=full ;  # {adapter(member.device, lane)}\n"


def _request(tenant: Tenant, guids: list[str]) -> dict[str, object]:
    """Return the body of UFM's `PUT /ufmRest/resources/pkeys`, which sets who is in a P_Key."""
    return {
        "pkey": f"{tenant.p_key:#x}",
        "membership": "full",
        "index0": True,
        "ip_over_ib": True,
        "guids": [guid.removeprefix("0x") for guid in guids],
    }


def _opensm(inventory: Inventory) -> Iterator[tuple[str, str]]:
    text = fill("infiniband/opensm.conf.j2", fabric=inventory.unit.name)
    yield f"{inventory.unit.folder}/opensm.conf", text


def _topoconfig(inventory: Inventory, fabric: Fabric) -> Iterator[tuple[str, str]]:
    """Yield the links as NVIDIA's OpenSM reads them where it is told to find no others.

    It drops every link that is not in the file, so the file is there when every GUID is known.
    """
    if _is_complete(inventory):
        links = _links(inventory, fabric)
        both = (pair for one, other in links for pair in ((one, other), (other, one)))
        text = "".join(f"{one},{other},Any,Active\n" for one, other in both)
        yield f"{inventory.unit.folder}/topoconfig.conf", text


def _links(inventory: Inventory, fabric: Fabric) -> Iterator[tuple[str, str]]:
    """Yield both ends of every installed link, each as GUID and port number."""
    guids = {
        (each.device, lane): guid
        for each in inventory.members
        for lane, guid in zip(LANES, each.guids, strict=False)
    }

    def port(end: End) -> str:
        return f"{inventory.switch_guids.get(end.device, '')},{number(end.port)}"

    for rack in inventory.installed():
        for cable in of_kind(fabric.kind).downlinks(fabric, rack):
            guid = guids.get((cable.source.device, cable.source.port))
            if guid:
                yield f"{guid},1", port(cable.target)
    for cable in inventory.cables:
        if not cable.reserved:
            yield port(cable.source), port(cable.target)


def _is_complete(inventory: Inventory) -> bool:
    """Return whether something is installed, and the GUID of every port and switch of it known."""
    known = sum(each.known for each in inventory.members)
    if not known or known < _ports(inventory):
        return False
    runs = inventory.cables.installed().runs
    return all(
        device in inventory.switch_guids
        for run in runs
        for device in _switches_of(run.pattern).filled(run.names)
    )


@cache
def _switches_of(harness: Harness) -> Blanks:
    ends = (end.device for cable in harness.records for end in (cable.source, cable.target))
    return Blanks(dict.fromkeys(ends))


def _ports(inventory: Inventory) -> int:
    """Return how many ports the compute trays have that are there."""
    return len(LANES) * sum(_trays(rack) for rack in inventory.installed())


def _text(*blocks: str) -> str:
    """Return a file of blocks of whole lines, with an empty line between them."""
    return f"{_HEAD}\n" + "\n".join(blocks)
