"""Kea DHCPv4: the server's configuration, and each scalable unit's subnets that it includes.

Only devices the as-built data names get an address, each by its MAC; there is no pool. So a second
server needs none of Kea's high availability: whichever answers gives the same address, and no lease
is anybody's who could lose it. Racks and switches reach the servers through relays. A subnet's id
comes from the rack's number, so it never moves; that of switches' management ports is the number
that its first address is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from ipaddress import IPv4Network

from msgspec import Struct

from rackwright.expand.addressing import SUBNET_IDS
from rackwright.inventory import Common, Inventory, Rack, Subnet
from rackwright.inventory.management import Managed, Prefix
from rackwright.render import boot
from rackwright.render.delivery import BOOT_SCRIPT, kea_include
from rackwright.render.jinja import Written, fill, lines
from rackwright.render.management import of_rack

RESERVATION = "kea/reservation.json.j2"

Reserving = Callable[[Sequence[str], Sequence[str], Sequence[str]], Written]
"""From devices' MACs, the addresses that they get, and their names, to their reservations."""


class Loaders(Struct, frozen=True):
    """What a machine that boots over the network is given first."""

    script: str
    """For iPXE."""
    http: str
    """iPXE itself, by HTTP."""
    tftp_server: str
    tftp_file: str
    """iPXE itself, by TFTP."""


class Scope(Struct, frozen=True):
    """One subnet and who is on it."""

    id: int
    title: str
    prefix: str
    gateway: str
    recipe: str
    """What an NVLink switch tray's NVOS does at its first start, where there are any."""
    boot_folder: str
    """Where the script of its hosts' pool lies; empty where they do not boot over the network."""
    reservations: Written


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield Kea's files of the unit."""
    common = inventory.common
    if inventory.unit.kind == "site":
        yield "site/kea/kea-dhcp4.conf", _server(common)
    elif inventory.unit.kind == "scalable-unit":
        yield _subnets(inventory, *_scopes(inventory), *_of_switches(inventory))
    elif inventory.unit.name in common.zones.of_fabrics and inventory.unit.kind == "fabric":
        yield _subnets(inventory, *_of_switches(inventory))


def _server(common: Common) -> str:
    servers = [node for node in common.service_nodes if "dhcp" in node.roles]
    return fill(
        "kea/kea-dhcp4.conf.json.j2",
        domain=common.domain,
        interfaces=sorted({server.interface for server in servers}),
        name_servers=", ".join(common.addresses_of("dns")),
        time_servers=", ".join(common.addresses_of("time")),
        loaders=_loaders(common),
        cumulus=boot.url(common, boot.CUMULUS),
        services=common.space("services").prefix,
        includes=[kea_include(unit) for unit in (*common.units, *common.zones.of_fabrics)],
    )


def _subnets(inventory: Inventory, *scopes: Scope) -> tuple[str, str]:
    path = f"{inventory.unit.folder}/kea/subnets.json"
    return path, fill("kea/subnets.json.j2", scopes=scopes)


def _loaders(common: Common) -> Loaders | None:
    """Return what is booted first over the network; None where nobody boots so."""
    if not any(pool.network_boot for pool in common.pools):
        return None
    return Loaders(
        script=boot.url(common, BOOT_SCRIPT),
        http=boot.url(common, boot.LOADER),
        tftp_server=common.addresses_of("dhcp")[0],
        tftp_file=boot.LOADER.rpartition("/")[2],
    )


def _scopes(inventory: Inventory) -> Iterator[Scope]:
    reserved = reserving(RESERVATION)
    for rack in inventory.installed():
        devices = [each for each in inventory.by_rack[rack.name] if not each.open]
        ports = [*of_rack(devices)]
        of_devices = reserved(
            [*(it.bmc_mac for it in devices), *(it.mac for it in ports)],
            [*(it.bmc_address for it in devices), *(it.address for it in ports)],
            [*(f"{it.name}-bmc" for it in devices), *(it.name for it in ports)],
        )
        hosts = [it for it in devices if it.is_host]
        of_hosts = reserved(
            [it.in_band_mac for it in hosts],
            [it.address for it in hosts],
            [it.name for it in hosts],
        )
        recipe = boot.url(inventory.common, boot.NVOS)
        yield scope(rack, rack.out_of_band, of_devices, recipe=recipe)
        boot_folder = boot.folder(inventory.common, rack)
        yield scope(rack, rack.in_band, of_hosts, boot_folder=boot_folder)


def reserving(template: str) -> Reserving:
    """Return what makes a list of reservations, each as a template has it."""
    filled = lines(template, ("mac", "address", "name"))
    return lambda *columns: Written(",\n".join(filled(*columns)))


def _of_switches(inventory: Inventory) -> Iterator[Scope]:
    """Yield the subnets of switches' management ports; an id is the prefix's own number."""
    reserved = reserving(RESERVATION)
    subnets: dict[Prefix, list[Managed]] = {}
    for each in inventory.managed:
        subnets.setdefault(each.subnet, []).append(each)
    for subnet, switches in subnets.items():
        yield Scope(
            id=int(IPv4Network(subnet.prefix).network_address),
            title=f"{inventory.unit.name} management of {switches[0].fabric}",
            prefix=subnet.prefix,
            gateway=subnet.gateway,
            recipe="",
            boot_folder="",
            reservations=reserved(
                [it.mac for it in switches],
                [it.address for it in switches],
                [it.name for it in switches],
            ),
        )


def scope(
    rack: Rack,
    subnet: Subnet,
    reservations: Written,
    *,
    recipe: str = "",
    boot_folder: str = "",
) -> Scope:
    """Return one subnet of a rack, of the one family or the other."""
    return Scope(
        id=SUBNET_IDS[subnet.network] + rack.number,
        title=f"{rack.name} {subnet.network}",
        prefix=subnet.prefix,
        gateway=subnet.gateway,
        recipe=recipe,
        boot_folder=boot_folder,
        reservations=reservations,
    )
