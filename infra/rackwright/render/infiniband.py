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

from msgspec import Struct

from rackwright.expand import naming
from rackwright.expand.fabrics import of_kind
from rackwright.expand.fabrics.quantum_x800 import CLOS, PORTS, number
from rackwright.inventory import Inventory, Rack, Tenant
from rackwright.inventory.cabling import Cable, End, Fabric
from rackwright.inventory.infiniband import KINDS, Member
from rackwright.render.jinja import fill
from rackwright.render.serialise import json_text


class Partitions(Struct, frozen=True):
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


Ports = dict[str, list[tuple[int, str, int]]]
"""By switch: its port, and the node and port at the other end."""

LANES = CLOS.lanes
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
    by_tenant = Counter(each.tenant for each in members)
    ports = _ports(inventory)
    apart = by_tenant[""] if tenants else 0
    return Partitions(
        has_tenants=bool(tenants),
        tenants=tuple(
            (each.name, f"{each.p_key:#06x}", f"{by_tenant[each.name]:,}") for each in tenants
        ),
        apart=f"{apart:,}" if apart else "",
        unknown=f"{ports - len(members):,} of {ports:,}" if ports > len(members) else "",
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
    down = [
        cable
        for cable in inventory.cables
        if cable.fabric == fabric.name and not cable.reserved and cable.source.device in guids
    ]
    if not down:
        return
    lines = [_HEAD, f"# {inventory.unit.name}: the trays and leaves of fabric {fabric.name}", ""]
    lanes = {lane: place for place, lane in enumerate(dict.fromkeys(c.source.port for c in down))}
    for cable in down:
        place, known = lanes[cable.source.port], guids[cable.source.device]
        lines += _adapter(cable, known[place] if place < len(known) else "")
    up = of_kind(fabric.kind).uplinks(fabric, inventory.unit.name, inventory.racks)
    ports = _leaf_ports(down, (cable for cable in up if not cable.reserved))
    lines += _switches(ports, inventory.switch_guids)
    yield f"{inventory.unit.folder}/infiniband/{fabric.name}/topology", _text(lines)


def _topology_of_spines(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield the spines, as far as an installed leaf leads to them."""
    ports: Ports = {}
    for cable in inventory.cables:
        if not cable.reserved:
            end = (number(cable.target.port), cable.source.device, number(cable.source.port))
            ports.setdefault(cable.target.device, []).append(end)
    if ports:
        title = f"# the spines of fabric {inventory.unit.name}, after the leaves of its units"
        lines = [_HEAD, title, "", *_switches(dict(sorted(ports.items())), inventory.switch_guids)]
        yield f"{inventory.unit.folder}/topology", _text(lines)


def _adapter(cable: Cable, guid: str) -> Iterator[str]:
    if guid:
        yield f"caguid={guid}"
    yield f'Ca\t1 "{adapter(cable.source.device, cable.source.port)}"'
    yield f'[1]\t"{cable.target.device}"[{number(cable.target.port)}]'
    yield ""


def _switches(ports: Ports, guids: Mapping[str, str]) -> Iterator[str]:
    for name, ends in ports.items():
        if name in guids:
            yield f"switchguid={guids[name]}"
        yield f'Switch\t{PORTS} "{name}"'
        for port, peer, peer_port in sorted(ends):
            yield f'[{port}]\t"{peer}"[{peer_port}]'
        yield ""


def _leaf_ports(down: Iterable[Cable], up: Iterable[Cable]) -> Ports:
    ports: Ports = {}
    for cable in down:
        name = adapter(cable.source.device, cable.source.port)
        ports.setdefault(cable.target.device, []).append((number(cable.target.port), name, 1))
    for cable in up:
        end = (number(cable.source.port), cable.target.device, number(cable.target.port))
        ports.setdefault(cable.source.device, []).append(end)
    return dict(sorted(ports.items()))


def adapter(device: str, port: str) -> str:
    """Return what a port of a tray is called as a node of the fabric: `a01-…-c01 fabric-1`."""
    return f"{device} {port}"


def _partitions(inventory: Inventory) -> Iterator[tuple[str, str]]:
    common, members = inventory.common, inventory.members
    tenants = common.tenancy.tenants if common.tenancy else ()
    titles = tuple(f"{each.name}: {each.p_key:#06x}" for each in tenants)
    text = fill("infiniband/partitions.conf.j2", fabric=inventory.unit.name, tenants=titles)
    lines = (_member(each) for each in members if each.tenant)
    yield f"{inventory.unit.folder}/partitions.conf", "".join((text, *lines))
    for tenant in tenants:
        mine = sorted(each.guid for each in members if each.tenant == tenant.name)
        if mine:
            text = json_text(_request(tenant, mine))
            yield f"{inventory.unit.folder}/ufm/pkey-{tenant.name}.json", text


def _member(member: Member) -> str:
    whose = adapter(member.device, member.port)
    start = f"{member.tenant}={member.p_key:#06x}, ipoib, indx0"
    return f"{start} : {member.guid}=full ;  # {whose}\n"


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
    guids = {(each.device, each.port): each.guid for each in inventory.members}

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
    if not inventory.members or len(inventory.members) < _ports(inventory):
        return False
    ends = ({c.source.device, c.target.device} for c in inventory.cables if not c.reserved)
    switches: set[str] = set().union(*ends)
    return switches <= {*inventory.switch_guids}


def _ports(inventory: Inventory) -> int:
    """Return how many ports the compute trays have that are there."""
    return len(LANES) * sum(_trays(rack) for rack in inventory.installed())


def _text(lines: list[str]) -> str:
    return "\n".join(lines)
