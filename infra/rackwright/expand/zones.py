"""Reverse zones: an address space cut where DNS can cut, at the octets or digits of its addresses.

A zone is never wider than its space, or the site would answer for addresses that are another's. So
a /15 has two zones, each a /16; only a space that is smaller than a /24 has to take the whole one.
Which zone an address is in depends on its space alone, so no rack moves another's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network, ip_network
from socket import AF_INET6, inet_pton
from typing import TYPE_CHECKING

from rackwright.expand import addressing, management, naming, networks
from rackwright.expand.networks import Cut
from rackwright.inventory import Space
from rackwright.inventory.cabling import Fabric
from rackwright.inventory.dns import ReverseZones, Zones

if TYPE_CHECKING:
    from rackwright.spec import Loaded
    from rackwright.spec.layout import Hall
    from rackwright.spec.site import Site

WITHOUT_NAMES = "point-to-point"
"""Links are named by their ends, which have addresses of their own."""

_WIDTHS = {False: 8, True: 4}
"""Bits that one label of a reverse name stands for."""
_LONGEST = {False: 3, True: 31}
"""Digits of the smallest zone; its names have one label at least."""

Covered = tuple[int, int, bool]
"""A zone: its first address, the digits of its name, and whether it is of IPv6."""


def zones(loaded: Loaded, spaces: Iterable[Space], fabrics: Iterable[Fabric]) -> Zones:
    """Return the zones of a site, whose address spaces and fabrics are given."""
    managed = [fabric for fabric in fabrics if fabric.management]
    reverse = Zones((*reverse_zones(spaces), *map(_of_management, managed)), {})
    found: dict[str, tuple[str, ...]] = {}
    names: dict[Covered, str] = {}
    for hall in loaded.halls:
        wanted = _named(loaded.site, reverse, hall)
        for unit in hall.scalable_units:
            name = naming.unit(hall.name, unit.index)
            covered = _of_unit(loaded.site, wanted, hall, unit.index)
            names |= {each: _name(*each) for each in covered - names.keys()}
            own = {names[each] for each in covered}
            own.update(_of_managed(reverse, managed, name))
            found[name] = (loaded.site.domain, *sorted(own))
    shared = {
        fabric.name: (loaded.site.domain, *_of_part(reverse, fabric, management.of_shared(fabric)))
        for fabric in managed
        if management.shared(fabric)
    }
    return Zones(reverse.reverse, found, shared)


def _named(site: Site, reverse: Zones, hall: Hall) -> list[tuple[Cut, int]]:
    """Return what racks' prefixes with names are cut from, each with the digits of its zones."""
    digits = reverse.digits(hall.name)
    cuts = [(cut, networks.KEYS[cut.key]) for cut in networks.of_hall(site, hall)]
    return [(cut, digits[key, cut.ipv6]) for cut, key in cuts if key != WITHOUT_NAMES]


def management_network(fabric: str) -> str:
    """Return what the network of a fabric's management ports is called among the zones."""
    return f"management of {fabric}"


def _of_management(fabric: Fabric) -> ReverseZones:
    prefix = ip_network(fabric.management)
    digits = _digits(prefix.prefixlen, ipv6=False)
    base, last = int(prefix.network_address), int(prefix.broadcast_address)
    names = tuple(_between(base, last, digits, ipv6=False))
    return ReverseZones(management_network(fabric.name), "", ipv6=False, digits=digits, names=names)


def _of_managed(reverse: Zones, managed: Iterable[Fabric], unit: str) -> Iterator[str]:
    for fabric in managed:
        if unit in fabric.planned:
            yield from _of_part(reverse, fabric, management.of_planned(fabric, unit))


def _of_part(reverse: Zones, fabric: Fabric, part: IPv4Network) -> Iterator[str]:
    digits = reverse.digits("")[management_network(fabric.name), False]
    first, last = int(part.network_address), int(part.broadcast_address)
    yield from _between(first, last, digits, ipv6=False)


def _of_unit(site: Site, cuts: Iterable[tuple[Cut, int]], hall: Hall, index: int) -> set[Covered]:
    """Return the zones of a unit's planned racks, which are as many whatever stands there."""
    plan = site.networks
    racks = plan.racks_per_scalable_unit
    found: set[Covered] = set()
    for cut, digits in cuts:
        number = addressing.rack_number(
            1 if cut.hall else hall.index,
            index,
            1,
            units_per_hall=plan.planned_scalable_units,
            racks_per_unit=racks,
        )
        found.update((each, digits, cut.ipv6) for each in _covered(cut, number, racks, digits))
    return found


def _covered(cut: Cut, number: int, racks: int, digits: int) -> range:
    """Return where the zones begin that the prefixes of so many racks from a number on are in."""
    first = addressing.rack_base(cut.prefix, cut.length, number)
    bits = cut.prefix.max_prefixlen
    size = 1 << max(bits - digits * _WIDTHS[cut.ipv6], 0)
    return range(first // size * size, first + (racks << (bits - cut.length)), size)


def _name(first: int, digits: int, ipv6: bool) -> str:
    return reverse_name(addressing.text(first, ipv6=ipv6), digits)[0]


def reverse_zones(spaces: Iterable[Space]) -> Iterator[ReverseZones]:
    """Yield the reverse zones of every address space whose addresses have names."""
    for space in spaces:
        if space.network != WITHOUT_NAMES:
            digits = _digits(_length(space), ipv6=space.ipv6)
            names = tuple(_names(space, digits))
            yield ReverseZones(space.network, space.hall, space.ipv6, digits, names)


def reverse_name(address: str, digits: int) -> tuple[str, str]:
    """Return zone and label of an address: 10.64.0.11 in a /16 is 64.10.in-addr.arpa and 11.0."""
    if ":" in address:
        parts, end = list(inet_pton(AF_INET6, address).hex()), "ip6.arpa"
    else:
        parts, end = address.split("."), "in-addr.arpa"
    zone = ".".join((*reversed(parts[:digits]), end))
    return zone, ".".join(reversed(parts[digits:]))


def _digits(length: int, *, ipv6: bool) -> int:
    return min(-(-length // _WIDTHS[ipv6]), _LONGEST[ipv6]) or 1


def _length(space: Space) -> int:
    return ip_network(space.prefix).prefixlen


def _names(space: Space, digits: int) -> Iterator[str]:
    """Yield the zones from the first address to the last that a planned rack has."""
    network = ip_network(space.prefix)
    first, bits = int(network.network_address), network.max_prefixlen
    rack = 1 << (bits - space.rack_length)
    last = first + rack * space.planned_racks - 1
    if not space.rack_length:
        last = int(network.broadcast_address)
    yield from _between(first, last, digits, ipv6=space.ipv6)


def _between(first: int, last: int, digits: int, *, ipv6: bool) -> Iterator[str]:
    """Yield the zones from one address to another."""
    size = 1 << ((128 if ipv6 else 32) - digits * _WIDTHS[ipv6])
    for start in range(first // size * size, last + 1, size):
        yield reverse_name(addressing.text(start, ipv6=ipv6), digits)[0]
