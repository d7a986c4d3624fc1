"""Which prefix a rack's part of each network is cut from, and what is in the further ones.

Out-of-band and in-band are what a rack cannot do without. Everything else is further: storage,
loopbacks, links, and IPv6 beside any of them. A hall may bring prefixes of its own; its racks are
then counted from its own first position, and no other hall's addresses depend on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import repeat
from socket import AF_INET, AF_INET6, inet_pton
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from rackwright.expand import addressing
from rackwright.hardware import DeviceType
from rackwright.inventory import Asns, Network, Rack, Subnet

if TYPE_CHECKING:
    from rackwright.spec import Loaded
    from rackwright.spec.layout import Hall
    from rackwright.spec.networks import RackNetwork
    from rackwright.spec.site import Site
    from rackwright.yamlfile import Path

KEYS: dict[str, Network] = {
    "out_of_band": "out-of-band",
    "in_band": "in-band",
    "storage": "storage",
    "loopbacks": "loopbacks",
    "point_to_point": "point-to-point",
}
"""The networks that are cut into racks, by their keys in a specification."""

_OF_HOSTS = ("out-of-band", "in-band", "storage")
_IPV6 = "_ipv6"


NONE: Mapping[str, str] = {}
"""What most devices have beyond the two networks that every rack needs; one for all of them."""


class Base(NamedTuple):
    """Where one of a rack's further prefixes begins; `name` is its key among them."""

    name: str
    key: str
    ipv6: bool
    first: int


class Cut(Struct, frozen=True, kw_only=True):
    """A prefix that racks' prefixes are cut from, and for how many racks that is planned."""

    key: str
    ipv6: bool
    hall: str
    """The hall that brought it; empty where it is the site's."""
    prefix: addressing.Prefix
    length: int
    planned: int
    path: Path
    """Where the prefix stands."""

    @property
    def title(self) -> str:
        """Its key as a specification has it, and what sets it apart."""
        return f"{self.key}{' IPv6' if self.ipv6 else ''}{f' of {self.hall}' if self.hall else ''}"

    @property
    def subnet_key(self) -> str:
        """Its key among a rack's prefixes."""
        return f"{self.key}{_IPV6 if self.ipv6 else ''}"

    def cutter(self) -> Callable[[int], Subnet]:
        """Return what gives the prefix of a rack by its number among those it is cut for."""
        network, length, ipv6 = KEYS[self.key], self.length, self.ipv6
        start, text = int(self.prefix.network_address), partial(addressing.text, ipv6=ipv6)
        size = 1 << (self.prefix.max_prefixlen - length)

        def cut(number: int) -> Subnet:
            base = start + number * size
            gateway = text(base + 1) if network in _OF_HOSTS else ""
            return Subnet(network, f"{text(base)}/{length}", length, gateway)

        return cut


def cuts(loaded: Loaded) -> Iterator[Cut]:
    """Yield every prefix that racks' prefixes are cut from, the site's first."""
    site = loaded.site
    for key in KEYS:
        if written(site, key) is not None:
            for ipv6 in (False, True):
                sharing = [hall.index for hall in loaded.halls if not _own(hall, key, ipv6=ipv6)]
                yield from _of_site(site, key, max(sharing, default=0), ipv6=ipv6)
    for hall in loaded.halls:
        yield from _brought(site, hall)


def of_hall(site: Site, hall: Hall) -> tuple[Cut, ...]:
    """Return what the prefixes of a hall's racks are cut from: its own, or the site's."""
    own = tuple(_brought(site, hall))
    there = {(cut.key, cut.ipv6) for cut in own}
    rest = [
        cut
        for key in KEYS
        for ipv6 in (False, True)
        if (key, ipv6) not in there
        for cut in _of_site(site, key, hall.index, ipv6=ipv6)
    ]
    return (*own, *rest)


def cutter(hall_cuts: tuple[Cut, ...]) -> Callable[[int, int], dict[str, Subnet]]:
    """Return what gives a rack's prefixes by key, from its numbers in the site and in its hall."""
    cutters = [(cut.subnet_key, bool(cut.hall), cut.cutter()) for cut in hall_cuts]

    def cut(number: int, own_number: int) -> dict[str, Subnet]:
        return {key: each(own_number if own else number) for key, own, each in cutters}

    return cut


def first(subnet: Subnet) -> int:
    """Return the first address of a rack's prefix, as a number."""
    address = subnet.prefix.partition("/")[0]
    return int.from_bytes(inet_pton(AF_INET6 if ":" in address else AF_INET, address))


def bases(rack: Rack) -> tuple[Base, ...]:
    """Return where each of a rack's further prefixes begins."""
    return tuple(
        Base(name, name.removesuffix(_IPV6), name.endswith(_IPV6), first(subnet))
        for name, subnet in rack.further.items()
    )


def addresses(rack: Rack, kind: DeviceType, links: int) -> Iterable[Mapping[str, str]]:
    """Return what each device of a class has on the further prefixes of its rack.

    A device without a host is on those of its BMC alone; `links` are the routed ones of each tray.
    """
    found: dict[str, list[str]] = {}
    for name, key, ipv6, base in bases(rack):
        if not kind.has_host and key != "out_of_band":
            continue
        if key != "point_to_point":
            found[name] = addressing.device_addresses(base, kind, ipv6=ipv6)
            continue
        for link in range(1, links + 1):
            ends = addressing.link_addresses(base, link, kind, ipv6=ipv6)
            found[f"{key}_{link}{_IPV6 if ipv6 else ''}"] = ends
    if not found:
        return repeat(NONE)
    return map(dict, map(zip, repeat([*found]), zip(*found.values(), strict=True)))


def links(site: Site) -> int:
    """Return how many routed links each compute tray has."""
    return site.networks.point_to_point.links_per_tray if site.networks.point_to_point else 0


def asn(site: Site, number: int) -> int:
    """Return the number of a rack, and of the switch above its trays; 0 where there are none."""
    asns = site.networks.asns
    return asns.first + number * asns.per_rack if asns else 0


def asns_per_tray(asns: Asns | None) -> int:
    """Return how far apart the numbers of a rack's trays are: 0 where they share their rack's."""
    return int(asns is not None and asns.per_rack > 1)


def asns(site: Site, planned: int) -> Asns | None:
    """Return the autonomous system numbers of the site and what of them is planned for."""
    found = site.networks.asns
    if found is None:
        return None
    return Asns(first=found.first, last=found.last, per_rack=found.per_rack, planned_racks=planned)


def written(site: Site, key: str) -> RackNetwork | None:
    """Return a network as the site describes it; None where it has none."""
    found: RackNetwork | None = getattr(site.networks, key)
    return found


def racks_of_halls(site: Site, halls: int) -> int:
    """Return how many rack positions are planned in so many halls."""
    plan = site.networks
    return halls * plan.planned_scalable_units * plan.racks_per_scalable_unit


def _of_site(site: Site, key: str, halls: int, *, ipv6: bool) -> Iterator[Cut]:
    network = written(site, key)
    if network is None or (ipv6 and network.ipv6_prefix is None):
        return
    yield Cut(
        key=key,
        ipv6=ipv6,
        hall="",
        prefix=network.ipv6_prefix or network.prefix if ipv6 else network.prefix,
        length=network.ipv6_rack_prefix_length if ipv6 else network.rack_prefix_length,
        planned=racks_of_halls(site, halls),
        path=("networks", key, "ipv6_prefix" if ipv6 else "prefix"),
    )


def _own(hall: Hall, key: str, *, ipv6: bool) -> addressing.Prefix | None:
    brought = getattr(hall.networks, key)
    found: addressing.Prefix | None = None
    if brought is not None:
        found = brought.ipv6_prefix if ipv6 else brought.prefix
    return found


def _brought(site: Site, hall: Hall) -> Iterator[Cut]:
    for key in KEYS:
        network = written(site, key)
        for ipv6 in (False, True):
            prefix = _own(hall, key, ipv6=ipv6)
            if network is None or prefix is None:
                continue
            yield Cut(
                key=key,
                ipv6=ipv6,
                hall=hall.name,
                prefix=prefix,
                length=network.ipv6_rack_prefix_length if ipv6 else network.rack_prefix_length,
                planned=racks_of_halls(site, 1),
                path=(*hall.path, "networks", key, "ipv6_prefix" if ipv6 else "prefix"),
            )
