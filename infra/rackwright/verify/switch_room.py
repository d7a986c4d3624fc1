"""A fabric in one room: a network namespace for each switch, a veth for each cable, real FRR.

The programs are those of Debian's FRR 10: mgmtd, zebra and bgpd in each namespace, each fed its own
frr.conf by `vtysh -b`. Their daemons keep the pipe that started them open, so that is /dev/null. A
name of a switch is an argument here, never a part of a script.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rackwright.problems import ServiceFailed
from rackwright.verify.room import Room
from rackwright.verify.switch_text import FrrText

SECONDS_TO_START = 90

_START = """
set -eu
mkdir -p /run/netns /run/frr /run/fabric/log /run/fabric/said
for name in "$@"; do
    ip netns add "$name"
    ip -n "$name" link set lo up
    ip netns exec "$name" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
    # a namespace without a daemon of ours keeps no duplicate address detection waiting
    ip netns exec "$name" sysctl -qw net.ipv6.conf.default.accept_dad=0
done
ip -batch /run/fabric/cables
for name in "$@"; do
    ip -n "$name" -batch "/run/fabric/own/$name"
done
chown -R frr:frr /etc/frr /run/frr /run/fabric/log
for name in "$@"; do
    ip netns exec "$name" unshare --uts sh -eu -c '
        hostname "$1"
        for daemon in mgmtd zebra bgpd; do
            "/usr/lib/frr/$daemon" -d -F datacenter -N "$1" \\
                --log "file:/run/fabric/log/$1" --log-level warnings
        done' sh "$name" > "/run/fabric/said/$name.start" 2>&1 < /dev/null
    # a daemon that still starts may hold the configuration, and then nothing of the file is taken
    for attempt in $(seq 50); do
        vtysh -N "$name" -b > "/run/fabric/said/$name" 2>&1 < /dev/null || :
        grep -q "locked by another session" "/run/fabric/said/$name" || break
        sleep 0.2
    done
done
"""

_PARSE = """
mkdir -p /etc/frr
for number in $(seq 0 $(($1 - 1))); do
    file=/run/fabric/parsed/$number
    vtysh -C -f "$file" > "$file.said" 2>&1 < /dev/null || :
done
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Router:
    """One switch in the room."""

    frr: FrrText
    links: Mapping[str, str]
    """Its ports to other switches in the room, and which those are."""
    stubs: Sequence[str]
    """Ports and VLANs that lead to nothing in the room, and are up."""
    tunnels: Mapping[str, str]
    """VLAN interfaces and the VNI that carries each."""

    @property
    def name(self) -> str:
        """Return the switch's name."""
        return self.frr.hostname


def parsed(room: Room, switches: Sequence[FrrText]) -> Iterator[tuple[str, ...]]:
    """Yield what FRR's parser says of each switch's file, nothing where it knows every line."""
    for number, switch in enumerate(switches):
        room.put(f"/run/fabric/parsed/{number}", switch.text)
    room.run(["bash", "-c", _PARSE, "parse", str(len(switches))], seconds=SECONDS_TO_START)
    for number in range(len(switches)):
        yield tuple(room.read(f"/run/fabric/parsed/{number}.said").splitlines())


def start(
    room: Room, routers: Sequence[Router], cables: Sequence[tuple[str, str, str, str]]
) -> None:
    """Make the fabric: `cables` are switch, port, switch, port.

    Raises:
        ServiceFailed: The room's network or a daemon does not come up.
    """
    room.put(
        "/run/fabric/cables",
        "".join(
            f"link add {port} netns {near} type veth peer name {end} netns {far}\n"
            for near, port, far, end in cables
        ),
    )
    for router in routers:
        room.put(f"/etc/frr/{router.name}/frr.conf", router.frr.text)
        room.put(f"/etc/frr/{router.name}/vtysh.conf", "service integrated-vtysh-config\n")
        room.put(f"/run/fabric/own/{router.name}", "".join(f"{line}\n" for line in _own(router)))
        room.put(f"/run/frr/{router.name}/.here", "")
    names = [router.name for router in routers]
    done = room.run(["bash", "-c", _START, "start", *names], seconds=SECONDS_TO_START)
    if done.code:
        how = "in time" if done.timed_out else ""
        raise ServiceFailed(f"FRR did not start {how}: {' '.join(done.lines[-3:])}")


def refused(room: Room, router: Router) -> tuple[str, ...]:
    """Return what vtysh had against a switch's file, and what its daemons have warned of."""
    said = room.read(f"/run/fabric/said/{router.name}").splitlines()
    lines = tuple(line for line in said if line.startswith("line ") or "% " in line)
    return (*lines, *_logged(room, router.name))


def show(room: Room, name: str, question: str) -> Mapping[str, Any]:
    """Return what a switch's FRR answers to a `show … json`.

    Raises:
        ServiceFailed: It does not answer, or not in JSON.
    """
    done = room.run(["vtysh", "-N", name, "-c", f"show {question} json"], seconds=20)
    try:
        found: Mapping[str, Any] = json.loads(done.output)
    except ValueError:
        raise ServiceFailed(f"FRR of {name} does not answer: {done.output[:200]}") from None
    return found


def _own(router: Router) -> Iterator[str]:
    """Yield the `ip` commands that bring up a switch's own side."""
    for number, stub in enumerate(router.stubs):
        if stub.startswith("vlan"):
            yield f"link add {stub} type bridge"
            yield f"link add stub{number} type veth peer name far{number}"
            yield f"link set stub{number} master {stub}"
            yield f"link set stub{number} up"
        else:
            yield f"link add {stub} type veth peer name far{number}"
        yield f"link set far{number} up"
        yield f"link set {stub} up"
    for vlan, vni in router.tunnels.items():
        source = router.frr.router_id
        yield f"link add vni{vni} type vxlan id {vni} local {source} dstport 4789 nolearning"
        yield f"link set vni{vni} master {vlan}"
        yield f"link set vni{vni} up"
    for port in router.links:
        yield f"link set {port} up"


def _logged(room: Room, name: str) -> tuple[str, ...]:
    try:
        log = room.read(f"/run/fabric/log/{name}")
    except OSError:
        return ()
    return tuple(line for line in log.splitlines() if line.strip())
