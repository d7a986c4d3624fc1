"""The subnet that came up against the files it was made from: links, members, P_Key tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from rackwright.verify.consumer import Complaint
from rackwright.verify.infiniband import FULL, End, Line, Membership, Topology

MOST = 20
"""More complaints of one kind are counted and not said."""
_NODE = re.compile(r'(?:Ca|Switch)\s+\d+\s+"([^"]+)"\s+# "([^"]+)"')
_PORT = re.compile(r'\[(\d+)\](?:\([0-9a-f]+\))?\s+"([^"]+)"\[(\d+)\].*?# (?:lid (\d+) lmc)?')


@dataclass(frozen=True, slots=True)
class Discovered:
    """What ibnetdiscover has found."""

    links: Mapping[End, End]
    lids: Mapping[str, int]
    """By adapter, the address of its port."""


def discovered(output: str) -> Discovered:
    """Return what ibnetdiscover has printed, with nodes by their descriptions."""
    names: dict[str, str] = {}
    ports: list[tuple[str, int, str, int]] = []
    lids: dict[str, int] = {}
    node = ""
    for line in output.splitlines():
        if is_node := _NODE.match(line):
            node = is_node[1]
            names[node] = is_node[2]
        elif is_port := _PORT.match(line):
            ports.append((node, int(is_port[1]), is_port[2], int(is_port[3])))
            if is_port[4]:
                lids[names[node]] = int(is_port[4])
    links = {End(names[a], m): End(names.get(b, b), n) for a, m, b, n in ports}
    return Discovered(links, lids)


def miscabled(wanted: Topology, found: Discovered) -> Iterator[Complaint]:
    """Yield every link that was rendered and not found, and every one that nobody rendered."""
    wrong = [
        (line, f"{end} {_leads(found.links.get(end))}, and the file says {other}")
        for end, (other, line) in wanted.links.items()
        if found.links.get(end) != other
    ]
    extra = sorted(found.links.keys() - wanted.links.keys(), key=str)
    first = next(iter(wanted.links.values()))[1]
    wrong += [(first, f"{end} {_leads(found.links[end])}, which no file says") for end in extra]
    yield from (Complaint(line.path, said, line.number) for line, said in wrong[:MOST])
    if len(wrong) > MOST:
        yield Complaint(first.path, f"{len(wrong) - MOST} more ports are cabled otherwise")


def missed(wanted: Topology, members: Sequence[Membership | Line]) -> Iterator[Complaint]:
    """Yield what OpenSM lets pass in partitions.conf, or drops every partition for."""
    known = {*wanted.ports().values(), "ALL", "SELF"}
    names: dict[str, int] = {}
    for each in members:
        if isinstance(each, Line):
            message = "this is no whole statement: name=0x…, flags : GUID=full ;"
            yield Complaint(each.path, message, each.number)
            continue
        if each.member not in known:
            message = f"no host of the fabric has the GUID 0x{each.member}"
            yield Complaint(each.line.path, message, each.line.number)
        if names.setdefault(each.partition, each.p_key) != each.p_key:
            names[each.partition] = each.p_key
            message = f"partition {each.partition} has another P_Key here"
            yield Complaint(each.line.path, message, each.line.number)


def strangers(
    wanted: Topology, members: Sequence[Membership | Line], tables: Mapping[str, frozenset[int]]
) -> Iterator[Complaint]:
    """Yield who has other P_Keys in its table than partitions.conf gives it, by what it has.

    The subnet manager's own port is a full member wherever SELF is, and is compared as one.
    """
    alike: dict[tuple[str, str], list[tuple[str, Line]]] = {}
    for place, (name, (due, line)) in enumerate(_due(wanted, members).items()):
        full = FULL if place == 0 else 0
        has, should = (_shown(keys, full) for keys in (tables.get(name, frozenset()), due))
        if has != should:
            alike.setdefault((has, should), []).append((name, line))
    for (has, should), ports in alike.items():
        (name, line), more = ports[0], len(ports) - 1
        who = f"{name} and {more} more have" if more else f"{name} has"
        message = f"{who} the P_Keys {has}, and the file gives {should}"
        yield Complaint(line.path, message, line.number)


def _due(
    wanted: Topology, members: Sequence[Membership | Line]
) -> dict[str, tuple[set[int], Line]]:
    """Return by adapter the P_Keys that it must have, and the line that gives the last of them."""
    by_member: dict[str, list[Membership]] = {}
    for each in members:
        if isinstance(each, Membership):
            by_member.setdefault(each.member, []).append(each)
    everybody = by_member.get("ALL", [])
    nobody = next(iter(wanted.links.values()))[1]
    found: dict[str, tuple[set[int], Line]] = {}
    for name in wanted.adapters:
        mine = [*everybody, *by_member.get(wanted.guids.get(name, ""), ())]
        keys = {each.p_key | (FULL if each.full else 0) for each in mine}
        found[name] = keys, mine[-1].line if mine else nobody
    return found


def _leads(end: End | None) -> str:
    return f"leads to {end}" if end else "leads nowhere"


def _shown(keys: Set[int], full: int) -> str:
    return ", ".join(f"{key:#06x}" for key in sorted({key | full for key in keys})) or "none"
