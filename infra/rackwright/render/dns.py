"""DNS: BIND's configuration and the site's zones, forward and reverse, both families.

A zone is records only. Its SOA has a serial number that must grow whenever anything changes, which
no render can know; so each zone includes one file that is written when the zones are published.
The records of a scalable unit are files of the unit, which the site's zones include.

Names are those of /etc/hosts: a host's plain name leads to the address it surely answers on, and a
further address has a name of its own. Every address has one name, and every name one address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache

from rackwright.expand.zones import management_network, reverse_name
from rackwright.inventory import Common, Device, Inventory, Rack, ServiceNode
from rackwright.render.delivery import unit_zone, zone_names
from rackwright.render.hosts import SUFFIXES
from rackwright.render.jinja import fill, lines
from rackwright.render.management import of_rack

_NETWORKS = {
    "in_band": "in-band",
    "storage": "storage",
    "loopbacks": "loopbacks",
    "out_of_band": "out-of-band",
}
_SUFFIXES = {**SUFFIXES, "out_of_band_ipv6": "bmc-ipv6"}
_IPV6 = "_ipv6"
_NARROW = 28
"""Zones of more digits than this split the last number of an IPv6 address."""

Digits = Mapping[tuple[str, bool], int]
"""How many digits of an address make its reverse zone, by network and family."""


Entry = tuple[str, str, int]
"""A name, its address, and how many digits of that make its reverse zone."""

Pointers = tuple[list[str], list[str]]
"""Labels of a reverse zone, and the name that each leads to."""


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield the site's zones, or the records that a unit has in them."""
    if inventory.unit.kind == "site":
        yield "site/dns/named.conf", _server(inventory.common)
        yield from _zones(inventory)
    elif inventory.unit.kind == "scalable-unit":
        yield from _records(inventory, inventory.common.zones.of_units[inventory.unit.name])
    elif inventory.unit.kind == "fabric":
        zones = inventory.common.zones.of_fabrics.get(inventory.unit.name, ())
        yield from _records(inventory, zones)


def _server(common: Common) -> str:
    return fill(
        "dns/named.conf.j2",
        site=common.site,
        prefixes=(*common.prefixes, *common.upstream.border_prefixes),
        forwarders=common.upstream.dns_forwarders,
        zones=zone_names(common),
    )


def _zones(inventory: Inventory) -> Iterator[tuple[str, str]]:
    common = inventory.common
    digits = common.zones.digits("")
    nodes = [entry for node in common.service_nodes for entry in _of_node(node, digits)]
    records = _by_zone(common, nodes)
    includes: dict[str, list[str]] = {}
    for unit, zones in (*common.zones.of_units.items(), *common.zones.of_fabrics.items()):
        for zone in zones:
            includes.setdefault(zone, []).append(unit_zone(unit, zone))
    servers = [node.name for node in common.service_nodes if "dns" in node.roles]
    for zone in zone_names(common):
        text = fill(
            "dns/zone.j2",
            site=common.site,
            servers=[f"{server}.{common.domain}." for server in servers],
            records=records.get(zone, ()),
            includes=includes.get(zone, ()),
        )
        yield f"site/dns/zones/{zone}", text


def _records(inventory: Inventory, zones: Iterable[str]) -> Iterator[tuple[str, str]]:
    common = inventory.common
    halls = {rack.hall: common.zones.digits(rack.hall) for rack in inventory.racks}
    entries: list[Entry] = []
    for rack in inventory.installed():
        devices = (each for each in inventory.by_rack.get(rack.name, ()) if not each.open)
        entries += _of_rack(rack, devices, halls[rack.hall])
    digits = common.zones.digits("")
    for each in inventory.managed:
        width = digits[management_network(each.fabric), False]
        entries.append((each.name, each.address, width))
    records = _by_zone(common, entries)
    for zone in zones:
        head = fill("dns/records.j2", site=common.site, zone=zone)
        text = "\n".join((*records.get(zone, ()), ""))
        yield f"{inventory.unit.folder}/dns/{zone}", f"{head}{text}"


def _by_zone(common: Common, entries: Sequence[Entry]) -> dict[str, list[str]]:
    """Return the records of names, one a line, by zone: an address forward, and back."""
    forward = lines("dns/address.j2", ("name", "kind", "address"))
    back = lines("dns/pointer.j2", ("label", "name"), domain=common.domain)
    names, addresses, _ = zip(*entries, strict=True) if entries else ((), (), ())
    kinds = ["AAAA" if ":" in address else "A" for address in addresses]
    found = {zone: [*back(*columns)] for zone, columns in _reverse(entries).items()}
    return {common.domain: [*forward(names, kinds, addresses)], **found}


def _reverse(entries: Iterable[Entry]) -> dict[str, Pointers]:
    """Return the labels in each reverse zone, and the names that they lead to.

    Of neighbours only the last number differs, so where an address belongs is found for all of them
    at once.
    """
    found: dict[str, Pointers] = {}
    known: dict[tuple[str, int], tuple[Callable[[str], None], Callable[[str], None], str]] = {}
    for name, address, digits in entries:
        if ":" in address:
            before, _, last = address.rpartition(":")
            last = _nibbles(last)
        else:
            before, _, last = address.rpartition(".")
        if digits > _NARROW:
            before, last = address, ""
        there = known.get((before, digits))
        if there is None:
            zone, label = reverse_name(address, digits)
            labels, names = found.setdefault(zone, ([], []))
            there = labels.append, names.append, label.removeprefix(last)
            known[before, digits] = there
        add_label, add_name, after = there
        add_label(last + after)
        add_name(name)
    return found


@cache
def _nibbles(last: str) -> str:
    """Return the last number of an IPv6 address as a reverse name has it: `1.0.0.0` of `1`."""
    return ".".join(last.zfill(4)[::-1])


def _of_node(node: ServiceNode, digits: Digits) -> Iterator[Entry]:
    yield node.name, node.address, digits["services", False]
    if node.ipv6_address:
        yield f"{node.name}-ipv6", node.ipv6_address, digits["services", True]


def _of_rack(rack: Rack, devices: Iterable[Device], digits: Digits) -> Iterator[Entry]:
    in_band, out_of_band = digits["in-band", False], digits["out-of-band", False]
    further = [
        (key, suffix, digits[_NETWORKS[key.removesuffix(_IPV6)], key.endswith(_IPV6)])
        for key, suffix in _SUFFIXES.items()
        if key in rack.further
    ]
    for device in devices:
        name, addresses = device.name, device.further
        if device.address:
            yield name, device.address, in_band
        yield f"{name}-bmc", device.bmc_address, out_of_band
        if device.oob_mac:
            for port in of_rack((device,)):
                yield port.name, port.address, out_of_band
        for key, suffix, width in further:
            if key in addresses:
                yield f"{name}-{suffix}", addresses[key], width
