"""Fabrics and lists for people: cables, topologies, partitions, feeds."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from rackwright.verify import infiniband
from rackwright.verify.agreement.plans import trays
from rackwright.verify.agreement.said import Cord, Fact, Members, Mention, Place, Said, lines
from rackwright.verify.consumer import Rendered

_TENANT = re.compile(r'^tenant:\n  name: "([^"]+)"\n  p_key: (\d+)$', re.MULTILINE)


def cables(rendered: Rendered) -> Iterator[Said]:
    """Yield every cable of the lists that is installed."""
    there = trays(rendered)
    for path in rendered.paths:
        if path.endswith("/cables.csv"):
            for number, row in _rows(rendered, path):
                source, target = row["SRC_NAME"], row["DST_NAME"]
                is_absent = re.search(r"-c\d\d$", source) and source not in there
                if row["STATE"] == "installed" and not is_absent:
                    ends = {(source, row["SRC_HCA_PORT"]), (target, row["DST_PORT"])}
                    at = Place(path, number)
                    yield Cord("cables.csv", row["FABRIC"], frozenset(ends), at)


def topoconfig(rendered: Rendered) -> Iterator[Said]:
    """Yield the links that are said by GUID."""
    for fabric, found in _topologies(rendered).items():
        path = f"fabrics/{fabric}/topoconfig.conf"
        if path in rendered.paths:
            nodes = {guid: name for name, guid in found.guids.items()}
            for line, at in lines(rendered, path):
                one, port, other, other_port, *_ = line.replace("0x", "").split(",")
                ends = [
                    _port(infiniband.End(nodes.get(guid, guid), int(number)))
                    for guid, number in ((one, port), (other, other_port))
                ]
                yield Cord("topoconfig.conf", fabric, frozenset(ends), at)


def power(rendered: Rendered) -> Iterator[Said]:
    """Yield the power shelves that are installed."""
    for path in rendered.paths:
        if path.endswith("/power.csv"):
            for number, row in _rows(rendered, path):
                if row["STATE"] == "installed":
                    yield Mention("device", row["SHELF"], Place(path, number))


def topology(rendered: Rendered) -> Iterator[Said]:
    """Yield the links of InfiniBand fabrics as the ports of switches and trays are called."""
    for fabric, found in _topologies(rendered).items():
        for end, (other, line) in found.links.items():
            at = Place(line.path, line.number)
            yield Cord("topology", fabric, frozenset({_port(end), _port(other)}), at)
        for name in (each for each in found.switches if each in found.guids):
            place = Place(f"fabrics/{fabric}/topology", words=(f"0x{found.guids[name]}",))
            yield Fact(name, "GUID", found.guids[name], place)
        for name in found.adapters:
            device, _, port = name.partition(" ")
            link = found.links.get(infiniband.End(name, 1))
            path = link[1].path if link else _first(found)
            yield Mention("host", device, Place(path, words=(f'"{name}"',)))
            if name in found.guids:
                guid = found.guids[name]
                yield Fact(device, f"GUID of {port}", guid, Place(path, words=(f"0x{guid}",)))


def partitions(rendered: Rendered) -> Iterator[Said]:
    """Yield who has a P_Key: by the pools of its tenant, by partitions.conf, by UFM's request."""
    tenants = _tenants(rendered)
    pools = {name: tray.pool for name, (_, tray) in trays(rendered).items()}
    for fabric, found in _topologies(rendered).items():
        path = f"fabrics/{fabric}/partitions.conf"
        listed: dict[int, dict[str, int]] = {key: {} for key in tenants.values()}
        for each in infiniband.memberships(infiniband.lines(path, rendered.text(path))):
            if isinstance(each, infiniband.Membership) and each.member not in {"ALL", "SELF"}:
                listed.setdefault(each.p_key, {})[each.member] = each.line.number
        for p_key, members in sorted(listed.items()):
            mine = {pool for pool, key in tenants.items() if key == p_key}
            due = {
                guid for name, guid in found.ports().items() if pools.get(name.split()[0]) in mine
            }
            title = f"P_Key {p_key:#06x} of fabric {fabric}"
            yield Members(title, frozenset(due), Place(_first(found), 1))
            line = min(members.values(), default=1)
            yield Members(title, frozenset(members), Place(path, line))
    for path in rendered.paths:
        if fnmatchcase(path, "fabrics/*/ufm/pkey-*.json"):
            request = json.loads(rendered.text(path))
            title = f"P_Key {int(request['pkey'], 16):#06x} of fabric {path.split('/')[1]}"
            at = Place(path, words=('"guids"',))
            yield Members(title, frozenset(request["guids"]), at)


def _rows(rendered: Rendered, path: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a list with their line numbers; cells that are missing are empty."""
    rows = csv.DictReader(rendered.text(path).splitlines(), restval="")
    yield from enumerate(rows, start=2)


def _topologies(rendered: Rendered) -> dict[str, infiniband.Topology]:
    found: dict[str, list[infiniband.Line]] = {}
    for path in rendered.paths:
        is_unit, is_top = (
            fnmatchcase(path, each) for each in ("*/infiniband/*/topology", "fabrics/*/topology")
        )
        if is_unit or is_top:
            fabric = path.split("/")[-2]
            found.setdefault(fabric, []).extend(infiniband.lines(path, rendered.text(path)))
    return {name: infiniband.topology(each) for name, each in found.items()}


def _tenants(rendered: Rendered) -> dict[str, int]:
    """Return the P_Key of every pool that has a tenant."""
    found: dict[str, int] = {}
    for path in rendered.paths:
        if fnmatchcase(path, "pools/*/ansible/group_vars/*.yml"):
            tenant = _TENANT.search(rendered.text(path))
            if tenant:
                found[path.split("/")[1]] = int(tenant[2])
    return found


def _port(end: infiniband.End) -> tuple[str, str]:
    device, _, port = end.node.partition(" ")
    cage, half = divmod(end.port + 1, 2)
    return device, port or f"sw{cage}p{half + 1}"


def _first(found: infiniband.Topology) -> str:
    return next(iter(found.links.values()))[1].path
