"""What rendered InfiniBand files say: nodes and links of a topology, members of partitions.

These are readers of our own, so that what OpenSM has found can be held against the files line by
line, and so that what OpenSM lets pass is seen: it never misses a GUID that is on no host, and a
file it cannot read costs it one line in its log and the site its partitions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_NODE = re.compile(r'(Ca|Switch)\s+(\d+)\s+"([^"]+)"')
_PORT = re.compile(r'\[(\d+)\](?:\([0-9a-f]+\))?\s*"([^"]+)"\[(\d+)\]')
_GUID = re.compile(r"(?:ca|switch)guid=0x([0-9a-f]{16})")
_STATEMENT = re.compile(r"\s*(\w[\w-]*)\s*=\s*(0x[0-9a-fA-F]{1,4})\s*((?:,[^:;]*)?):([^;]*);\s*")
_MEMBER = re.compile(r"(ALL|SELF|0x[0-9a-f]{16})(?:=(full|limited))?")
FULL = 0x8000
"""The bit of a P_Key that says full member."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a rendered file."""

    path: str
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class End:
    """A port of a node."""

    node: str
    port: int

    def __str__(self) -> str:
        return f"{self.node} port {self.port}"


Links = dict[End, tuple[End, Line]]
"""By a port, the port at the other end and the line that says so; each link is there twice."""


@dataclass(frozen=True, slots=True)
class Topology:
    """The nodes of a fabric and how they are linked."""

    adapters: tuple[str, ...]
    switches: tuple[str, ...]
    guids: dict[str, str]
    """By node, the GUID of a switch or of an adapter's port, 16 digits; only those known."""
    links: Links

    def ports(self) -> dict[str, str]:
        """Return the known GUIDs of adapters."""
        return {name: self.guids[name] for name in self.adapters if name in self.guids}


@dataclass(frozen=True, slots=True)
class Membership:
    """A member of a partition, and whether it may speak with limited members only."""

    partition: str
    p_key: int
    member: str
    """A GUID of 16 hexadecimal digits, ALL or SELF."""
    full: bool
    line: Line


def lines(path: str, text: str) -> Iterator[Line]:
    """Yield the lines of a rendered file."""
    for number, each in enumerate(text.splitlines(), start=1):
        yield Line(path, number, each)


def node(line: Line) -> str:
    """Return the name of the node that begins here; empty where none does."""
    found = _NODE.match(line.text)
    return found[3] if found else ""


def guid(line: Line) -> str:
    """Return the GUID that stands here, 16 hexadecimal digits; empty where none does."""
    found = _GUID.match(line.text)
    return found[1] if found else ""


def ports_of(name: str, found: Iterable[Line]) -> Iterator[Line]:
    """Yield the lines of a node's ports."""
    current = ""
    for line in found:
        current = node(line) or current
        if current == name and _PORT.match(line.text):
            yield line


def topology(found: Iterable[Line]) -> Topology:
    """Return what a file in the form of ibnetdiscover says; lines of no known form are left out."""
    names: dict[str, list[str]] = {"Ca": [], "Switch": []}
    guids: dict[str, str] = {}
    links: Links = {}
    current, known = "", ""
    for line in found:
        if is_node := _NODE.match(line.text):
            current = is_node[3]
            names[is_node[1]].append(current)
            if known:
                guids[current] = known
            known = ""
        elif is_port := _PORT.match(line.text):
            links[End(current, int(is_port[1]))] = (End(is_port[2], int(is_port[3])), line)
        else:
            known = guid(line) or known
    return Topology(tuple(names["Ca"]), tuple(names["Switch"]), guids, links)


def memberships(found: Iterable[Line]) -> Iterator[Membership | Line]:
    """Yield every membership of a partitions.conf, and every line that is no whole statement."""
    for line in found:
        statement, _, _ = line.text.partition("#")
        if not statement.strip():
            continue
        whole = _STATEMENT.fullmatch(statement)
        members = [
            _MEMBER.fullmatch(each.strip()) for each in (whole[4] if whole else "").split(",")
        ]
        if whole is None or None in members:
            yield line
            continue
        default_full = "defmember=full" in whole[3]
        for each in members:
            if each is not None:
                is_full = each[2] == "full" or (each[2] is None and default_full)
                guid = each[1].removeprefix("0x")
                yield Membership(whole[1], int(whole[2], 16), guid, is_full, line)
