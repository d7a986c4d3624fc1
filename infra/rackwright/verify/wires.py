"""Two networks with one wire between them: a service's node, and everybody who asks it.

A packet that stays in one kernel's network arrives on no interface of the node's, and some servers
look at that. So the others are in a network of their own, at the far end of a virtual link that
bears the name of the node's interface; this kernel has no bonds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rackwright import plan
from rackwright.verify.room import Room

FAR = "far"


def lay(room: Room, node: plan.ServiceNode, others: Iterable[str]) -> None:
    """Give the room the node's interface and address, and the far end the others' addresses."""
    far = ["ip", "-n", FAR]
    own = f"{node.address}/{node.prefix_length}"
    for words in (
        ["ip", "netns", "add", FAR],
        ["ip", "link", "add", node.interface, "type", "veth", "peer", "name", "port", "netns", FAR],
        ["ip", "addr", "add", own, "dev", node.interface],
        ["ip", "link", "set", node.interface, "up"],
        [*far, "link", "set", "lo", "up"],
        [*far, "addr", "add", f"{node.gateway}/{node.prefix_length}", "dev", "port"],
        [*far, "link", "set", "port", "up"],
        ["ip", "route", "add", "default", "via", node.gateway],
    ):
        room.run(words)
    lines = "".join(f"addr add {address}/32 dev port\n" for address in sorted(set(others)))
    room.run([*far, "-batch", "-"], given=lines)


def beyond(argv: Sequence[str]) -> list[str]:
    """Return what runs a program at the far end."""
    return ["ip", "netns", "exec", FAR, *argv]
