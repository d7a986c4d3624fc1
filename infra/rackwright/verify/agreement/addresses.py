"""Kea, BIND, /etc/hosts, netplan, logs and consoles: who has which address, in which order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv6Address

from rackwright.verify.agreement import names
from rackwright.verify.agreement.said import Fact, Mention, Place, Roll, Said, Service, lines
from rackwright.verify.consumer import Rendered

_RESERVATION = re.compile(
    r'"hw-address": "([^"]+)", "ip-address(?:es)?": \[?"([^"]+)"\]?, "hostname": "([^"]+)"'
)
_SCOPE = re.compile(r'"network": "([^"]+)"')
_INCLUDE = re.compile(r'<\?include "([^"]+)"\?>')
_OPTION = re.compile(r'"name": "(domain-name-servers|ntp-servers)",.*"data": "([^"]*)"')
_ROLES = {"domain-name-servers": "dns", "ntp-servers": "time"}
_HOST = re.compile(r"([\da-f.:]+)\s+(\S+)\s+(\S+)")
_RECORD = re.compile(r"(\S+) (?:A|AAAA) ([\da-f.:]+)")
_POINTER = re.compile(r"([\da-f.]+) PTR (\S+)\.")
_CONSOLE = re.compile(r'CONSOLE name="([^"]+)" dev="ipmi:([\d.]+)"')
_TARGET = re.compile(r'\btarget="([\d.]+)"')
_NETPLAN_HOST = re.compile(r'    "([^"]+)":$')
_NETPLAN_MAC = re.compile(r'macaddress: "([^"]+)"')
_NETPLAN_ADDRESS = re.compile(r'\baddresses: \["([\d.]+)/')
_NETPLAN_NAMESERVERS = re.compile(r"nameservers: \{addresses: \[([^]]*)\]")


def reservations(rendered: Rendered) -> Iterator[Said]:
    """Yield what Kea reserves, and the order of the devices on a subnet."""
    named = names.reader(rendered)
    for path in (each for each in rendered.paths if "/kea/" in each):
        orders: dict[str, list[tuple[str, Place]]] = {}
        title = ""
        for line, at in lines(rendered, path):
            if scope := _SCOPE.search(line):
                title = scope[1]
            if found := _RESERVATION.search(line):
                mac, address, hostname = found.groups()
                name, kind = named(f"{hostname}-ipv6" if ":" in address else hostname)
                yield Mention("device", name, at)
                if kind:
                    port = kind.removesuffix("address").replace("IPv6", "").strip()
                    yield Fact(name, f"{port} MAC", mac, at)
                    yield Fact(name, kind, address, at)
                orders.setdefault(title, []).append((hostname.removesuffix("-bmc"), at))
        for name, order in orders.items():
            yield Roll(f"the reservations of {name}", *_unzipped(order))


def options(rendered: Rendered) -> Iterator[Said]:
    """Yield the services that DHCP tells of, and the files that Kea includes."""
    delivered = {file.path for node in rendered.nodes("dhcp") for file in node.files}
    for path in (each for each in rendered.paths if "/kea/" in each):
        for line, at in lines(rendered, path):
            for name in _INCLUDE.findall(line):
                if name not in delivered:
                    yield Mention("file on a DHCP server", name, at)
            for name, data in _OPTION.findall(line):
                for address in data.replace(",", " ").split():
                    yield Service(_ROLES[name], address, at)


def dns(rendered: Rendered) -> Iterator[Said]:
    """Yield the addresses of zones, forward and reverse, of both families."""
    named = names.reader(rendered)
    for path in (each for each in rendered.paths if "/dns/" in each):
        origin = path.rpartition("/")[2]
        order: list[tuple[str, Place]] = []
        for line, at in lines(rendered, path):
            if record := _RECORD.fullmatch(line):
                name, kind = named(record[1])
                if kind:
                    yield Mention("name", name, at)
                    yield Fact(name, kind, record[2], at)
                    order += [(name, at)] if kind == "in-band address" else []
            if pointer := _POINTER.fullmatch(line):
                name, kind = named(pointer[2].removesuffix(f".{rendered.site.domain}"))
                if kind:
                    yield Mention("name", name, at)
                    yield Fact(name, kind, _address(f"{pointer[1]}.{origin}"), at)
        yield Roll(f"the zone {path}", *_unzipped(order))


def hosts(rendered: Rendered) -> Iterator[Said]:
    """Yield the addresses of /etc/hosts."""
    named = names.reader(rendered)
    for path in (each for each in rendered.paths if "/hosts/" in each):
        for line, at in lines(rendered, path):
            found = _HOST.fullmatch(line)
            if found and found[2] == f"{found[3]}.{rendered.site.domain}":
                name, kind = named(found[3])
                if kind:
                    yield Mention("name", name, at)
                    yield Fact(name, kind, found[1], at)


def netplan(rendered: Rendered) -> Iterator[Said]:
    """Yield a rack's hosts with MAC, address and name servers."""
    for path in (each for each in rendered.paths if "/netplan/" in each):
        host = ""
        order: list[tuple[str, Place]] = []
        for line, at in lines(rendered, path):
            if found := _NETPLAN_HOST.fullmatch(line):
                host = found[1]
                order.append((host, at))
                yield Mention("host", host, at)
            elif mac := _NETPLAN_MAC.search(line):
                yield Fact(host, "in-band MAC", mac[1], at)
            elif servers := _NETPLAN_NAMESERVERS.search(line):
                for address in re.findall(r'"([\d.]+)"', servers[1]):
                    yield Service("dns", address, at)
            elif address := _NETPLAN_ADDRESS.search(line):
                yield Fact(host, "in-band address", address[1], at)
        yield Roll(f"the hosts of {path}", *_unzipped(order))


def conman(rendered: Rendered) -> Iterator[Said]:
    """Yield the BMCs whose consoles are kept."""
    for path in (each for each in rendered.paths if "/conman/" in each):
        for line, at in lines(rendered, path):
            if console := _CONSOLE.search(line):
                yield Mention("device", console[1], at)
                yield Fact(console[1], "BMC address", console[2], at)


def rsyslog(rendered: Rendered) -> Iterator[Said]:
    """Yield where logs go."""
    for path in (each for each in rendered.paths if "/rsyslog/" in each):
        for line, at in lines(rendered, path):
            for address in _TARGET.findall(line):
                yield Mention("service address", address, at)


def chrony(rendered: Rendered) -> Iterator[Said]:
    """Yield where the site's own hosts get their time."""
    for path in (each for each in rendered.paths if each.endswith("/chrony/client.conf")):
        for line, at in lines(rendered, path):
            if line.startswith("server "):
                yield Service("time", line.split()[1], at)


def _address(pointer: str) -> str:
    """Return the address that the whole name of a pointer stands for."""
    digits, _, root = pointer.removesuffix(".arpa").rpartition(".")
    parts = digits.split(".")[::-1]
    if root == "in-addr":
        return ".".join(parts)
    return str(IPv6Address(int("".join(parts), 16)))


def _unzipped(order: list[tuple[str, Place]]) -> tuple[tuple[str, ...], tuple[Place, ...]]:
    return tuple(name for name, _ in order), tuple(at for _, at in order)
