"""Kea: `-t` reads the configuration with everything it includes, then the server starts for real.

Some mistakes show only at the start (a logger's path, an interface that is not there), so a server
that has read its files must also say that it has started. What Kea lets pass, rules of ours catch:
subnets that overlap, and a router outside its subnet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rackwright import plan
from rackwright.verify.consumer import (
    Allowed,
    Case,
    Complaint,
    Consumer,
    Judge,
    Program,
    Rendered,
    allowed,
)
from rackwright.verify.placing import Placed, complaint, place, shortened
from rackwright.verify.room import Daemon, Room

DHCP4 = "/etc/kea/kea-dhcp4.conf"
SECONDS_TO_START = 10
_STARTED = "DHCP4_STARTED"
_LOG_HEAD = re.compile(r"^.*?\b(?:ERROR|FATAL|WARN) +\[[^]]*\] ")
_BAD = re.compile(r"\b(ERROR|FATAL|WARN)\b")
ALLOWED = (
    Allowed("DHCP4_MULTI_THREADING_INFO", "says how many threads it runs"),
    Allowed("DHCP4_RESERVATIONS_LOOKUP_FIRST_ENABLED", "reservations come first anyway"),
    Allowed("DHCPSRV_MT_DISABLED_QUEUE_CONTROL", "it has as many threads as the host has cores"),
)


def cases(rendered: Rendered) -> Iterator[Case]:
    """Yield a case for every DHCP server: its own file and every unit's that it includes."""
    for node in rendered.nodes("dhcp"):
        files = tuple(file for file in node.files if file.path.startswith("/etc/kea/"))
        sources = tuple(file.source for file in files)
        yield Case(node.name, "site", sources, _judged(rendered, node, files))


def _judged(rendered: Rendered, node: plan.ServiceNode, files: tuple[plan.File, ...]) -> Judge:
    def judge(room: Room) -> Iterator[Complaint]:
        placed = place(rendered, files, room)
        _wire(room, node)
        read = room.run(["kea-dhcp4", "-t", DHCP4])
        if read.code:
            yield complaint(_reason(read.lines), placed)
            return
        room.shell("mkdir -p /run/kea /run/lock/kea /var/lib/kea; chmod 750 /run/kea")
        with room.syslog() as log, room.running(["kea-dhcp4", "-c", DHCP4]) as server:
            yield from _start(server, log, placed)

    return judge


def _start(server: Daemon, log: Daemon, placed: Sequence[Placed]) -> Iterator[Complaint]:
    started = server.until(lambda: _STARTED in log.output, SECONDS_TO_START)
    lines = (*server.output.splitlines(), *log.output.splitlines())
    bad = [
        _LOG_HEAD.sub("", line)
        for line in lines
        if _BAD.search(line) and not allowed(line, ALLOWED)
    ]
    yield from (complaint(line, placed) for line in bad)
    if not started and not bad:
        yield Complaint(placed[0].source, "kea-dhcp4 does not start", words=shortened(lines))


def _wire(room: Room, node: plan.ServiceNode) -> None:
    """Give the room the interface that the server listens on; this kernel has no bonds."""
    room.run(["ip", "link", "add", node.interface, "type", "veth", "peer", "name", "far"])
    address = f"{node.address}/{node.prefix_length}"
    room.run(["ip", "addr", "add", address, "dev", node.interface])
    for end in (node.interface, "far"):
        room.run(["ip", "link", "set", end, "up"])


def _reason(lines: tuple[str, ...]) -> str:
    named = [line for line in lines if re.search(r"/etc/kea/[\w.-]+:\d+", line)]
    return (named or list(lines) or ["kea-dhcp4 says nothing"])[-1]


CONSUMER = Consumer(
    name="kea",
    checks="starts with the files and says DHCP4_STARTED",
    programs=(Program("kea-dhcp4", "kea-dhcp4-server"),),
    cases=cases,
)
