"""OpenSM: brings up the rendered fabric, simulated by ibsim, and everything it found is asked for.

A subnet that comes up proves little: OpenSM falls back to another routing where the fabric is no
fat tree, and to one partition of everybody where it cannot read partitions.conf, with a line in
its log for each. So its log must hold no error, ibnetdiscover must find the rendered cabling link
by link, and every port's own P_Key table must hold what partitions.conf gives it.

ibsim gives a port the GUID above its node's, and ConnectX NICs have one for both; so the node gets
the GUID below. Nodes without a known GUID get one of the simulation's own, `0x0200…`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rackwright.verify import infiniband
from rackwright.verify.consumer import (
    Allowed,
    Case,
    Complaint,
    Consumer,
    Judge,
    NotChecked,
    Program,
    Rendered,
    allowed,
)
from rackwright.verify.infiniband import FULL, End, Line, Membership, Topology
from rackwright.verify.placing import crashed, shortened
from rackwright.verify.room import Daemon, Room

CONFIGURATION = "/etc/opensm/opensm.conf"
PARTITIONS = "/etc/opensm/partitions.conf"
LOG = "/var/log/opensm.log"
NET = "/run/fabric/net"
SECONDS_TO_SIMULATE = 20
SECONDS_TO_COME_UP = 120
_OPENSM = ("opensm", "-F", CONFIGURATION, "-s", "0")
_UP = "SUBNET UP"
_BAD = re.compile(r"\bERR\b|\] 0x01 ->|PARSE ERROR|not a fat-tree|not fat-tree")
_LOG_HEAD = re.compile(r"^\w+ \d+ [\d:]+ \d+ \[\w+\] ")
_PLACE = re.compile(r"line (\d+)")
_PLACEHOLDER = 0x0200_0000_0000_0000
ALLOWED: tuple[Allowed, ...] = ()
_FOUND_NODE = re.compile(r'(?:Ca|Switch)\s+\d+\s+"([^"]+)"\s+# "([^"]+)"(?:.* lid (\d+) lmc)?')
_FOUND_PORT = re.compile(r'\[(\d+)\](?:\([0-9a-f]+\))?\s+"([^"]+)"\[(\d+)\].*?# (?:lid (\d+) lmc)?')


@dataclass(frozen=True, slots=True)
class Discovered:
    """What ibnetdiscover has found."""

    links: dict[End, End]
    lids: dict[str, int]
    """By adapter, the address of its port."""


def cases(rendered: Rendered) -> Iterator[Case]:
    """Yield a case for every InfiniBand fabric of which something is installed."""
    for folder in rendered.folders:
        top = f"{folder}/topology"
        if folder.startswith("fabrics/") and top in rendered.paths:
            name = folder.removeprefix("fabrics/")
            units = tuple(
                path for path in rendered.paths if path.endswith(f"/infiniband/{name}/topology")
            )
            files = (*units, top, f"{folder}/partitions.conf", f"{folder}/opensm.conf")
            yield Case(name, folder, files, _judged(rendered, files))


def _judged(rendered: Rendered, files: tuple[str, ...]) -> Judge:
    *parts, partitions, configuration = files

    def judge(room: Room) -> Iterator[Complaint]:
        lines = [each for path in parts for each in infiniband.lines(path, rendered.text(path))]
        wanted = infiniband.topology(lines)
        members = list(infiniband.memberships(infiniband.lines(partitions, rendered.text(partitions))))
        yield from _misses(wanted, members)
        room.put(CONFIGURATION, rendered.text(configuration))
        room.put(PARTITIONS, rendered.text(partitions))
        net = tuple(_simulated(lines, wanted))
        room.put(NET, "".join(f"{text}\n" for text, _ in net))
        with room.running(_ibsim(wanted)) as simulator:
            if not simulator.until(lambda: "simulator ready" in simulator.output, SECONDS_TO_SIMULATE):
                yield _refused(simulator, net)
                return
            yield from _brought_up(room, wanted, members, files)

    return judge


def _ibsim(wanted: Topology) -> list[str]:
    nodes = len(wanted.adapters) + len(wanted.switches)
    ports = len(wanted.adapters) * 2 + len(wanted.switches) * 145
    sizes = ("-N", nodes, "-S", len(wanted.switches), "-P", ports)
    return ["ibsim", "-s", "-n", *map(str, sizes), NET]


def _simulated(lines: Sequence[Line], wanted: Topology) -> Iterator[tuple[str, Line]]:
    """Yield the lines of ibsim's file, each with the rendered line it comes from."""
    own = _PLACEHOLDER
    for line in lines:
        if line.text.startswith("caguid="):
            guid = int(line.text.removeprefix("caguid="), 16)
            yield f"caguid={guid - 1:#018x}", line
            continue
        name = line.text.split('"')[1] if line.text.startswith(("Ca\t", "Switch\t")) else ""
        if name and name not in wanted.guids:
            own += 2
            word = "caguid" if line.text.startswith("Ca") else "switchguid"
            yield f"{word}={own:#018x}", line
        yield line.text, line


def _refused(simulator: Daemon, net: Sequence[tuple[str, Line]]) -> Complaint:
    """Return why ibsim does not take the topology, at the line it names or that names the node."""
    said = [line for line in simulator.output.splitlines() if "parse_port_connection" not in line]
    for line in said:
        named = re.search(r'port (\d+) in node "([^"]+)"', line)
        for text, source in net:
            if named and f'"{named[2]}"[{named[1]}]' in text:
                return Complaint(source.path, line, source.number, words=shortened(tuple(said)))
    where = net[0][1]
    return Complaint(where.path, "ibsim does not take the topology", words=shortened(tuple(said)))


def _brought_up(
    room: Room, wanted: Topology, members: Sequence[Membership | Line], files: tuple[str, ...]
) -> Iterator[Complaint]:
    library = room.shell("ls /usr/lib/*/umad2sim/libumad2sim.so").output.strip()
    simulated = {"LD_PRELOAD": library}
    room.put(LOG, "")
    with room.running(_OPENSM, simulated) as opensm:
        is_up = opensm.until(lambda: _UP in room.read(LOG), SECONDS_TO_COME_UP)
        log = room.read(LOG).splitlines()
        bad = [_LOG_HEAD.sub("", line) for line in log if _is_bad(line)]
        yield from (_of_log(line, files) for line in bad)
        if not is_up:
            said = (*opensm.output.splitlines(), *log)
            yield Complaint(files[0], "the subnet does not come up", words=shortened(said))
            return
        done = room.run(["ibnetdiscover"], seconds=SECONDS_TO_COME_UP, environment=simulated)
        if done.code:
            yield crashed(done, "ibnetdiscover", files[0])
            return
        found = _discovered(done.output)
        yield from _miscabled(wanted, found)
        yield from _strangers(room, simulated, wanted, found, members)


def _is_bad(line: str) -> bool:
    return bool(_BAD.search(line)) and not allowed(line, ALLOWED)


def _of_log(line: str, files: tuple[str, ...]) -> Complaint:
    """Return a line of OpenSM's log as a complaint about the file it is about."""
    partitions = files[-2]
    if "part_conf" in line or "prtn" in line:
        place = _PLACE.search(line)
        return Complaint(partitions, line, int(place[1]) if place else 1)
    return Complaint(files[-3], line)


def _discovered(output: str) -> Discovered:
    names: dict[str, str] = {}
    ports: list[tuple[str, int, str, int]] = []
    lids: dict[str, int] = {}
    node = ""
    for line in output.splitlines():
        if is_node := _FOUND_NODE.match(line):
            node = is_node[1]
            names[node] = is_node[2]
        elif is_port := _FOUND_PORT.match(line):
            ports.append((node, int(is_port[1]), is_port[2], int(is_port[3])))
            if is_port[4]:
                lids[names[node]] = int(is_port[4])
    links = {End(names[a], m): End(names.get(b, b), n) for a, m, b, n in ports}
    return Discovered(links, lids)


def _miscabled(wanted: Topology, found: Discovered) -> Iterator[Complaint]:
    """Yield every link that was rendered and not found, or found at another port."""
    for end, (other, line) in wanted.links.items():
        there = found.links.get(end)
        if there != other:
            seen = f"leads to {there}" if there else "leads nowhere"
            message = f"{end} {seen}, and the file says {other}"
            yield Complaint(line.path, message, line.number)
    first = next(iter(wanted.links.values()))[1]
    for end in sorted(found.links.keys() - wanted.links.keys(), key=str):
        yield Complaint(first.path, f"{end} leads to {found.links[end]}, which no file says")


def _misses(wanted: Topology, members: Sequence[Membership | Line]) -> Iterator[Complaint]:
    """Yield what OpenSM lets pass in partitions.conf."""
    known = {*wanted.guids.values(), "ALL", "SELF"}
    names: dict[str, int] = {}
    for each in members:
        if isinstance(each, Line):
            message = "this is no whole statement, and OpenSM drops every partition for it"
            yield Complaint(each.path, message, each.number)
        elif each.member not in known:
            message = f"no host of the fabric has the GUID 0x{each.member}"
            yield Complaint(each.line.path, message, each.line.number)
        elif names.setdefault(each.partition, each.p_key) != each.p_key:
            message = f"partition {each.partition} has two P_Keys"
            yield Complaint(each.line.path, message, each.line.number)


def _strangers(
    room: Room,
    simulated: dict[str, str],
    wanted: Topology,
    found: Discovered,
    members: Sequence[Membership | Line],
) -> Iterator[Complaint]:
    """Yield every port whose P_Key table is another than partitions.conf gives it."""
    tables = _tables(room, simulated, tuple(found.lids.values()))
    expected = _expected(wanted, members)
    for name, lid in found.lids.items():
        there = tables.get(lid, set())
        due, line = expected[name]
        is_own = name == wanted.adapters[0]
        if is_own:
            there, due = ({key | FULL for key in keys} for keys in (there, due))
        if there != due:
            has, should = (_shown(keys) for keys in (there, due))
            message = f"{name} has the P_Keys {has}, and the file gives it {should}"
            yield Complaint(line.path, message, line.number)


def _tables(room: Room, simulated: dict[str, str], lids: Sequence[int]) -> dict[int, set[int]]:
    """Return the P_Keys in the table of every port, each read with a query of its own."""
    script = "".join(f"echo lid {lid}\nsmpquery pkeys {lid} 1 2>/dev/null\n" for lid in lids)
    done = room.run(["sh"], given=script, seconds=SECONDS_TO_COME_UP, environment=simulated)
    tables: dict[int, set[int]] = {}
    keys: set[int] = set()
    for line in done.output.splitlines():
        if line.startswith("lid "):
            keys = tables.setdefault(int(line.split()[1]), set())
        elif ": 0x" in line:
            keys.update(int(word, 16) for word in line.split()[1:])
    return {lid: keys - {0} for lid, keys in tables.items()}


def _expected(
    wanted: Topology, members: Sequence[Membership | Line]
) -> dict[str, tuple[set[int], Line]]:
    """Return by adapter the P_Keys that it must have, and the line that gives the last of them."""
    by_member: dict[str, list[Membership]] = {}
    for each in members:
        if isinstance(each, Membership):
            by_member.setdefault(each.member, []).append(each)
    everybody = by_member.get("ALL", [])
    first = everybody[0].line if everybody else next(iter(wanted.links.values()))[1]
    found: dict[str, tuple[set[int], Line]] = {}
    for name in wanted.adapters:
        mine = [*everybody, *by_member.get(wanted.guids.get(name, ""), ())]
        keys = {each.p_key | (FULL if each.full else 0) for each in mine}
        found[name] = keys, mine[-1].line if mine else first
    return found


def _shown(keys: set[int]) -> str:
    return ", ".join(f"{key:#06x}" for key in sorted(keys)) or "none"


CONSUMER = Consumer(
    name="opensm",
    checks="brings up the fabric as a fat tree; cabling and every P_Key table are read back",
    programs=(
        Program("opensm", "opensm"),
        Program("ibsim", "ibsim-utils"),
        Program("ibnetdiscover", "infiniband-diags"),
    ),
    cases=cases,
    not_checked=(
        NotChecked("racks that are planned", "only what is installed of a fabric is simulated"),
        NotChecked("planes, SHARP, adaptive routing", "ibsim's switches have none of them"),
        NotChecked("UFM", "the subnet manager here is OpenSM, and it runs on a tray's port"),
    ),
)
