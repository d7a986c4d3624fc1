"""BIND: named-checkconf and named-checkzone read the zones, then a real named answers for them.

The zones are records only; what publishing them writes, their SOA, is a fixed one here. Forward and
reverse must agree: BIND lets an address without a name, and a name with another's address, pass.
And every host and BMC of the plan must be found under its name, and its address must lead back.
"""

from __future__ import annotations

import ipaddress
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
from rackwright.verify.placing import Placed, complaint, crashed, place, shortened
from rackwright.verify.room import Room

CONFIGURATION = "/etc/bind/named.conf"
ZONES = "/etc/bind/zones/"
SOA = "/etc/bind/soa"
SERIAL = "@ SOA verify. verify. 1 1h 10m 14d 1h\n"
SECONDS_TO_START = 20
STRICT = ("-k", "fail", "-m", "fail", "-n", "fail", "-r", "fail", "-i", "local")
_SHOWN = 3
"""Of lines that name no place in a file; the first says it."""
_ZONE = re.compile(r"\bzone ([\w.-]+)/IN: ")
_RUNNING = re.compile(r"\brunning$", re.MULTILINE)
_BAD = re.compile(r"\b(error|failed|failure|ignoring|warning|not loaded|out of zone|unable)\b")
ALLOWED = (
    Allowed("managed-keys-zone", "the root's keys are asked of nobody in a room"),
    Allowed("resolver priming query", "a room has no root servers"),
)

Names = frozenset[tuple[str, str]]
"""Names and addresses, both without an end."""


def cases(rendered: Rendered) -> Iterator[Case]:
    """Yield a case for every DNS server: its configuration and every zone with its includes."""
    for node in rendered.nodes("dns"):
        files = tuple(file for file in node.files if file.path.startswith("/etc/bind/"))
        sources = tuple(file.source for file in files)
        yield Case(node.name, "site", sources, _judged(rendered, node, files))


def _judged(rendered: Rendered, node: plan.ServiceNode, files: tuple[plan.File, ...]) -> Judge:
    def judge(room: Room) -> Iterator[Complaint]:
        placed = place(rendered, files, room)
        room.put(SOA, SERIAL)
        read = room.run(["named-checkconf", "-z", CONFIGURATION])
        if read.code:
            yield from _said(read.lines, placed)
            return
        zones = [file.path for file in files if file.path.startswith(ZONES)]
        bad = tuple(_strictly(room, zones, placed))
        yield from bad or _answers(rendered, node, room, zones, placed)

    return judge


def _strictly(room: Room, zones: Sequence[str], placed: Sequence[Placed]) -> Iterator[Complaint]:
    """Read each zone as strictly as BIND can, then hold forward against reverse."""
    forward: set[tuple[str, str]] = set()
    reverse: set[tuple[str, str]] = set()
    for path in zones:
        zone = path.removeprefix(ZONES)
        done = room.run(["named-compilezone", *STRICT, "-f", "text", "-o", "-", zone, path])
        said = [line for line in done.lines if re.search(r"zone .*: |/etc/bind/", line)]
        noted = [line for line in said if "loaded serial" not in line and "OK" not in line]
        if done.code or noted:
            yield from _said(tuple(noted) or done.lines, placed)
        for record in map(str.split, done.lines):
            match record:
                case [name, _, "IN", "A" | "AAAA", address]:
                    forward.add((name, address))
                case [name, _, "IN", "PTR", target]:
                    reverse.add((target, _address(name)))
    for name, address in sorted(forward - reverse):
        words = f"'{name.partition('.')[0]} ' has {address}, and no reverse zone leads back to it"
        yield complaint(words, placed)
    for name, address in sorted(reverse - forward):
        words = f"a reverse zone leads from {address} to ' {name}', which has another address"
        yield complaint(words, placed)


def _answers(
    rendered: Rendered,
    node: plan.ServiceNode,
    room: Room,
    zones: Sequence[str],
    placed: Sequence[Placed],
) -> Iterator[Complaint]:
    """Start named, and ask it for every name and every address of the plan."""
    room.run(["ip", "addr", "add", f"{node.address}/{node.prefix_length}", "dev", "lo"])
    with room.running(["named", "-g", "-n", "1", "-c", CONFIGURATION]) as server:
        started = server.until(lambda: bool(_RUNNING.search(server.output)), SECONDS_TO_START)
        lines = tuple(server.output.splitlines())
        bad = [line for line in lines if _BAD.search(line) and not allowed(line, ALLOWED)]
        yield from _said(bad, placed)
        if not started:
            yield Complaint(placed[0].source, "named does not start", words=shortened(lines))
        if started and not bad:
            yield from _asked(room, node, _expected(rendered), placed)


def _asked(
    room: Room, node: plan.ServiceNode, names: Names, placed: Sequence[Placed]
) -> Iterator[Complaint]:
    pointers = {ipaddress.ip_address(address).reverse_pointer for _, address in names}
    questions = [f"{name} A" for name, _ in sorted(names)]
    questions += [f"{pointer} PTR" for pointer in sorted(pointers)]
    room.put("/tmp/questions", "\n".join(questions) + "\n")  # noqa: S108  (the room's own)
    asked = ["dig", f"@{node.address}", "+noall", "+answer", "+tries=1", "-f", "/tmp/questions"]  # noqa: S108
    done = room.run(asked, seconds=120)
    if done.code:
        yield crashed(done, "dig", placed[0].source)
    found: set[tuple[str, str]] = set()
    back: set[tuple[str, str]] = set()
    for record in map(str.split, done.lines):
        match record:
            case [name, _, "IN", "A", address]:
                found.add((name.rstrip("."), address))
            case [name, _, "IN", "PTR", target]:
                back.add((target.rstrip("."), _address(name)))
    for name, address in sorted(names - found):
        yield complaint(f"'{name.partition('.')[0]} ' is not answered with {address}", placed)
    for name, address in sorted(names - back):
        yield complaint(f"{address} is not answered with ' {name}'", placed)


def _expected(rendered: Rendered) -> Names:
    """Return every name of the plan with its address."""
    domain = rendered.site.domain
    found = {(f"{node.name}.{domain}", node.address) for node in rendered.site.service_nodes}
    for unit in rendered.site.units:
        for rack in rendered.unit(unit).racks:
            found.update((f"{each.name}-bmc.{domain}", each.bmc.address) for each in rack.devices)
            found.update(
                (f"{tray.name}.{domain}", tray.interface.address) for tray in rack.compute_trays
            )
    return frozenset(found)


def _address(pointer: str) -> str:
    """Return the address that a reverse name is of."""
    labels = pointer.rstrip(".").split(".")[:-2][::-1]
    if pointer.rstrip(".").endswith("ip6.arpa"):
        digits = "".join(labels)
        return str(ipaddress.IPv6Address(int(digits, 16)))
    return ".".join(labels)


def _said(lines: Sequence[str], placed: Sequence[Placed]) -> Iterator[Complaint]:
    """Yield the lines that name a place in a file, or else those that are about a zone."""
    bad = [line for line in lines if "loaded serial" not in line]
    named = [line for line in bad if re.search(r"/etc/bind/[\w./-]+:\d+", line)]
    sources = {each.path: each.source for each in placed}
    for line in named or bad[:_SHOWN]:
        zone = _ZONE.search(line)
        source = sources.get(ZONES + zone[1]) if zone and line not in named else None
        yield Complaint(source, line.strip()) if source else complaint(line, placed)


CONSUMER = Consumer(
    name="bind",
    checks="starts, and answers for every name and address of the plan; forward and reverse agree",
    programs=(
        Program("named", "bind9"),
        Program("named-checkconf", "bind9-utils"),
        Program("named-compilezone", "bind9-utils"),
        Program("dig", "bind9-dnsutils"),
    ),
    cases=cases,
)
