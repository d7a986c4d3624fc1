"""A Slurm cluster in one room: its controllers and nodes at their true addresses.

All daemons share the room's network, so each node's address is one of the room's own, and every
slurmd has a host name, a spool and a run folder for itself. Where one kernel without GPUs cannot
follow the rendered files, what is laid beside them is said here, all of it, and printed as not
checked; the rendered files are as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rackwright.verify.consumer import NotChecked
from rackwright.verify.room import Room

LOCAL = """\
# no control groups of its own, two processors that pass for 144, one network for all
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SlurmdParameters=config_overrides
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
"""
CGROUP = """\
CgroupPlugin=disabled
ConstrainCores=no
ConstrainDevices=no
ConstrainRAMSpace=no
"""
IMEX = """\
#!/bin/sh
# what the rendered scripts ask, in place of a daemon that needs GPUs
if [ -e "/imex-down/$(hostname)" ]; then echo UNAVAILABLE; exit 1; fi
echo READY
"""
BESIDE = {
    "/etc/slurm/local.conf": LOCAL,
    "/etc/slurm/cgroup.local.conf": CGROUP,
    "/usr/bin/nvidia-imex-ctl": IMEX,
    "/usr/bin/sleep": "#!/bin/sh\n# no script of a node waits here\n",
}
"""What is laid beside the rendered files, by path."""

NOT_CHECKED = (
    NotChecked("control groups", "the limits of jobs are switched off in the room's local.conf"),
    NotChecked("GPUs and memory", "devices are null devices, and a node is believed its size"),
    NotChecked("IMEX", "it needs GPUs: the scripts ask a stand-in that says READY, or not"),
)

SETTLED = ("idle", "inval", "drained", "down")
"""States of a node that change only when somebody does something."""

_PREPARE = """
head -c 1024 /dev/urandom > /etc/slurm/slurm.key
chown slurm:slurm /etc/slurm/slurm.key
chmod 600 /etc/slurm/slurm.key
mkdir -p /run/slurm /run/slurmctld /var/lib/slurm/slurmd /var/log/slurm /imex-down
chown slurm:slurm /run/slurm /run/slurmctld /var/lib/slurm /var/log/slurm
while read -r folder; do
    mkdir -p "$folder"
    chown slurm:slurm "$folder"
done < /state-folders
while read -r device; do
    mknod -m 666 "$device" c 1 3
done < /devices
ip -batch /addresses
"""
_START = """
while read -r name; do
    unshare --mount --uts sh -eu -c '
        hostname "$1"
        for folder in /run/slurm /var/lib/slurm/slurmd /var/log/slurm; do
            mount -t tmpfs tmpfs "$folder"
            chown slurm:slurm "$folder"
        done
        exec slurmd -D
    ' - "$name" &
done < /nodes
wait
"""


@dataclass(frozen=True, slots=True)
class Host:
    """A name and the address it must be reached at."""

    name: str
    address: str


def prepare(room: Room, controllers: tuple[Host, ...], nodes: tuple[Host, ...], gpus: int) -> None:
    """Make a room the hosts of a cluster, as far as the daemons can tell."""
    for path, text in BESIDE.items():
        room.put(path, text, 0o755 if path.startswith("/usr/bin") else 0o644)
    every = (*controllers, *nodes)
    room.put("/etc/hosts", "127.0.0.1 localhost\n" + _lines(f"{h.address} {h.name}" for h in every))
    first = controllers[0].address
    own = [f"address add {host.address}/32 dev lo" for host in controllers]
    # who connects from a node's own address would be answered there, where nobody listens
    others = [f"route replace local {node.address} dev lo src {first}" for node in nodes]
    room.put("/addresses", _lines((*own, *others)))
    room.put("/devices", _lines(f"/dev/nvidia{number}" for number in range(gpus)))
    room.put("/nodes", _lines(node.name for node in nodes))
    room.put("/start-nodes", _START)
    room.run(["hostname", controllers[0].name])


def set_up(room: Room, state_folder: str) -> str:
    """Make folders, devices and addresses; return what went wrong, nothing if nothing did."""
    room.put("/state-folders", f"{state_folder}\n")
    done = room.shell(_PREPARE, seconds=60)
    return done.output if done.code else ""


def nodes_states(room: Room) -> Mapping[str, tuple[str, str]]:
    """Return each node's state and reason, as sinfo has them."""
    lines = room.run(["sinfo", "--noheader", "--Node", "--format=%N|%T|%E"]).lines
    parts = (line.split("|", 2) for line in lines if line.count("|") > 1)
    return {name: (state.rstrip("*"), reason) for name, state, reason in parts}


def _lines(texts: Iterable[str]) -> str:
    return "".join(f"{text}\n" for text in texts)
