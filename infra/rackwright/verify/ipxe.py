"""iPXE: a machine boots over the network, from its first DHCP question to its pool's kernel.

The machine is qemu's, without acceleration, with the MAC of a compute tray; Kea and nginx have the
rendered files, and a relay stands between as in a rack. iPXE's firmware here is for a PC, because
arm64's takes a minute: what it asks, and how it reads a script, is the same program. It must say
the lines of the two scripts, and fetch the kernel that they name.

iPXE finds a missing label only when it jumps there, so labels are looked at in the text as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from rackwright import plan
from rackwright.verify import dhcp, kea, serving, wires
from rackwright.verify.consumer import (
    Case,
    Complaint,
    Consumer,
    Judge,
    NotChecked,
    Program,
    Rendered,
)
from rackwright.verify.dhcp import Client
from rackwright.verify.placing import place, shortened
from rackwright.verify.room import Daemon, Room

RELAY = Path(__file__).parent / "dhcp_relay.py"
FIRMWARE = "/usr/lib/ipxe/ipxe.lkrn"

SECONDS_TO_BOOT = 90
"""Five on a quiet machine; the processor is emulated."""
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x09\x0b-\x1f]")
_GAVE_UP = ("Could not boot image", "No configuration methods", "cannot be", "nothing to boot")
_TAP = "tap"
_QEMU = (
    *("qemu-system-x86_64", "-accel", "tcg", "-m", "128", "-nographic", "-no-reboot"),
    *("-monitor", "none", "-kernel", FIRMWARE),
    *("-netdev", f"tap,id=port,ifname={_TAP},script=no,downscript=no"),
)


def cases(rendered: Rendered) -> Iterator[Case]:
    """Yield the one case of a site whose pools boot over the network."""
    scripts = tuple(path for path in rendered.paths if path.endswith("/boot/boot.ipxe"))
    node = next((node for node in rendered.nodes("dhcp") if serving.files(node)), None)
    if node and scripts:
        yield Case(node.name, "site", scripts, _judged(rendered, node, scripts))


def _judged(rendered: Rendered, node: plan.ServiceNode, scripts: tuple[str, ...]) -> Judge:
    def judge(room: Room) -> Iterator[Complaint]:
        bad = tuple(each for path in scripts for each in _labels(path, rendered.text(path)))
        host = _host(rendered)
        yield from bad or (_boots(rendered, node, room, host) if host else ())

    return judge


def _labels(path: str, text: str) -> Iterator[Complaint]:
    """Yield the jumps of a script that lead nowhere, and a first line that is no script's."""
    lines = text.splitlines()
    labels = {line[1:].strip() for line in lines if line.startswith(":")}
    for number, line in enumerate(lines, 1):
        found = re.search(r"\bgoto (\S+)", line)
        if found and found[1] not in labels and not line.startswith("#"):
            yield Complaint(path, f"no label {found[1]} to go to", number)
    if lines[:1] != ["#!ipxe"]:
        yield Complaint(path, "a script of iPXE begins with #!ipxe")


def _host(rendered: Rendered) -> tuple[Client, str] | None:
    """Return the first host of a pool that boots over the network, and the pool."""
    clients = {client.name: client for client in dhcp.clients(rendered)}
    for name in rendered.site.units:
        for rack in rendered.unit(name).racks:
            for tray in rack.compute_trays:
                if f"pools/{tray.pool}/boot/boot.ipxe" in rendered.paths:
                    return clients[tray.name], tray.pool
    return None


def _boots(
    rendered: Rendered, node: plan.ServiceNode, room: Room, host: tuple[Client, str]
) -> Iterator[Complaint]:
    client, pool = host
    place(rendered, [file for file in node.files if file.path.startswith("/etc/kea/")], room)
    placed = serving.laid(rendered, node, room)
    script = f"pools/{pool}/boot/boot.ipxe"
    own = _own_files(placed[0].text, node, rendered.text(script))
    for path in own:  # a kernel that iPXE takes for one; nobody needs it to start
        room.run(["install", "-D", "-m", "644", FIRMWARE, f"{serving.SERVED}{path}"])
    _network(room, node, client)
    room.shell(kea.FOLDERS)
    relay = ["python3", "-c", RELAY.read_text(), _TAP, client.relay, node.address]
    machine = wires.beyond([*_QEMU, "-device", f"virtio-net-pci,netdev=port,mac={client.mac}"])
    with (
        room.syslog(),
        room.running(["kea-dhcp4", "-c", kea.DHCP4]),
        serving.running(room),
        room.running(wires.beyond(relay)),
        room.running(machine) as booting,
    ):
        booting.until(lambda: _ended(booting, room, own), SECONDS_TO_BOOT)
        said, fetched = _said(booting), _fetched(room)
    yield from _judgement(said, fetched, own, client, pool)


def _judgement(
    said: tuple[str, ...], fetched: str, own: tuple[str, ...], client: Client, pool: str
) -> Iterator[Complaint]:
    first, script = "site/boot/boot.ipxe", f"pools/{pool}/boot/boot.ipxe"
    if not any("Rackwright: network boot of" in line for line in said):
        yield Complaint(first, f"{client.name} does not come to it", words=shortened(said))
    elif f"Rackwright: {client.name} boots as pool {pool}" not in said:
        yield Complaint(first, f"{client.name} is not led on to {script}", words=shortened(said))
    else:
        for path in own:
            if f"GET {path} " not in fetched:
                words = f"{client.name} does not fetch {path}"
                yield Complaint(script, words, words=shortened(said))


def _network(room: Room, node: plan.ServiceNode, client: Client) -> None:
    """Give the room the server's node, a router, and behind that the rack's wire."""
    wires.lay(room, node, [])
    room.shell("mkdir -p /dev/net; test -e /dev/net/tun || mknod -m 666 /dev/net/tun c 10 200")
    for words in (
        ["ip", "tuntap", "add", _TAP, "mode", "tap"],
        ["ip", "addr", "add", f"{client.relay}/32", "dev", _TAP],
        ["ip", "link", "set", _TAP, "up"],
        ["ip", "route", "add", f"{client.address}/32", "dev", _TAP],
        ["sysctl", "-qw", "net.ipv4.ip_forward=1"],
    ):
        room.run(wires.beyond(words))


def _own_files(configuration: str, node: plan.ServiceNode, script: str) -> tuple[str, ...]:
    """Return the paths that a pool's script fetches from this very server."""
    server = urlsplit(serving.url(node, configuration, "/"))
    addresses = re.findall(r"^(?:kernel|initrd(?: --name \S+)?) (http\S+)", script, re.MULTILINE)
    found = [urlsplit(address) for address in addresses]
    return tuple(each.path for each in found if each.netloc == server.netloc)


def _ended(booting: Daemon, room: Room, own: tuple[str, ...]) -> bool:
    """Say whether the machine has got as far as it can, or has given up."""
    fetched = _fetched(room)
    if own and all(f"GET {path} " in fetched for path in own):
        return True
    said = " ".join(_said(booting))
    if any(words in said for words in _GAVE_UP):
        return True
    return not own and " boots as pool " in said


def _fetched(room: Room) -> str:
    return room.run(["cat", serving.ACCESSES]).output


def _said(booting: Daemon) -> tuple[str, ...]:
    lines = (_ESCAPES.sub("", line).strip() for line in booting.output.splitlines())
    return tuple(line for line in lines if line)


CONSUMER = Consumer(
    name="ipxe",
    checks="a machine with a tray's MAC gets from DHCP to the kernel of its pool",
    programs=(
        Program("qemu-system-x86_64", "qemu-system-x86"),
        Program("kea-dhcp4", "kea-dhcp4-server"),
        Program("nginx", "nginx-light"),
    ),
    cases=cases,
    reads=("*/boot/*",),
    not_checked=(
        NotChecked("arm64 firmware", "iPXE runs on an emulated PC; what it asks is the same"),
        NotChecked("the kernel and its initial RAM disk", "they are the site's own images"),
    ),
)
