"""What a DHCP server must give to every device of the plan, and asking it for that.

A configuration that a server takes can still give a tray its neighbour's address. So every device
with a MAC asks, through the relay of its own subnet, and must be given the address that the plan
has for it, and what else a host of this site cannot do without.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rackwright import plan
from rackwright.verify import wires
from rackwright.verify.consumer import Rendered
from rackwright.verify.room import Room

CLIENTS = Path(__file__).parent / "dhcp_clients.py"
SECONDS = 120
"""For all clients of a campus; each takes less than a millisecond."""
ROUTER, DNS, NAME, DOMAIN, TIME, CLASS, BOOT_FILE = "3", "6", "12", "15", "42", "60", "67"
"""Codes of options."""
BMC = "-bmc"
"""What the name of a device's BMC ends with."""
ARM64_PXE, ARM64_HTTP = "000b", "0013"
"""Client architectures (IANA, Processor Architecture Types)."""


@dataclass(frozen=True, slots=True)
class Client:
    """A device that asks, how it does, and what it must be given."""

    name: str
    mac: str
    relay: str
    address: str
    gives: Mapping[str, str]
    """Options of the answer by code, as text."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Options of the question by code, in hexadecimal."""


def clients(rendered: Rendered) -> Iterator[Client]:
    """Yield every device of the site's plan that has a MAC."""
    site = rendered.site
    gateways = {subnet.name: subnet.gateway for subnet in site.subnets}
    clocks = sorted(node.address for node in rendered.nodes("time"))
    for name in site.units:
        unit = rendered.unit(name)
        shared = {DNS: " ".join(unit.nameservers), TIME: " ".join(clocks), DOMAIN: site.domain}
        for rack in unit.racks:
            for network, device, mac, address in _ports(rack):
                relay = gateways[f"{rack.name}-{network}"]
                yield Client(device, mac, relay, address, {ROUTER: relay, NAME: device, **shared})


def firmware(client: Client, kind: str, architecture: str) -> Client:
    """Return a host as its firmware asks: `PXEClient`, `HTTPClient`, or `iPXE` once that runs."""
    vendor = f"{'PXEClient' if kind == 'iPXE' else kind}:Arch:{int(architecture, 16):05d}"
    options = {CLASS: vendor.encode().hex(), "93": architecture}
    if kind == "iPXE":
        options |= {"77": b"iPXE".hex(), "175": "060101"}
    return Client(client.name, client.mac, client.relay, client.address, {}, options)


def ask(
    room: Room, node: plan.ServiceNode, asking: Sequence[Client]
) -> tuple[dict[str, Any] | None, ...]:
    """Return what the server gives to each client; None where it gives nothing.

    Raises:
        ValueError: The relay itself failed; has its words.
    """
    sent = [
        {"relay": each.relay, "mac": each.mac, "options": dict(each.options)} for each in asking
    ]
    done = room.run(
        wires.beyond(["python3", "-c", CLIENTS.read_text()]),
        seconds=SECONDS,
        given=json.dumps({"server": node.address, "clients": sent}),
    )
    if done.code:
        raise ValueError(f"the relay failed: {' / '.join(done.lines[-3:])}")
    return tuple(json.loads(done.output))


def wrong(asking: Sequence[Client], answers: Sequence[Mapping[str, Any] | None]) -> Iterator[str]:
    """Yield what is wrong with the answers; what is wrong alike with many, once."""
    alike: dict[str, list[Client]] = {}
    for client, answer in zip(asking, answers, strict=True):
        for words in _wrong(client, answer):
            alike.setdefault(words, []).append(client)
    for words, those in alike.items():
        more = f" and {len(those) - 1:,} more" if len(those) > 1 else ""
        yield f"{those[0].name} at '{those[0].mac}'{more} is given {words}"


def _wrong(client: Client, answer: Mapping[str, Any] | None) -> Iterator[str]:
    if answer is None:
        yield "no address"
        return
    if answer["address"] != client.address:
        yield f"{answer['address']}; the plan has '{client.address}' for it"
    for code, expected in client.gives.items():
        given = text(code, answer["options"].get(code, ""))
        if given != expected:
            yield f"option {code} as {given or 'nothing'}, not '{expected}'"


def text(code: str, value: str) -> str:
    """Return an option of an answer as text: addresses with spaces between them, or words.

    Of clocks the order says nothing.
    """
    data = bytes.fromhex(value)
    if code in (ROUTER, DNS, TIME):
        parts = (data[place : place + 4] for place in range(0, len(data), 4))
        addresses = [str(ipaddress.IPv4Address(part)) for part in parts]
        return " ".join(sorted(addresses) if code == TIME else addresses)
    return data.decode(errors="replace")


def _ports(rack: plan.Rack) -> Iterator[tuple[str, str, str, str]]:
    """Yield network, name, MAC and address of everything in a rack that asks."""
    for device in rack.devices:
        yield "out-of-band", f"{device.name}{BMC}", device.bmc.mac, device.bmc.address
    for tray in rack.compute_trays:
        yield "in-band", tray.name, tray.interface.mac, tray.interface.address
