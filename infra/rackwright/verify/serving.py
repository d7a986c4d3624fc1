"""The HTTP server beside DHCP, with the node's files in their places."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from rackwright import plan
from rackwright.verify.consumer import Rendered
from rackwright.verify.placing import Placed, place
from rackwright.verify.room import Daemon, Room

SERVED = "/srv/boot"
CONFIGURATION = "/etc/nginx/conf.d/boot.conf"
LOADER = "/ipxe/ipxe-arm64.efi"
"""The one thing that is served and not rendered: Debian's package ipxe has it."""
ACCESSES = "/var/log/nginx/access.log"
SECONDS_TO_START = 10


def files(node: plan.ServiceNode) -> tuple[plan.File, ...]:
    """Return what a node serves by name, and how; folders are apart."""
    return tuple(
        file
        for file in node.files
        if file.path == CONFIGURATION or file.path.startswith(f"{SERVED}/")
    )


def inside(rendered: Rendered, node: plan.ServiceNode) -> tuple[plan.File, ...]:
    """Return the files of the folders that a node serves."""
    return tuple(
        plan.File(source=path, path=f"{folder.path}{path.removeprefix(folder.source)}")
        for folder in node.folders
        for path in rendered.under(folder.source)
    )


def laid(rendered: Rendered, node: plan.ServiceNode, room: Room) -> tuple[Placed, ...]:
    """Put a node's files into the room, and take away what Debian serves by itself."""
    room.shell("rm -f /etc/nginx/sites-enabled/*; mkdir -p /var/log/nginx /var/lib/nginx")
    return place(rendered, files(node), room)


def url(node: plan.ServiceNode, text: str, path: str) -> str:
    """Return the address of a path; the port is that of the rendered configuration."""
    port = text.partition("listen ")[2].partition(";")[0]
    return f"http://{node.address}:{port}{path}"


@contextlib.contextmanager
def running(room: Room) -> Iterator[Daemon]:
    """Serve while the body runs."""
    with room.running(["nginx", "-g", "daemon off;"]) as server:
        server.until(lambda: bool(room.run(["ss", "-Htln"]).lines), SECONDS_TO_START)
        yield server
