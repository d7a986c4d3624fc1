"""netplan: the in-band network of a rack's hosts, one file that is right for all of them.

A host is told its address when it is deployed, by its config drive. This is the same, reviewed: for
images that bring netplan's file themselves, and as what the config drive is compared with. An entry
matches one MAC, so a host that has the whole rack's file takes its own part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rackwright.inventory import Inventory, Rack
from rackwright.render.jinja import fill, lines

MTU = 1500
"""The smallest that every Ethernet carries; a config drive says no more either."""

_HOLES = ("host", "mac", "metric", "address")
_IPV6 = "in_band_ipv6"


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield one file per installed rack."""
    if inventory.unit.kind != "scalable-unit":
        return
    head = fill("netplan/rack.yml.j2")
    for rack in inventory.installed():
        text = "\n".join((*_hosts(inventory, rack), ""))
        yield f"{inventory.unit.folder}/netplan/{rack.name}.yaml", f"{head}{text}"


def _hosts(inventory: Inventory, rack: Rack) -> Iterable[str]:
    """Return the part of each host; addresses have their prefix length."""
    common, ipv6, length = inventory.common, rack.further.get(_IPV6), rack.in_band.length
    filled = lines(
        "netplan/host.yml.j2",
        (*_HOLES, "ipv6_address") if ipv6 else _HOLES,
        interface=common.host_interface,
        mtu=MTU,
        gateway=rack.in_band.gateway,
        ipv6_gateway=ipv6.gateway if ipv6 else "",
        name_servers=common.addresses_of("dns"),
        search=(common.domain,),
    )
    trays = inventory.present(rack.name, "compute")
    rows = [(it.name, it.in_band_mac, it.index, f"{it.address}/{length}") for it in trays]
    if ipv6:
        ends = (f"{it.further[_IPV6]}/{ipv6.length}" for it in trays)
        return filled([(*row, end) for row, end in zip(rows, ends, strict=True)])
    return filled(rows)
