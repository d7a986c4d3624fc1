"""Kea: `-t` reads the files, the server starts for real, and every device of the plan asks it.

Some mistakes show only at the start (a logger's path, an interface that is not there), so a server
that has read its files must also say that it has started. Then each device with a MAC asks through
its own subnet's relay, and must get the address that the plan has; and hosts that boot over the
network must be led to files that the server's node has.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from rackwright import plan
from rackwright.verify import dhcp, wires
from rackwright.verify.consumer import (
    Allowed,
    Case,
    Complaint,
    Consumer,
    Judge,
    NotChecked,
    Program,
    Rendered,
    allowed,
)
from rackwright.verify.dhcp import Client
from rackwright.verify.placing import Placed, complaint, place, shortened
from rackwright.verify.room import Daemon, Room

DHCP4 = "/etc/kea/kea-dhcp4.conf"
SERVED, SCRIPT = "/srv/boot", "/boot.ipxe"
LOADERS = "/ipxe/"
"""Of the package ipxe, beside what is rendered."""
SECONDS_TO_START = 10
_SUBNET = re.compile(r'"subnet": "([0-9a-f.:]+/\d+)"')
FOLDERS = "mkdir -p /run/kea /run/lock/kea /var/lib/kea; chmod 750 /run/kea"
STARTED = "DHCP4_STARTED"
_LOG_HEAD = re.compile(r"^.*?\b(?:ERROR|FATAL|WARN) +\[[^]]*\] ")
_BAD = re.compile(r"\b(ERROR|FATAL|WARN)\b")
ALLOWED = (
    Allowed("DHCP4_MULTI_THREADING_INFO", "says how many threads it runs"),
    Allowed("DHCP4_RESERVATIONS_LOOKUP_FIRST_ENABLED", "reservations come first anyway"),
    Allowed("DHCPSRV_MT_DISABLED_QUEUE_CONTROL", "it has as many threads as the host has cores"),
)


def cases(rendered: Rendered) -> Iterator[Case]:
    """Yield a case for every DHCP server: its own file and every unit's that it includes."""
    for node in rendered.nodes("dhcp"):
        files = tuple(file for file in node.files if is_of(file, ipv6=False))
        sources = tuple(file.source for file in files)
        yield Case(node.name, "site", sources, _judged(rendered, node, files))


def is_of(file: plan.File, *, ipv6: bool) -> bool:
    """Say whether a file is Kea's, for the one family or the other."""
    return file.path.startswith("/etc/kea/") and bool(re.search(r"6[./]", file.path)) == ipv6


def _judged(rendered: Rendered, node: plan.ServiceNode, files: tuple[plan.File, ...]) -> Judge:
    def judge(room: Room) -> Iterator[Complaint]:
        placed = place(rendered, files, room)
        yield from overlaps(placed)
        clients = tuple(dhcp.clients(rendered))
        wires.lay(room, node, (client.relay for client in clients))
        read = room.run(["kea-dhcp4", "-t", DHCP4])
        if read.code:
            yield complaint(reason(read.lines), placed)
            return
        room.shell(FOLDERS)
        with room.syslog() as log, room.running(["kea-dhcp4", "-c", DHCP4]) as server:
            bad = tuple(start(server, log, placed, STARTED, ALLOWED))
            yield from bad or _asked(room, node, clients, placed)

    return judge


def overlaps(placed: Sequence[Placed]) -> Iterator[Complaint]:
    """Yield subnets that share addresses: Kea takes them, and picks one of the two."""
    found = [
        (ipaddress.ip_network(match[1]), match[0], each)
        for each in placed
        for match in _SUBNET.finditer(each.text)
    ]
    found.sort(key=lambda entry: (entry[0].version, entry[0].network_address, entry[0].prefixlen))
    widest = None
    for subnet, words, each in found:
        if widest and widest.version == subnet.version and widest.overlaps(subnet):
            line = each.text[: each.text.index(words)].count("\n") + 1
            yield Complaint(each.source, f"subnet {subnet} overlaps subnet {widest}", line)
        else:
            widest = subnet


def start(
    server: Daemon, log: Daemon, placed: Sequence[Placed], word: str, allowances: Sequence[Allowed]
) -> Iterator[Complaint]:
    """Wait until a server says in its log that it has started; yield what it complains about."""
    started = server.until(lambda: word in log.output, SECONDS_TO_START)
    lines = (*server.output.splitlines(), *log.output.splitlines())
    bad = [
        _LOG_HEAD.sub("", line)
        for line in lines
        if _BAD.search(line) and not allowed(line, allowances)
    ]
    yield from (complaint(line, placed) for line in bad)
    if not started and not bad:
        yield Complaint(placed[0].source, "Kea does not start", words=shortened(lines))


def _asked(
    room: Room, node: plan.ServiceNode, clients: Sequence[Client], placed: Sequence[Placed]
) -> Iterator[Complaint]:
    answers = dhcp.ask(room, node, clients)
    yield from (complaint(words, placed) for words in dhcp.wrong(clients, answers))
    if any(file.path.startswith(SERVED) and file.path.endswith(SCRIPT) for file in node.files):
        yield from _booted(room, node, clients, placed)


def _booted(
    room: Room, node: plan.ServiceNode, clients: Sequence[Client], placed: Sequence[Placed]
) -> Iterator[Complaint]:
    """Have one host that boots over the network ask in each way that firmware does."""
    host = next((each for each in clients if not each.name.endswith(dhcp.BMC)), None)
    if host is None:
        return
    ways = (
        dhcp.firmware(host, "HTTPClient", dhcp.ARM64_HTTP),
        dhcp.firmware(host, "iPXE", dhcp.ARM64_PXE),
        dhcp.firmware(host, "PXEClient", dhcp.ARM64_PXE),
    )
    http, script, tftp = dhcp.ask(room, node, ways)
    if http is None or script is None or tftp is None:
        yield complaint(f"{host.name} at '{host.mac}' is given nothing to boot", placed)
        return
    if dhcp.text(dhcp.CLASS, http["options"].get(dhcp.CLASS, "")) != "HTTPClient":
        yield complaint("firmware that boots by HTTP is not answered as 'HTTPClient'", placed)
    for answer in (http, script):
        url = dhcp.text(dhcp.BOOT_FILE, answer["options"].get(dhcp.BOOT_FILE, ""))
        if not _is_served(node, url):
            yield complaint(f"'{url}' is no file that {node.name} serves", placed)
    if not tftp["file"] or tftp["server"] == "0.0.0.0":  # noqa: S104  (an answer without a server)
        yield complaint("firmware that boots by PXE is given no 'boot-file-name'", placed)


def _is_served(node: plan.ServiceNode, url: str) -> bool:
    path = urlsplit(url).path
    return path.startswith(LOADERS) or any(file.path == SERVED + path for file in node.files)


def reason(lines: tuple[str, ...]) -> str:
    """Return the line of Kea's that says why it refuses its files."""
    named = [line for line in lines if re.search(r"/etc/kea/[\w.-]+:\d+", line)]
    return (named or list(lines) or ["Kea says nothing"])[-1]


CONSUMER = Consumer(
    name="kea",
    checks="starts, and gives every device of the plan its address through its relay",
    programs=(Program("kea-dhcp4", "kea-dhcp4-server"),),
    cases=cases,
    not_checked=(
        NotChecked("switches' own DHCP clients", "what NVOS and Cumulus do with an answer"),
    ),
)
