"""Kea DHCPv6, where a site's BMCs or hosts have IPv6: like DHCPv4, each device by its MAC.

A relay tells the server a device's MAC (RFC 6939); a device that sends its own in its identifier is
known without. A server listens on its own address, so each node has a file of its own. Routers are
no business of DHCPv6: they announce themselves.
"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.inventory import Common, Inventory, ServiceNode
from rackwright.render.delivery import dhcp6_servers, kea6_include
from rackwright.render.jinja import fill
from rackwright.render.kea import Scope, reserving, scope


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield Kea's files of the unit, where a server has an address in IPv6."""
    common = inventory.common
    servers = dhcp6_servers(common)
    if inventory.unit.kind == "site":
        for node in servers:
            yield f"site/kea/kea-dhcp6-{node.name}.conf", _server(common, node)
    elif inventory.unit.kind == "scalable-unit" and servers:
        yield (
            f"{inventory.unit.folder}/kea/subnets6.json",
            fill("kea/subnets6.json.j2", scopes=tuple(_scopes(inventory))),
        )


def _server(common: Common, node: ServiceNode) -> str:
    names = [each.ipv6_address for each in common.service_nodes if "dns" in each.roles]
    return fill(
        "kea/kea-dhcp6.conf.json.j2",
        interface=f"{node.interface}/{node.ipv6_address}",
        name_servers=", ".join(filter(None, names)),
        domain=common.domain,
        services=next(
            each.prefix for each in common.spaces if each.network == "services" and each.ipv6
        ),
        includes=[kea6_include(unit) for unit in common.units],
    )


def _scopes(inventory: Inventory) -> Iterator[Scope]:
    reserved = reserving("kea/reservation6.json.j2")
    for rack in inventory.installed():
        devices = [each for each in inventory.by_rack[rack.name] if not each.open]
        for key, subnet in rack.further.items():
            if key == "out_of_band_ipv6":
                macs, addresses = (
                    [it.bmc_mac for it in devices],
                    [it.further[key] for it in devices],
                )
                names = [f"{it.name}-bmc" for it in devices]
                yield scope(rack, subnet, reserved(macs, addresses, names))
            elif key == "in_band_ipv6":
                hosts = [it for it in devices if it.is_host]
                macs, addresses = (
                    [it.in_band_mac for it in hosts],
                    [it.further[key] for it in hosts],
                )
                yield scope(rack, subnet, reserved(macs, addresses, [it.name for it in hosts]))
