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
from itertools import chain

from msgspec import Struct

from rackwright.expand import naming
from rackwright.inventory import Inventory, Rack, Tenant
from rackwright.inventory.cabling import Fabric
from rackwright.inventory.infiniband import KINDS, Member
from rackwright.render.infiniband_links import (
    LANES,
    names_all_switches,
    topoconfig,
    topology_of_spines,
    topology_of_unit,
)
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


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield the InfiniBand files of the unit, where it has any."""
    fabrics = [each for each in inventory.common.fabrics if each.kind in KINDS]
    if inventory.unit.kind == "scalable-unit":
        for fabric in fabrics:
            if inventory.unit.name in fabric.planned:
                folder = f"{inventory.unit.folder}/infiniband/{fabric.name}"
                yield from _topology(folder, topology_of_unit(inventory, fabric))
    for fabric in fabrics:
        if inventory.unit.kind == "fabric" and fabric.name == inventory.unit.name:
            yield from _topology(inventory.unit.folder, topology_of_spines(inventory))
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


def _topology(folder: str, text: str) -> Iterator[tuple[str, str]]:
    if text:
        yield f"{folder}/topology", text


def _trays(rack: Rack) -> int:
    """Return how many compute trays of a rack are there."""
    kind = rack.hardware.device_type("compute")
    if not rack.open:
        return kind.count
    labels = (naming.label(kind, index) for index in range(1, kind.count + 1))
    return sum(label not in rack.open for label in labels)


def _partitions(inventory: Inventory) -> Iterator[tuple[str, str]]:
    common, members = inventory.common, inventory.members
    tenants = common.tenancy.tenants if common.tenancy else ()
    titles = tuple(f"{each.name}: {each.p_key:#06x}" for each in tenants)
    text = fill("infiniband/partitions.conf.j2", fabric=inventory.unit.name, tenants=titles)
    starts = {each.name: f"{each.name}={each.p_key:#06x}, ipoib, indx0 : " for each in tenants}
    yield f"{inventory.unit.folder}/partitions.conf", text + _lines(starts, members)
    for tenant in tenants:
        mine = (each.guids for each in members if each.tenant == tenant.name)
        guids = sorted(filter(None, chain.from_iterable(mine)))
        if guids:
            text = json_text(_request(tenant, guids))
            yield f"{inventory.unit.folder}/ufm/pkey-{tenant.name}.json", text


def _lines(starts: Mapping[str, str], members: Iterable[Member]) -> str:
    """Return a line for each port whose GUID is known of those that have a tenant."""
    ends = tuple(f"{lane}\n" for lane in LANES)
    found: list[str] = []
    for member in members:
        if member.tenant:
            start, middle = starts[member.tenant], f"=full ;  # {member.device} "
            for guid, end in zip(member.guids, ends, strict=False):
                if guid:
                    found += (start, guid, middle, end)
    return "".join(found)


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
        yield f"{inventory.unit.folder}/topoconfig.conf", topoconfig(inventory, fabric)


def _is_complete(inventory: Inventory) -> bool:
    """Return whether something is installed, and the GUID of every port and switch of it known."""
    if not inventory.members or not names_all_switches(inventory):
        return False
    return sum(each.known for each in inventory.members) >= _ports(inventory)


def _ports(inventory: Inventory) -> int:
    """Return how many ports the compute trays have that are there."""
    return len(LANES) * sum(_trays(rack) for rack in inventory.installed())
