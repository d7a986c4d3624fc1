"""netplan: the in-band network of a rack's hosts, one file that is right for all of them.

A host is told its address when it is deployed, by its config drive. This is the same, reviewed: for
images that bring netplan's file themselves, and as what the config drive is compared with. An entry
matches one MAC, so a host that has the whole rack's file takes its own part.
"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.inventory import Common, Inventory, Rack
from rackwright.render.jinja import Column, Fill, fill, lines

MTU = 1500
"""The smallest that every Ethernet carries; a config drive says no more either."""

_IPV6 = "in_band_ipv6"


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield one file per installed rack."""
    if inventory.unit.kind != "scalable-unit":
        return
    head = fill("netplan/rack.yml.j2")
    of_ipv4, of_both = (_filling(inventory.common, ipv6=ipv6) for ipv6 in (False, True))
    for rack in inventory.installed():
        filled = of_both if _IPV6 in rack.further else of_ipv4
        text = "\n".join((*filled(*_columns(inventory, rack)), ""))
        yield f"{inventory.unit.folder}/netplan/{rack.name}.yaml", f"{head}{text}"


def _filling(common: Common, *, ipv6: bool) -> Fill:
    """Return what writes the part of each host from columns."""
    return lines(
        "netplan/host.yml.j2",
        ("host", "mac", "metric", "address", "gateway", *(("address6", "gateway6") * ipv6)),
        interface=common.host_interface,
        mtu=MTU,
        name_servers=common.addresses_of("dns"),
        search=(common.domain,),
        ipv6=ipv6,
    )


def _columns(inventory: Inventory, rack: Rack) -> Iterator[Column]:
    """Yield the values of all hosts for each hole; addresses have their prefix length."""
    trays, here = inventory.present(rack.name, "compute"), rack.in_band
    yield [it.name for it in trays]
    yield [it.in_band_mac for it in trays]
    yield [it.index for it in trays]
    yield [f"{it.address}/{here.length}" for it in trays]
    yield here.gateway
    if ipv6 := rack.further.get(_IPV6):
        yield [f"{it.further[_IPV6]}/{ipv6.length}" for it in trays]
        yield ipv6.gateway
