"""Names of addresses in DNS, DHCP and /etc/hosts: whose each is, and on which network."""

from __future__ import annotations

import re
from collections.abc import Callable

from rackwright.verify import management_ports
from rackwright.verify.consumer import Rendered

Named = Callable[[str], tuple[str, str]]
"""A name to the device that it is about and what its address is; empty for a name of no device."""

_HOST = re.compile(r"(.*-c\d\d)(?:-(storage|loopback))?(-ipv6)?")


def reader(rendered: Rendered) -> Named:
    """Return what tells the names of a site."""
    nodes = {node.name for node in rendered.site.service_nodes}
    ports = {port.name: port for port in management_ports.read(rendered)}

    def named(name: str) -> tuple[str, str]:
        if port := ports.get(name):
            return port.device, f"{port.port} address"
        plain = name.removesuffix("-ipv6")
        family = "" if plain == name else "IPv6 "
        if plain in nodes:
            return plain, f"{family}address"
        if plain.endswith("-bmc"):
            return plain.removesuffix("-bmc"), f"BMC {family}address"
        host = _HOST.fullmatch(name)
        return (host[1], f"{host[2] or 'in-band'} {family}address") if host else (name, "")

    return named
