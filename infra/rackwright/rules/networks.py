"""Networks do not overlap, and everything stands inside the plan and its network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address

from msgspec import Struct

from rackwright.expand import addressing, networks
from rackwright.expand.networks import Cut
from rackwright.inventory import Inventory
from rackwright.problems import Problem
from rackwright.rules import places
from rackwright.spec import Loaded
from rackwright.spec.fabrics import EthernetFabric
from rackwright.yamlfile import Path

_RESERVED = 3
"""Addresses no service node can have: the network's own, the gateway's, the last one."""


def prefixes_are_apart(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """Two networks that share addresses cannot both be routed, and one of them is unreachable."""
    every = sorted(
        _prefixes(loaded),
        key=lambda each: (each.prefix.version, each.prefix.network_address, each.prefix.prefixlen),
    )
    around: list[_Named] = []
    for each in every:
        around = [other for other in around if other.prefix.overlaps(each.prefix)]
        others = [other for other in around if other.is_ours or each.is_ours]
        if others:
            yield _overlap(loaded, *sorted((others[0], each), key=lambda named: named.place))
        around.append(each)


def networks_of_halls_are_known(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A hall's prefix for a network the site does not have would be given to nobody."""
    for hall in loaded.halls:
        for key in networks.KEYS:
            brought = getattr(hall.networks, key)
            path = (*hall.path, "networks", key)
            if brought and networks.written(loaded.site, key) is None:
                yield loaded.document.problem(
                    path,
                    "hall-network",
                    f"hall {hall.name} brings a prefix for {key}, which the site does not have",
                    hint=f"describe {key} under networks: how long a rack's prefix is stands there",
                    key=True,
                )
            elif brought and brought.prefix is None and brought.ipv6_prefix is None:
                message = f"hall {hall.name} brings no prefix for {key}"
                hint = "give it a prefix or an ipv6_prefix, or leave it out: the site's are used"
                yield loaded.document.problem(path, "hall-network", message, hint=hint, key=True)


def indexes_are_within_the_plan(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """An index beyond the plan would take the addresses of the next unit or hall."""
    plan = loaded.site.networks
    units = [
        (unit.at("index"), unit.index) for hall in loaded.halls for unit in hall.scalable_units
    ]
    for path, index in _highest(units, plan.planned_scalable_units):
        limit = f"planned_scalable_units is {plan.planned_scalable_units}"
        yield _beyond(loaded, path, f"scalable unit {index}", limit)
    racks = [(place.rack.at("index"), place.rack.index) for place in places.racks(loaded)]
    for path, index in _highest(racks, plan.racks_per_scalable_unit):
        limit = f"racks_per_scalable_unit is {plan.racks_per_scalable_unit}"
        yield _beyond(loaded, path, f"rack index {index}", limit)


def service_nodes_are_inside(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A service node outside its network has no gateway."""
    services = loaded.site.networks.services
    for place, node in enumerate(loaded.site.service_nodes):
        path: Path = ("service_nodes", place)
        yield from _is_inside(loaded, (*path, "address"), node.address, services.prefix)
        if node.ipv6_address is not None and services.ipv6_prefix is None:
            yield loaded.document.problem(
                (*path, "ipv6_address"),
                "service-address",
                f"{node.ipv6_address} is on no network: services has no ipv6_prefix",
                hint="give networks.services an ipv6_prefix, or leave ipv6_address out",
            )
        elif node.ipv6_address is not None and services.ipv6_prefix is not None:
            here = (*path, "ipv6_address")
            yield from _is_inside(loaded, here, node.ipv6_address, services.ipv6_prefix)


def _is_inside(
    loaded: Loaded, path: Path, address: IPv4Address | IPv6Address, prefix: addressing.Prefix
) -> Iterator[Problem]:
    first, last = int(prefix.network_address), int(prefix.broadcast_address)
    if address not in prefix or int(address) in (first, first + 1, last):
        where = "is not in" if address not in prefix else "is reserved in"
        yield loaded.document.problem(
            path,
            "service-address",
            f"{address} {where} the services network {prefix}",
            because=("the first address is the gateway",) if address in prefix else (),
            hint=f"{prefix[2]} to {prefix[-2]} are for service nodes"
            if prefix.num_addresses > _RESERVED
            else "the services network has no address for a node: give it a shorter prefix",
        )


def covered(loaded: Loaded, cut: Cut, length: int) -> Iterator[str]:
    """Yield the networks that the prefix of `cut`, were it of this length, would cover as well."""
    wider = cut.prefix.supernet(new_prefix=length)
    for each in _prefixes(loaded):
        if each.prefix.overlaps(wider) and not each.prefix.overlaps(cut.prefix):
            yield f"{each.title} {each.prefix}"


class _Named(Struct, frozen=True):
    """A prefix by its name in messages; `place` says which of two was there first."""

    place: int
    title: str
    path: Path
    prefix: addressing.Prefix
    is_ours: bool


def _prefixes(loaded: Loaded) -> Iterator[_Named]:
    services, path = loaded.site.networks.services, ("networks", "services")
    yield _Named(0, "services", (*path, "prefix"), services.prefix, is_ours=True)
    if services.ipv6_prefix is not None:
        where = (*path, "ipv6_prefix")
        yield _Named(1, "services IPv6", where, services.ipv6_prefix, is_ours=True)
    place = 1
    for place, cut in enumerate(networks.cuts(loaded), start=2):
        yield _Named(place, cut.title, cut.path, cut.prefix, is_ours=True)
    for number, fabric in enumerate(loaded.site.fabrics):
        if isinstance(fabric, EthernetFabric) and fabric.switches:
            place += 1
            there: Path = ("fabrics", number, "switches", "loopbacks")
            title = f"loopbacks of fabric {fabric.name}"
            yield _Named(place, title, there, fabric.switches.loopbacks, is_ours=True)
            if ports := fabric.switches.management:
                place += 1
                there = ("fabrics", number, "switches", "management", "prefix")
                title = f"management of fabric {fabric.name}"
                yield _Named(place, title, there, ports.prefix, is_ours=True)
    for number, prefix in enumerate(loaded.site.upstream.border_prefixes):
        here = ("upstream", "border_prefixes", number)
        yield _Named(place + 1 + number, "this border prefix", here, prefix, is_ours=False)


def _overlap(loaded: Loaded, first: _Named, second: _Named) -> Problem:
    return loaded.document.problem(
        second.path,
        "prefixes-overlap",
        f"{second.title} overlaps {first.title}",
        because=(f"{first.title} is {first.prefix}", f"{second.title} is {second.prefix}"),
        hint=f"{first.title} is at {loaded.document.at(first.path)}",
    )


def _highest(indexes: Iterable[tuple[Path, int]], limit: int) -> Iterator[tuple[Path, int]]:
    """Yield the highest index beyond `limit` of every place: a range is one place."""
    found: dict[Path, int] = {}
    for path, index in indexes:
        if index > limit:
            found[path] = max(index, found.get(path, 0))
    yield from found.items()


def _beyond(loaded: Loaded, path: Path, what: str, plan: str) -> Problem:
    hint = "a larger plan moves the addresses of what comes after; do it before anything is built"
    return loaded.document.problem(
        path, "index-beyond-plan", f"{what} is not in the plan", because=(plan,), hint=hint
    )
