"""/etc/hosts of a rack's nodes: themselves and the service nodes, whatever DNS does.

Further addresses have names of their own, `…-c07-storage`, `…-c07-ipv6`: a node's plain name leads
to the one address that it surely answers on.
"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.inventory import Common, Device, Inventory, Rack
from rackwright.render.jinja import lines

SUFFIXES = {
    "in_band_ipv6": "ipv6",
    "storage": "storage",
    "storage_ipv6": "storage-ipv6",
    "loopbacks": "loopback",
    "loopbacks_ipv6": "loopback-ipv6",
}
"""What a name ends with that leads to a further address."""


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield one file per installed rack."""
    if inventory.unit.kind != "scalable-unit":
        return
    common, racks = inventory.common, inventory.installed()
    titled = lines(
        "hosts/hosts.j2",
        ("rack",),
        site=common.site,
        domain=common.domain,
        service_nodes=common.service_nodes,
    )
    named = lines("hosts/host.j2", ("address", "name"), domain=common.domain)
    of_services = [*_of_services(common)]
    for rack, title in zip(racks, titled([rack.name for rack in racks]), strict=True):
        trays = inventory.present(rack.name, "compute")
        hosts = named([tray.address for tray in trays], [tray.name for tray in trays])
        further = [*of_services, *_further(rack, trays)]
        parts = [title, "", *hosts]
        if further:
            parts += ("", *named(*zip(*further, strict=True)))
        yield f"{inventory.unit.folder}/hosts/{rack.name}", "\n".join((*parts, ""))


def _further(rack: Rack, trays: tuple[Device, ...]) -> Iterator[tuple[str, str]]:
    suffixes = [(key, suffix) for key, suffix in SUFFIXES.items() if key in rack.further]
    for tray in trays:
        for key, suffix in suffixes:
            yield tray.further[key], f"{tray.name}-{suffix}"


def _of_services(common: Common) -> Iterator[tuple[str, str]]:
    for node in common.service_nodes:
        if node.ipv6_address:
            yield node.ipv6_address, f"{node.name}-ipv6"
