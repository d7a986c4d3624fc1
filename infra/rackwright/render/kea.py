"""Kea DHCPv4: the server's configuration, and each scalable unit's subnets that it includes.

Only devices the as-built data names get an address, each by its MAC; there is no pool. Racks reach
the server through relays. A subnet's id comes from the rack's number, so it never moves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rackwright.expand.addressing import SUBNET_IDS
from rackwright.inventory import Device, Inventory, Rack, Subnet
from rackwright.render.delivery import kea_include
from rackwright.render.jinja import fill


@dataclass(frozen=True, slots=True)
class Reservation:
    """One device's address."""

    mac: str
    address: str
    name: str


@dataclass(frozen=True, slots=True)
class Scope:
    """One subnet and who is on it."""

    id: int
    title: str
    prefix: str
    gateway: str
    reservations: tuple[Reservation, ...]


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield Kea's files of the unit."""
    common = inventory.common
    if inventory.unit.kind == "site":
        servers = [node for node in common.service_nodes if "dhcp" in node.roles]
        yield (
            "site/kea/kea-dhcp4.conf",
            fill(
                "kea/kea-dhcp4.conf.json.j2",
                domain=common.domain,
                interfaces=sorted({server.interface for server in servers}),
                name_servers=", ".join(common.addresses_of("dns")),
                time_servers=", ".join(common.addresses_of("time")),
                services=common.space("services").prefix,
                includes=[kea_include(unit) for unit in common.units],
            ),
        )
    elif inventory.unit.kind == "scalable-unit":
        yield (
            f"{inventory.unit.folder}/kea/subnets.json",
            fill("kea/subnets.json.j2", scopes=tuple(_scopes(inventory))),
        )


def _scopes(inventory: Inventory) -> Iterator[Scope]:
    for rack in inventory.installed():
        devices = [each for each in inventory.by_rack[rack.name] if not each.open]
        bmcs = tuple(_bmc(device) for device in devices)
        yield _scope(rack, rack.out_of_band, bmcs)
        yield _scope(rack, rack.in_band, tuple(_host(each) for each in devices if each.is_host))


def _scope(rack: Rack, subnet: Subnet, reservations: tuple[Reservation, ...]) -> Scope:
    return Scope(
        id=SUBNET_IDS[subnet.network] + rack.number,
        title=f"{rack.name} {subnet.network}",
        prefix=subnet.prefix,
        gateway=subnet.gateway,
        reservations=reservations,
    )


def _bmc(device: Device) -> Reservation:
    return Reservation(device.bmc_mac, device.bmc_address, f"{device.name}-bmc")


def _host(device: Device) -> Reservation:
    return Reservation(device.in_band_mac, device.address, device.name)
