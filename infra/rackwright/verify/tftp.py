"""TFTP: firmware that boots by PXE is led to a file, and the server gives it that very file.

Kea says which file and where from, and in.tftpd, started as Debian's unit starts it, must have it:
one of the two alone shows nothing, for the settings name a folder and DHCP a file in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rackwright import plan
from rackwright.verify import dhcp, kea, wires
from rackwright.verify.consumer import Case, Complaint, Consumer, Judge, Program, Rendered
from rackwright.verify.dhcp import Client
from rackwright.verify.placing import Placed, complaint, place, shortened
from rackwright.verify.room import Room

SETTINGS = "/etc/default/tftpd-hpa"
LOADERS = "/usr/lib/ipxe"
"""Of the package ipxe; nothing else is served."""
SECONDS_TO_START = 10
_FETCHED = "/run/fetched"
_PATIENCE = ("--connect-timeout", "3")
"""curl asks again every second: Debian's in.tftpd 5.2 is silent to the first who asks, as firmware
finds too, and answers from the second on."""
_SERVER = """
. "$1"
exec in.tftpd --foreground --user $TFTP_USERNAME --address $TFTP_ADDRESS \
    $TFTP_OPTIONS $TFTP_DIRECTORY
"""
"""As in tftpd-hpa.service, but for the daemon's going into the background."""


def cases(rendered: Rendered) -> Iterator[Case]:
    """Yield a case for every node that serves what firmware boots by PXE."""
    client = next(
        (each for each in dhcp.clients(rendered) if not each.name.endswith(dhcp.BMC)), None
    )
    for node in rendered.nodes("dhcp"):
        settings = [file.source for file in node.files if file.path == SETTINGS]
        if settings and client:
            yield Case(node.name, "site", tuple(settings), _judged(rendered, node, client))


def _judged(rendered: Rendered, node: plan.ServiceNode, client: Client) -> Judge:
    def judge(room: Room) -> Iterator[Complaint]:
        mine = [file for file in node.files if kea.is_of(file, ipv6=False)]
        placed = place(rendered, mine, room)
        (settings,) = place(rendered, [f for f in node.files if f.path == SETTINGS], room)
        wires.lay(room, node, (client.relay,))
        name, server = _answer(room, node, client)
        servers = {it.address for it in rendered.nodes("dhcp")}
        if not name:
            yield complaint(f"{client.name} at '{client.mac}' is given nothing to boot", placed)
        elif server not in servers:
            yield complaint(f"'{server}' is to give firmware {name}, and serves nothing", placed)
        else:
            yield from _served(room, node, name, settings, placed)

    return judge


def _answer(room: Room, node: plan.ServiceNode, client: Client) -> tuple[str, str]:
    """Return which file a host's firmware is to boot, and from which server; empty if nothing."""
    room.shell(kea.FOLDERS)
    with room.syslog() as log, room.running(["kea-dhcp4", "-c", kea.DHCP4]) as server:
        server.until(lambda: kea.STARTED in log.output, kea.SECONDS_TO_START)
        asking = dhcp.firmware(client, "PXEClient", dhcp.ARM64_PXE)
        (answer,) = dhcp.ask(room, node, (asking,))
    return (answer["file"], answer["server"]) if answer else ("", "")


def _served(
    room: Room, node: plan.ServiceNode, name: str, settings: Placed, placed: Sequence[Placed]
) -> Iterator[Complaint]:
    address = f"tftp://{node.address}/{name}"
    with room.running(["sh", "-euc", _SERVER, "sh", SETTINGS]) as server:
        if not server.until(lambda: _listens(room), SECONDS_TO_START):
            said = shortened(tuple(server.output.splitlines()))
            yield Complaint(settings.source, "in.tftpd does not serve on port 69", words=said)
            return
        fetch = ["curl", "--silent", "--show-error", *_PATIENCE, "--output", _FETCHED, address]
        done = room.run(wires.beyond(fetch))
    if done.code and room.run(["test", "-f", f"{LOADERS}/{name}"]).code:
        yield complaint(f"the package ipxe has no '{name}'", placed)
    elif done.code:
        yield Complaint(settings.source, f"{address} leads to nothing", words=done.lines)
    elif room.run(["cmp", _FETCHED, f"{LOADERS}/{name}"]).code:
        yield Complaint(settings.source, f"{address} is not the loader of the package ipxe")


def _listens(room: Room) -> bool:
    return bool(room.run(["ss", "-Huln", "sport = :69"]).lines)


CONSUMER = Consumer(
    name="tftp",
    checks="gives firmware that boots by PXE the file that DHCP leads it to",
    programs=(
        Program("in.tftpd", "tftpd-hpa"),
        Program("kea-dhcp4", "kea-dhcp4-server"),
        Program("curl", "curl"),
    ),
    cases=cases,
)
