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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rackwright.verify import infiniband, subnet
from rackwright.verify.consumer import (
    Case,
    Complaint,
    Consumer,
    Judge,
    NotChecked,
    Program,
    Rendered,
)
from rackwright.verify.infiniband import Line, Membership, Topology
from rackwright.verify.placing import Placed, complaint, crashed, shortened
from rackwright.verify.room import Daemon, Room

CONFIGURATION = "/etc/opensm/opensm.conf"
PARTITIONS = "/etc/opensm/partitions.conf"
LOG = "/var/log/opensm.log"
NET = "/run/fabric/net"
LIBRARY = "/usr/lib/*/umad2sim/libumad2sim.so"
"""Lends a program the simulated fabric in place of the host's own adapter."""
SECONDS_TO_SIMULATE = 20
SECONDS_TO_COME_UP = 180
_READY, _UP = "simulator ready", "SUBNET UP"
_PORTS = 145
"""What ibsim keeps for a Q3400: its ports, and port 0."""
_BAD = re.compile(r"\bERR\b|\] 0x01 ->|not a fat-tree|not fat-tree")
_UNREAD = re.compile(r"nrecognized|nknown|nvalid")
_LOG_HEAD = re.compile(r"^\w+ \d+ [\d:]+ \d+ \[\w+\] ")
_LINE = re.compile(r"line (\d+)")
_LOOSE = re.compile(r'remote port (\d+) in node "([^"]+)" is not connected to node "([^"]+)"')
_CHATTER = "parse_port_connection"
"""ibsim wants a LID and a speed behind every link, as only a fabric that runs has them."""
_PLACEHOLDER = 0x0200_0000_0000_0000

Net = tuple[tuple[str, Line], ...]
"""The lines of ibsim's file, each with the rendered line it comes from."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What OpenSM is asked about."""

    topology: Topology
    members: tuple[Membership | Line, ...]
    top: str
    """The file with the spines."""
    partitions: Placed
    configuration: Placed


def cases(rendered: Rendered) -> Iterator[Case]:
    """Yield a case for every InfiniBand fabric of which something is installed."""
    for folder in rendered.folders:
        name, top = folder.removeprefix("fabrics/"), f"{folder}/topology"
        if name != folder and top in rendered.paths:
            ending = f"/infiniband/{name}/topology"
            units = tuple(path for path in rendered.paths if path.endswith(ending))
            files = (*units, top, f"{folder}/partitions.conf", f"{folder}/opensm.conf")
            yield Case(name, folder, files, _judged(rendered, files))


def _judged(rendered: Rendered, files: Sequence[str]) -> Judge:
    *parts, partitions, configuration = files

    def judge(room: Room) -> Iterator[Complaint]:
        lines = [each for path in parts for each in infiniband.lines(path, rendered.text(path))]
        said = rendered.text(partitions)
        asked = Asked(
            topology=infiniband.topology(lines),
            members=tuple(infiniband.memberships(infiniband.lines(partitions, said))),
            top=parts[-1],
            partitions=Placed(PARTITIONS, partitions, said),
            configuration=Placed(CONFIGURATION, configuration, rendered.text(configuration)),
        )
        if not asked.topology.links:
            yield Complaint(asked.top, "there is no link in it")
            return
        yield from subnet.missed(asked.topology, asked.members)
        for placed in (asked.partitions, asked.configuration):
            room.put(placed.path, placed.text)
        net = tuple(_net(lines, asked.topology))
        room.put(NET, "".join(f"{text}\n" for text, _ in net))
        with room.running(_ibsim(asked.topology)) as simulator:
            if simulator.until(lambda: _READY in simulator.output, SECONDS_TO_SIMULATE):
                yield from _managed(room, asked)
            else:
                yield _refused(simulator, net)

    return judge


def _ibsim(topology: Topology) -> list[str]:
    switches, adapters = len(topology.switches), len(topology.adapters)
    sizes = ("-N", adapters + switches, "-S", switches, "-P", 2 * adapters + _PORTS * switches)
    return ["ibsim", "-s", "-n", *map(str, sizes), NET]


def _net(lines: Sequence[Line], topology: Topology) -> Iterator[tuple[str, Line]]:
    """Yield the lines of ibsim's file, with GUIDs as ibsim needs them."""
    own = _PLACEHOLDER
    for line in lines:
        node, guid = infiniband.node(line), infiniband.guid(line)
        if node and node not in topology.guids:
            own += 2
            word = "caguid" if line.text.startswith("Ca") else "switchguid"
            yield f"{word}={own:#018x}", line
        is_port = line.text.startswith("caguid")
        yield f"caguid={int(guid, 16) - 1:#018x}" if is_port else line.text, line


def _refused(simulator: Daemon, net: Net) -> Complaint:
    """Return why ibsim does not take the topology, at the line it names or whose other end it does.

    A link that only one end knows of is two mistakes or one; ibsim names the port it misses.
    """
    output = simulator.output
    said = tuple(line for line in output.splitlines() if _CHATTER not in line)
    where, why = net[0][1], "ibsim does not take the topology"
    if place := re.search(rf"{NET}: {_LINE.pattern}", output):
        where = net[int(place[1]) - 1][1]
    elif end := _LOOSE.search(output):
        why = f"{end[3]} names port {end[1]} of {end[2]}, which leads elsewhere"
        mine = infiniband.ports_of(end[3], (line for _, line in net))
        where = next((line for line in mine if f'"{end[2]}"[{end[1]}]' in line.text), where)
    return Complaint(where.path, why, where.number, words=shortened(said))


def _managed(room: Room, asked: Asked) -> Iterator[Complaint]:
    """Yield what is wrong with the subnet once OpenSM manages it."""
    simulated = {"LD_PRELOAD": room.shell(f"ls {LIBRARY}").output.strip()}
    room.put(LOG, "")
    with room.running(["opensm", "-F", CONFIGURATION, "-s", "0"], simulated) as opensm:
        is_up = opensm.until(lambda: _UP in room.read(LOG), SECONDS_TO_COME_UP)
        yield from _logged(opensm.output, room.read(LOG), asked)
        if not is_up:
            said = shortened((*opensm.output.splitlines(), *room.read(LOG).splitlines()))
            yield Complaint(asked.top, "the subnet does not come up", words=said)
            return
        done = room.run(["ibnetdiscover"], seconds=SECONDS_TO_COME_UP, environment=simulated)
        if done.code:
            yield crashed(done, "ibnetdiscover", asked.top)
            return
        found = subnet.discovered(done.output)
        yield from subnet.miscabled(asked.topology, found)
        tables = _tables(room, simulated, found.lids)
        yield from subnet.strangers(asked.topology, asked.members, tables)


def _logged(output: str, log: str, asked: Asked) -> Iterator[Complaint]:
    """Yield every error in what OpenSM says, about the file that it is about."""
    for line in dict.fromkeys(output.splitlines()):
        if _UNREAD.search(line):
            yield complaint(line, (asked.configuration,))
    for line in log.splitlines():
        said = _LOG_HEAD.sub("", line)
        if not _BAD.search(line):
            continue
        if "part_conf" in said or "osm_prtn" in said:
            place = _LINE.search(said)
            yield Complaint(asked.partitions.source, said, int(place[1]) if place else 1)
        elif "routing_engine" in said:
            yield complaint(said, (asked.configuration,))
        else:
            yield Complaint(asked.top, said)


def _tables(
    room: Room, simulated: Mapping[str, str], lids: Mapping[str, int]
) -> dict[str, frozenset[int]]:
    """Return the P_Keys in the table of every adapter's port, each read by a query of its own."""
    query = "echo lid {0}\nsmpquery pkeys {0} 1 2>/dev/null || echo silent\n"
    script = "".join(query.format(lid) for lid in lids.values())
    done = room.run(["sh"], given=script, seconds=SECONDS_TO_COME_UP, environment=simulated)
    found: dict[int, set[int]] = {}
    keys: set[int] = set()
    for line in done.lines:
        if line.startswith("lid "):
            keys = found.setdefault(int(line.removeprefix("lid ")), set())
        elif ": 0x" in line:
            keys.update(int(word, 16) for word in line.split()[1:])
    return {name: frozenset(found.get(lid, set()) - {0}) for name, lid in lids.items()}


CONSUMER = Consumer(
    name="opensm",
    checks="brings up the fabric as a fat tree; cabling and every P_Key table are read back",
    programs=(
        Program("opensm", "opensm"),
        Program("ibsim", "ibsim-utils"),
        Program("ibnetdiscover", "infiniband-diags"),
        Program("smpquery", "infiniband-diags"),
    ),
    cases=cases,
    reads=("*topology", "fabrics/*/opensm.conf", "fabrics/*/partitions.conf"),
    not_checked=(
        NotChecked("racks that are planned", "only what is installed of a fabric is simulated"),
        NotChecked("planes, SHARP, adaptive routing", "ibsim's switches have none of them"),
        NotChecked("UFM", "the subnet manager here is OpenSM, and it runs on a tray's port"),
    ),
)
