"""Slurm: the controllers and the nodes of a pool start with its files, and then run jobs.

Slurm has no option that reads a configuration and ends, and much of what it refuses shows only in
what it does: a block with an unknown node is a warning, a GPU too many drains the node. So a whole
cluster is started, its topology is compared with the file, every node must report itself fit, jobs
of one segment must land on whole blocks, and a node whose IMEX is down must take none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rackwright import plan
from rackwright.verify import hostlist, slurm_files, slurm_room
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
from rackwright.verify.placing import Placed, place, shortened
from rackwright.verify.room import Daemon, Room
from rackwright.verify.slurm_room import Host

MOST_RACKS = 8
"""Of a larger pool the slurmd of the first racks are started: one takes 15 MB."""
SECONDS_TO_START = 15
SECONDS_TO_REGISTER = 60
SECONDS_FOR_A_JOB = 60
SECONDS_TO_DRAIN = 15
_BAD = re.compile(r"\b(error|warning|fatal): ")
_HOPELESS = ("inval", "drained", "draining", "down")
_OURS = "ProctrackType|TaskPlugin|ConstrainCores|ConstrainDevices|ConstrainRAMSpace|CgroupPlugin"
ALLOWED = (
    Allowed(f"({_OURS}) 1 specified more than once", "the room's own file has the last word"),
    Allowed("Could not open (node|job|reservation|trigger) state file", "it starts for the first"),
    Allowed("Trying backup state save file", "it starts for the first time"),
    Allowed("_forward_thread: failed to .* Connection refused", "not up yet; all must be, later"),
    Allowed("_shutdown_bu_thread:send/recv .* Connection refused", "its backup is started later"),
    Allowed("nvidia-caps-imex-channels major device not found", "there is no GPU driver here"),
)


@dataclass(frozen=True, slots=True)
class Cluster:
    """One pool's cluster, as plans know it: whom the files are for."""

    pool: str
    controllers: tuple[Host, ...]
    files: tuple[plan.File, ...]
    racks: tuple[tuple[str, tuple[Host, ...]], ...]
    """The nodes of every installed rack."""
    held: frozenset[str]
    """Nodes that must take no job."""

    @property
    def started(self) -> tuple[Host, ...]:
        """The nodes whose slurmd is started."""
        return tuple(node for _, nodes in self.racks[:MOST_RACKS] for node in nodes)


def cases(rendered: Rendered) -> Iterator[Case]:
    """Yield a case for every pool that Slurm schedules and that has a node."""
    units = [rendered.unit(name) for name in rendered.site.units]
    for pool in rendered.site.pools:
        nodes = [node for node in rendered.site.service_nodes if _slurm_conf(node, pool)]
        racks = tuple(_racks(units, pool))
        if nodes and _has_nodes(rendered, pool):
            files = tuple(each for each in nodes[0].files if each.path.startswith("/etc/slurm/"))
            controllers = _in_order(rendered, pool, nodes)
            cluster = Cluster(pool, controllers, files, racks, _held(units, pool))
            sources = tuple(file.source for file in files)
            yield Case(pool, f"pools/{pool}", sources, _judged(rendered, cluster))


def _slurm_conf(node: plan.ServiceNode, pool: str) -> bool:
    return any(file.source == f"pools/{pool}/slurm/slurm.conf" for file in node.files)


def _has_nodes(rendered: Rendered, pool: str) -> bool:
    return "\nNodeName=" in rendered.text(f"pools/{pool}/slurm/slurm.conf")


def _in_order(rendered: Rendered, pool: str, nodes: list[plan.ServiceNode]) -> tuple[Host, ...]:
    """Return the controllers in the order of slurm.conf; one that it does not name comes last."""
    text = rendered.text(f"pools/{pool}/slurm/slurm.conf")
    nodes = sorted(nodes, key=lambda node: text.find(f"SlurmctldHost={node.name}(") % (1 << 62))
    return tuple(Host(node.name, node.address) for node in nodes)


def _racks(units: Sequence[plan.UnitPlan], pool: str) -> Iterator[tuple[str, tuple[Host, ...]]]:
    for unit in units:
        for rack in unit.racks:
            trays = [tray for tray in rack.compute_trays if tray.pool == pool]
            if trays:
                yield rack.name, tuple(Host(tray.name, tray.interface.address) for tray in trays)


def _held(units: Sequence[plan.UnitPlan], pool: str) -> frozenset[str]:
    return frozenset(
        tray.name
        for unit in units
        for rack in unit.racks
        for tray in rack.compute_trays
        if tray.pool == pool and (tray.hold or rack.hold)
    )


def _judged(rendered: Rendered, cluster: Cluster) -> Judge:
    def judge(room: Room) -> Iterator[Complaint]:
        placed = place(rendered, cluster.files, room)
        unknown = tuple(slurm_files.unknown_keys(placed))
        if unknown:
            yield from unknown
            return
        read = slurm_files.topology(placed)
        if _is_yaml(placed):
            room.put("/etc/slurm/topology.conf", slurm_files.as_conf(read))
        slurm_room.prepare(room, cluster.controllers, cluster.started, slurm_files.gpus(placed))
        if wrong := slurm_room.set_up(room, _state_folder(placed)):
            yield Complaint(placed[0].source, "the room's hosts cannot be made", words=(wrong,))
            return
        with room.running(["slurmctld", "-D"]) as controller:
            yield from _controlled(room, cluster, placed, controller)

    return judge


def _controlled(
    room: Room, cluster: Cluster, placed: tuple[Placed, ...], controller: Daemon
) -> Iterator[Complaint]:
    up = controller.until(lambda: _answers(room), SECONDS_TO_START)
    bad = tuple(complaints(controller.output, placed))
    if bad or not up:
        words = shortened(tuple(controller.output.splitlines()))
        dead = Complaint(placed[0].source, "slurmctld does not start", words=words)
        yield from bad or (dead,)
        return
    wrong = tuple(_topology(room, placed))
    yield from wrong
    if wrong or not cluster.started:
        return
    with room.running(["sh", "-eu", "/start-nodes"]) as nodes:
        unfit = tuple(_registered(room, cluster, placed, nodes))
        said = tuple(complaints(f"{controller.output}\n{nodes.output}", placed))
        yield from (*unfit, *said)
        if not unfit and not said:
            yield from _jobs(room, cluster, placed, controller)


def _jobs(
    room: Room, cluster: Cluster, placed: tuple[Placed, ...], controller: Daemon
) -> Iterator[Complaint]:
    read = slurm_files.topology(placed)
    for size in read.sizes:
        yield from _lands(room, read, size, placed)
    free = [node.name for node in cluster.started if node.name not in cluster.held]
    if free:
        yield from _gate(room, free[-1], placed, controller)
    if len(cluster.controllers) > 1:
        yield from _backup(room, cluster.controllers, placed)


def _topology(room: Room, placed: tuple[Placed, ...]) -> Iterator[Complaint]:
    """Compare what the controller made of the topology with the file."""
    read = slurm_files.topology(placed)
    shown = room.run(["scontrol", "show", "topology"]).output
    found = {
        name: set(hostlist.names(nodes))
        for name, nodes in re.findall(r"^BlockName=(\S+) .*?Nodes=(\S+)", shown, re.MULTILINE)
    }
    where = next(each for each in placed if "/topology." in each.path)
    for name, nodes in read.blocks.items():
        if found.get(name) != set(nodes):
            row = where.text[: where.text.find(nodes[0])].count("\n") + 1
            got = f"the controller has {len(found.get(name, ()))} nodes in it"
            yield Complaint(where.source, f"block {name} is another one in Slurm", row, words=(got,))
    blocked = {node for nodes in read.blocks.values() for node in nodes}
    for node in slurm_files.states(placed):
        if node not in blocked:
            source, row = slurm_files.line_of(placed, node)
            yield Complaint(source, f"node {node} is in no block", row)


def _registered(
    room: Room, cluster: Cluster, placed: tuple[Placed, ...], nodes: Daemon
) -> Iterator[Complaint]:
    """Wait until every node is fit, and held ones are drained; yield those that are not."""
    wanted = {n.name: "drained" if n.name in cluster.held else "idle" for n in cluster.started}

    def unfit() -> dict[str, tuple[str, str]]:
        states = slurm_room.nodes_states(room)
        nobody = ("unknown to the controller", "")
        every = {name: states.get(name, nobody) for name in wanted}
        return {name: each for name, each in every.items() if each[0] != wanted[name]}

    def decided() -> bool:
        left = unfit().values()
        return not left or "fatal: " in nodes.output or any(s in _HOPELESS for s, _ in left)

    nodes.until(decided, SECONDS_TO_REGISTER)
    for name, (state, reason) in unfit().items():
        source, row = slurm_files.line_of(placed, name)
        words = (f"Slurm's reason: {reason}",) if reason and reason != "none" else ()
        message = f"node {name} is {state}, and should be {wanted[name]}"
        yield Complaint(source, message, row, words=words)


def _lands(
    room: Room, read: slurm_files.Topology, size: int, placed: tuple[Placed, ...]
) -> Iterator[Complaint]:
    """Run a job of a size: in segments of the smallest, or whole in one of the larger blocks."""
    groups = _groups(read, size)
    idle = {name for name, (state, _) in slurm_room.nodes_states(room).items() if state == "idle"}
    able = [group for group in groups if len(idle & group) >= size]
    if not able:
        return
    smallest = size == read.sizes[0]
    count = size * min(2, len(able)) if smallest else size
    argv = ["srun", f"--nodes={count}", *([f"--segment={size}"] if smallest else []), "hostname"]
    done = room.run(argv, seconds=SECONDS_FOR_A_JOB)
    got = [line for line in done.lines if line in idle]
    spread = Counter(number for node in got for number, each in enumerate(groups) if node in each)
    if done.code or len(got) != count or any(nodes % size for nodes in spread.values()):
        where = next(each for each in placed if "/topology." in each.path)
        message = f"a job of {count} nodes does not land on whole blocks of {size}"
        words = (" ".join(argv), *shortened(done.lines))
        yield Complaint(where.source, message, where.text.count("\n"), words=words)


def _groups(read: slurm_files.Topology, size: int) -> list[frozenset[str]]:
    """Return the nodes of every block of a size: blocks, or neighbours that Slurm pairs."""
    together = size // read.sizes[0]
    blocks = list(read.blocks.values())
    return [
        frozenset(node for nodes in blocks[start : start + together] for node in nodes)
        for start in range(0, len(blocks), together)
    ]


def _gate(
    room: Room, node: str, placed: tuple[Placed, ...], controller: Daemon
) -> Iterator[Complaint]:
    """Take IMEX down on one node: it must run no job, and be taken out."""
    room.put(f"/imex-down/{node}", "")

    def state() -> str:
        return slurm_room.nodes_states(room).get(node, ("", ""))[0]

    with room.running(["srun", f"--nodelist={node}", "hostname"]) as job:
        controller.until(lambda: state().startswith("drain"), SECONDS_TO_DRAIN)
        ran = node in job.output.splitlines()
        words = (f"the node is {state()}", *shortened(tuple(job.output.splitlines())))
    if ran or not state().startswith("drain"):
        source = next(each.source for each in placed if each.path.endswith("/prolog.sh"))
        yield Complaint(source, "a node whose IMEX is not ready still takes jobs", words=words)


def _backup(
    room: Room, controllers: tuple[Host, ...], placed: tuple[Placed, ...]
) -> Iterator[Complaint]:
    """Start the second controller beside the first: both must know each other."""
    second = controllers[1].name
    argv = ["unshare", "--mount", "--uts", "sh", "-euc", _SECOND, "-", second]
    with room.running(argv) as backup:
        ping = ["scontrol", "ping"]
        up = backup.until(lambda: room.run(ping).output.count(" is UP") > 1, SECONDS_TO_START)
        if not up:
            words = shortened((*room.run(ping).lines, *backup.output.splitlines()))
            yield Complaint(placed[0].source, f"{second} does not stand by", words=words)


_SECOND = """
hostname "$1"
mount -t tmpfs -o mode=755 tmpfs /run/slurmctld
mount -t tmpfs -o mode=1777 tmpfs /var/log/slurm
chown slurm:slurm /run/slurmctld
exec slurmctld -D
"""


def complaints(output: str, placed: Sequence[Placed]) -> Iterator[Complaint]:
    """Yield every line of a daemon that is an error or a warning, each once."""
    seen: set[str] = set()
    for line in output.splitlines():
        found = _BAD.search(line)
        message = line[found.end() :] if found else ""
        if found and not allowed(line, ALLOWED) and message not in seen:
            seen.add(message)
            source, row = _place_of(line, placed)
            yield Complaint(source, message, row, words=())


def _place_of(line: str, placed: Sequence[Placed]) -> tuple[str, int]:
    """Return the rendered line that Slurm speaks of: by its number, or by a word of it."""
    sources = {each.path: each.source for each in placed}
    if (named := re.search(r"file (\S+) line (\d+)", line)) and named[1] in sources:
        return sources[named[1]], int(named[2])
    for word in sorted(re.findall(r"[\w.,/=-]*\[[^]]*\]|[\w./=-]{3,}", line), key=len, reverse=True):
        for each in placed:
            at = each.text.find(word)
            if at >= 0:
                return each.source, each.text.count("\n", 0, at) + 1
    return placed[0].source, 1


def _answers(room: Room) -> bool:
    return " is UP" in room.run(["scontrol", "ping"]).output


def _is_yaml(placed: Sequence[Placed]) -> bool:
    return any(each.path.endswith("/topology.yaml") for each in placed)


def _state_folder(placed: Sequence[Placed]) -> str:
    text = next(each.text for each in placed if each.path.endswith("/slurm.conf"))
    found = re.search(r"^StateSaveLocation=(\S+)$", text, re.MULTILINE)
    return found[1] if found else "/var/lib/slurm/slurmctld"


CONSUMER = Consumer(
    name="slurm",
    checks="starts controllers and nodes; jobs land on whole blocks, and on no node without IMEX",
    programs=(
        Program("slurmctld", "slurmctld"),
        Program("slurmd", "slurmd"),
        Program("srun", "slurm-client"),
    ),
    cases=cases,
    not_checked=(
        *slurm_room.NOT_CHECKED,
        NotChecked("topology.yaml", "Slurm 24.11 does not read it: it is given the same blocks"),
        NotChecked(f"slurmd beyond {MOST_RACKS} racks of a pool", "one takes 15 MB"),
    ),
)
