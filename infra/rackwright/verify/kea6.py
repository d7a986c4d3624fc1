"""Kea for IPv6: `-t` reads the files, the server starts, and every device asks it for its address.

The plan has no address in IPv6, so what a device must be given is what DNS has under its name: the
two were rendered apart, and a host that is given another address is not found.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rackwright import plan
from rackwright.verify import kea, wires
from rackwright.verify.consumer import Allowed, Case, Complaint, Consumer, Judge, Program, Rendered
from rackwright.verify.placing import Placed, complaint, place
from rackwright.verify.room import Room

CLIENTS = Path(__file__).parent / "dhcp6_clients.py"
DHCP6 = "/etc/kea/kea-dhcp6.conf"
SECONDS = 120
SEARCH = "24"
"""The code of the option with the domain."""
_SUBNET = re.compile(r'"subnet": "([0-9a-f:]+/\d+)"')
_INTERFACE = re.compile(r'"interfaces": \["[^"/]+/([0-9a-f:]+)"')
_SETTLED = "while ip -6 addr show tentative | grep -q .; do sleep 0.1; done"
"""Waits until no neighbour has claimed the interface's own address; Kea does not."""
_SUFFIX = "-ipv6"
ALLOWED = (
    Allowed("DHCP6_MULTI_THREADING_INFO", "says how many threads it runs"),
    Allowed("DHCP6_RESERVATIONS_LOOKUP_FIRST_ENABLED", "reservations come first anyway"),
    Allowed("DHCPSRV_MT_DISABLED_QUEUE_CONTROL", "it has as many threads as the host has cores"),
)


class Client(NamedTuple):
    """A device that asks, through a relay whose address on the link is `link`."""

    name: str
    mac: str
    link: str
    address: str


def cases(rendered: Rendered) -> Iterator[Case]:
    """Yield a case for every server: its own file and every unit's that it includes."""
    for node in rendered.nodes("dhcp"):
        files = tuple(file for file in node.files if kea.is_of(file, ipv6=True))
        if files:
            sources = tuple(file.source for file in files)
            yield Case(node.name, "site", sources, _judged(rendered, node, files))


def _judged(rendered: Rendered, node: plan.ServiceNode, files: tuple[plan.File, ...]) -> Judge:
    def judge(room: Room) -> Iterator[Complaint]:
        placed = place(rendered, files, room)
        yield from kea.overlaps(placed)
        found = _INTERFACE.search(placed[0].text)
        if not found:
            yield Complaint(placed[0].source, "it listens on no address of the node's")
            return
        _wire(room, node, found[1])
        read = room.run(["kea-dhcp6", "-t", DHCP6])
        if read.code:
            yield complaint(kea.reason(read.lines), placed)
            return
        room.shell(kea.FOLDERS)
        with room.syslog() as log, room.running(["kea-dhcp6", "-c", DHCP6]) as server:
            bad = tuple(kea.start(server, log, placed, "DHCP6_STARTED", ALLOWED))
            yield from bad or _asked(rendered, room, found[1], placed)

    return judge


def _wire(room: Room, node: plan.ServiceNode, address: str) -> None:
    wires.lay(room, node, [])
    relay = str(ipaddress.IPv6Interface(f"{address}/64").network[1])
    own = ["ip", "-6", "addr", "add", f"{address}/64", "dev", node.interface, "nodad"]
    room.run(own)
    room.run(["ip", "-n", wires.FAR, "-6", "addr", "add", f"{relay}/64", "dev", "port", "nodad"])
    room.shell(_SETTLED, seconds=10)


def _asked(
    rendered: Rendered, room: Room, server: str, placed: Sequence[Placed]
) -> Iterator[Complaint]:
    clients = tuple(_clients(rendered, placed))
    asking = [{"link": each.link, "mac": each.mac} for each in clients]
    done = room.run(
        wires.beyond(["python3", "-c", CLIENTS.read_text()]),
        seconds=SECONDS,
        given=json.dumps({"server": server, "clients": asking}),
    )
    if done.code:
        raise ValueError(f"the relay failed: {' / '.join(done.lines[-3:])}")
    for client, answer in zip(clients, json.loads(done.output), strict=True):
        words = _wrong(client, answer, rendered.site.domain)
        if words:
            yield complaint(f"{client.name} at '{client.mac}' is given {words}", placed)


def _wrong(client: Client, answer: dict[str, Any] | None, domain: str) -> str:
    if answer is None:
        return f"no address; DNS has '{client.address}' for it"
    if answer["address"] != client.address:
        return f"{answer['address']}; DNS has '{client.address}' for it"
    labels = b"".join(bytes((len(word),)) + word.encode() for word in domain.split("."))
    if answer["options"].get(SEARCH) != (labels + b"\0").hex():
        return f"another domain than '{domain}'"
    return ""


def _clients(rendered: Rendered, placed: Sequence[Placed]) -> Iterator[Client]:
    """Yield every device with a MAC in the plan and an address in DNS."""
    networks = {
        ipaddress.IPv6Network(found[1]) for each in placed for found in _SUBNET.finditer(each.text)
    }
    lengths = sorted({network.prefixlen for network in networks}, reverse=True)
    for unit in rendered.site.units:
        addresses = _addresses(rendered.text(f"{unit}/dns/{rendered.site.domain}"))
        for rack in rendered.unit(unit).racks:
            ports = [(f"{each.name}-bmc", each.bmc.mac) for each in rack.devices]
            ports += [(tray.name, tray.interface.mac) for tray in rack.compute_trays]
            for name, mac in ports:
                address = addresses.get(name)
                if address:
                    yield Client(name, mac, _link(address, networks, lengths), address)


def _addresses(zone: str) -> dict[str, str]:
    """Return the IPv6 addresses of BMCs and hosts by name; a zone has them under `NAME-ipv6`."""
    records = (line.split() for line in zone.splitlines() if " AAAA " in line)
    return {name.removesuffix(_SUFFIX): address for name, _, address in records}


def _link(address: str, networks: set[ipaddress.IPv6Network], lengths: Sequence[int]) -> str:
    """Return the first address of the subnet that an address is in, which is its relay's."""
    for length in lengths:
        network = ipaddress.IPv6Interface(f"{address}/{length}").network
        if network in networks:
            return str(network[1])
    return "::"


CONSUMER = Consumer(
    name="kea6",
    checks="starts, and gives every device the IPv6 address that DNS has for it",
    programs=(Program("kea-dhcp6", "kea-dhcp6-server"),),
    cases=cases,
)
