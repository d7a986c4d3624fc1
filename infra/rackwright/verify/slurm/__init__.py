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
from rackwright.verify import hostlist
from rackwright.verify.consumer import (
    Case,
    Complaint,
    Consumer,
    Judge,
    NotChecked,
    Program,
    Rendered,
)
from rackwright.verify.placing import Placed, place, shortened
from rackwright.verify.room import Daemon, Room
from rackwright.verify.slurm import files, jobs, words
from rackwright.verify.slurm import room as hosts
from rackwright.verify.slurm.room import Host

MOST_RACKS = 8
"""Of a larger pool the slurmd of the first racks are started: one takes 15 MB."""
SECONDS_TO_START = 15
SECONDS_TO_REGISTER = 60


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
            listed = tuple(each for each in nodes[0].files if each.path.startswith("/etc/slurm/"))
            controllers = _in_order(rendered, pool, nodes)
            cluster = Cluster(pool, controllers, listed, racks, _held(units, pool))
            sources = tuple(file.source for file in listed)
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
        unknown = tuple(files.unknown_keys(placed))
        if unknown:
            yield from unknown
            return
        yield from files.undeclared_gres(placed)
        read = files.topology(placed)
        if _is_yaml(placed):
            room.put("/etc/slurm/topology.conf", files.as_conf(read))
        hosts.prepare(room, cluster.controllers, cluster.started, files.gpus(placed))
        if wrong := hosts.set_up(room, _state_folder(placed)):
            yield Complaint(placed[0].source, "the room's hosts cannot be made", words=(wrong,))
            return
        with room.running(["slurmctld", "-D"]) as controller:
            yield from _controlled(room, cluster, placed, controller)

    return judge


def _controlled(
    room: Room, cluster: Cluster, placed: tuple[Placed, ...], controller: Daemon
) -> Iterator[Complaint]:
    up = controller.until(lambda: _answers(room), SECONDS_TO_START)
    bad = tuple(words.complaints(controller.output, placed))
    if bad or not up:
        said = shortened(tuple(controller.output.splitlines()))
        dead = Complaint(placed[0].source, "slurmctld does not start", words=said)
        yield from bad or (dead,)
        return
    wrong = tuple(_topology(room, placed))
    yield from wrong
    if wrong or not cluster.started:
        return
    with room.running(["sh", "-eu", "/start-nodes"]) as nodes:
        unfit = tuple(_registered(room, cluster, placed, nodes))
        heard = tuple(words.complaints(f"{controller.output}\n{nodes.output}", placed))
        yield from (*unfit, *heard)
        if not unfit and not heard:
            free = [node.name for node in cluster.started if node.name not in cluster.held]
            yield from jobs.run(room, free, placed, controller)
            if len(cluster.controllers) > 1:
                yield from jobs.stand_by(room, cluster.controllers[1], placed)


def _topology(room: Room, placed: tuple[Placed, ...]) -> Iterator[Complaint]:
    """Compare what the controller made of the topology with the file."""
    read = files.topology(placed)
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
            yield Complaint(
                where.source, f"block {name} is another one in Slurm", row, words=(got,)
            )
    blocks = Counter(node for nodes in read.blocks.values() for node in set(nodes))
    for node in files.states(placed):
        if blocks[node] != 1:
            source, row = files.line_of(placed, node)
            yield Complaint(source, f"node {node} is in {blocks[node] or 'no'} blocks", row)


def _registered(
    room: Room, cluster: Cluster, placed: tuple[Placed, ...], nodes: Daemon
) -> Iterator[Complaint]:
    """Wait until every node is fit, and held ones are drained; yield those that are not."""
    wanted = {n.name: "drained" if n.name in cluster.held else "idle" for n in cluster.started}

    def unfit() -> dict[str, tuple[str, str]]:
        states = hosts.nodes_states(room)
        nobody = ("unknown to the controller", "")
        every = {name: states.get(name, nobody) for name in wanted}
        return {name: each for name, each in every.items() if each[0] != wanted[name]}

    def decided() -> bool:
        settled = all(state in hosts.SETTLED for state, _ in unfit().values())
        return settled or "fatal: " in nodes.output

    nodes.until(decided, SECONDS_TO_REGISTER)
    for name, (state, reason) in unfit().items():
        source, row = files.line_of(placed, name)
        known = (f"Slurm's reason: {reason}",) if reason and reason != "none" else ()
        message = f"node {name} is {state}, and should be {wanted[name]}"
        yield Complaint(source, message, row, words=known)


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
    reads=("pools/*/slurm/*",),
    not_checked=(
        *hosts.NOT_CHECKED,
        NotChecked("topology.yaml", "Slurm 24.11 does not read it: it is given the same blocks"),
        NotChecked(f"slurmd beyond {MOST_RACKS} racks of a pool", "one takes 15 MB"),
    ),
)
