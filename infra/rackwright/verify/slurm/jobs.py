"""What a Slurm cluster does with jobs: which blocks they land on, and on which node none does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rackwright.verify.consumer import Complaint
from rackwright.verify.placing import Placed, shortened
from rackwright.verify.room import Daemon, Room
from rackwright.verify.slurm import files
from rackwright.verify.slurm import room as hosts
from rackwright.verify.slurm.room import Host
from rackwright.verify.slurm.words import place_of

SECONDS_FOR_A_JOB = 60
SECONDS_TO_DRAIN = 15
SECONDS_TO_SPEAK = 1
SECONDS_TO_START = 15


def run(
    room: Room, free: Sequence[str], placed: tuple[Placed, ...], controller: Daemon
) -> Iterator[Complaint]:
    """Run a job of every block's size, and one on a node without IMEX, among the free nodes."""
    read = files.topology(placed)
    for size in read.sizes:
        yield from _lands(room, read, size, placed)
        controller.until(lambda: _quiet(room), SECONDS_FOR_A_JOB)
    if free:
        yield from _gate(room, free[-1], placed, controller)


def _lands(
    room: Room, read: files.Topology, size: int, placed: tuple[Placed, ...]
) -> Iterator[Complaint]:
    """Run a job of a size: in segments of the smallest, or whole in one of the larger blocks."""
    groups = _groups(read, size)
    idle = {name for name, (state, _) in hosts.nodes_states(room).items() if state == "idle"}
    able = [group for group in groups if len(idle & group) >= size]
    if not able:
        return
    smallest = size == read.sizes[0]
    count = size * min(2, len(able)) if smallest else size
    argv = ["srun", f"--nodes={count}", *([f"--segment={size}"] if smallest else []), "hostname"]
    done = room.run(argv, seconds=SECONDS_FOR_A_JOB)
    known = {node for group in groups for node in group}
    got = [line for line in done.lines if line in known]
    spread = Counter(number for node in got for number, each in enumerate(groups) if node in each)
    if done.code or len(got) != count or any(nodes % size for nodes in spread.values()):
        message = f"a job of {count} nodes does not land on whole blocks of {size}"
        words = (" ".join(argv), *shortened(done.lines))
        where = next(each for each in placed if "/topology." in each.path)
        sizes = where.source, where.text.count("\n")
        source, row = place_of(" ".join(done.lines), placed) if done.code else sizes
        yield Complaint(source, message, row, words=words)


def _groups(read: files.Topology, size: int) -> list[frozenset[str]]:
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
        return hosts.nodes_states(room).get(node, ("", ""))[0]

    with room.running(["srun", f"--nodelist={node}", "hostname"]) as job:
        controller.until(lambda: state().startswith("drain"), SECONDS_TO_DRAIN)
        job.until(lambda: node in job.output.splitlines(), SECONDS_TO_SPEAK)
        ran = node in job.output.splitlines()
        words = (f"the node is {state()}", *shortened(tuple(job.output.splitlines())))
    if ran or not state().startswith("drain"):
        source = next(each.source for each in placed if each.path.endswith("/prolog.sh"))
        yield Complaint(source, "a node whose IMEX is not ready still takes jobs", words=words)


def stand_by(room: Room, backup: Host, placed: tuple[Placed, ...]) -> Iterator[Complaint]:
    """Start the second controller beside the first: both must know each other."""
    argv = ["unshare", "--mount", "--uts", "sh", "-euc", _SECOND, "-", backup.name]
    with room.running(argv) as second:
        ping = ["scontrol", "ping"]
        up = second.until(lambda: room.run(ping).output.count(" is UP") > 1, SECONDS_TO_START)
        if not up:
            words = shortened((*room.run(ping).lines, *second.output.splitlines()))
            yield Complaint(placed[0].source, f"{backup.name} does not stand by", words=words)


def _quiet(room: Room) -> bool:
    """Return whether no node has a job, and none is still cleaning up after one."""
    return all(state in hosts.SETTLED for state, _ in hosts.nodes_states(room).values())


_SECOND = """
hostname "$1"
mount -t tmpfs -o mode=755 tmpfs /run/slurmctld
mount -t tmpfs -o mode=1777 tmpfs /var/log/slurm
chown slurm:slurm /run/slurmctld
exec slurmctld -D
"""
