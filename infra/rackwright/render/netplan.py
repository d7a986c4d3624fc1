"""netplan: the in-band network of a rack's hosts, one file that is right for all of them.

A host is told its address when it is deployed, by its config drive. This is the same, reviewed: for
images that bring netplan's file themselves, and as what the config drive is compared with. An entry
matches one MAC, so a host that has the whole rack's file takes its own part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from rackwright.inventory import Device, Inventory, Rack
from rackwright.render.jinja import fill

MTU = 1500
"""The smallest that every Ethernet carries; a config drive says no more either."""


class Port(Struct, frozen=True):
    """A host's in-band port; addresses have their prefix length."""

    host: str
    mac: str
    addresses: tuple[str, ...]
    routes: tuple[Mapping[str, object], ...]


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield one file per installed rack."""
    if inventory.unit.kind != "scalable-unit":
        return
    common = inventory.common
    for rack in inventory.installed():
        trays = inventory.present(rack.name, "compute")
        text = fill(
            "netplan/rack.yml.j2",
            ports=tuple(_port(rack, tray) for tray in trays),
            interface=common.host_interface,
            mtu=MTU,
            name_servers=common.addresses_of("dns"),
            search=(common.domain,),
        )
        yield f"{inventory.unit.folder}/netplan/{rack.name}.yaml", text


def _port(rack: Rack, tray: Device) -> Port:
    ends = [(f"{tray.address}/{rack.in_band.length}", rack.in_band.gateway)]
    ipv6 = rack.further.get("in_band_ipv6")
    if ipv6:
        ends.append((f"{tray.further['in_band_ipv6']}/{ipv6.length}", ipv6.gateway))
    routes = tuple({"to": "default", "via": end[1], "metric": tray.index} for end in ends)
    return Port(tray.name, tray.in_band_mac, tuple(end[0] for end in ends), routes)
