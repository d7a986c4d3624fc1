"""Networks hold what is planned, and do not overlap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network
from itertools import combinations, product

from rackwright.expand import addressing
from rackwright.expand.common import planned_racks
from rackwright.inventory import Inventory
from rackwright.problems import Problem
from rackwright.rules import places
from rackwright.spec import Loaded
from rackwright.spec.networks import RackNetwork
from rackwright.yamlfile import Path


def pools_hold_the_plan(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A network that is too small is found on the day the last rack arrives."""
    networks, planned = loaded.site.networks, planned_racks(loaded.site)
    for key, network in (("out_of_band", networks.out_of_band), ("in_band", networks.in_band)):
        possible = addressing.possible_racks(network.prefix, network.rack_prefix_length)
        if possible < planned:
            yield _too_small(loaded, ("networks", key, "prefix"), network, possible, planned)
        highest = _highest_offset(loaded, hosts_only=key == "in_band")
        size = 1 << (32 - network.rack_prefix_length)
        if highest >= size - 1:
            yield loaded.document.problem(
                ("networks", key, "rack_prefix_length"),
                "address-pool-too-small",
                f"a /{network.rack_prefix_length} does not hold the devices of a rack",
                because=(f"it has {size} addresses", f"the last device is number {highest}"),
                hint=f"/{32 - (highest + 1).bit_length()} or shorter",
            )


def prefixes_are_apart(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """Two networks that share addresses cannot both be routed, and one of them is unreachable."""
    networks = loaded.site.networks
    own: list[tuple[str, Path, IPv4Network]] = [
        ("services", ("networks", "services", "prefix"), networks.services.prefix),
        ("out_of_band", ("networks", "out_of_band", "prefix"), networks.out_of_band.prefix),
        ("in_band", ("networks", "in_band", "prefix"), networks.in_band.prefix),
    ]
    border: list[tuple[str, Path, IPv4Network]] = [
        ("this border prefix", ("upstream", "border_prefixes", place), prefix)
        for place, prefix in enumerate(loaded.site.upstream.border_prefixes)
    ]
    for (first, at, one), (second, path, other) in (*combinations(own, 2), *product(own, border)):
        if one.overlaps(other):
            yield loaded.document.problem(
                path,
                "prefixes-overlap",
                f"{second} overlaps {first}",
                because=(f"{first} is {one}", f"{second} is {other}"),
                hint=f"{first} is at {loaded.document.at(at)}",
            )


def indexes_are_within_the_plan(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """An index beyond the plan would take the addresses of the next unit or hall."""
    networks = loaded.site.networks
    units = [
        (unit.at("index"), unit.index) for hall in loaded.halls for unit in hall.scalable_units
    ]
    for path, index in _highest(units, networks.planned_scalable_units):
        plan = f"planned_scalable_units is {networks.planned_scalable_units}"
        yield _beyond(loaded, path, f"scalable unit {index}", plan)
    racks = [(place.rack.at("index"), place.rack.index) for place in places.racks(loaded)]
    for path, index in _highest(racks, networks.racks_per_scalable_unit):
        plan = f"racks_per_scalable_unit is {networks.racks_per_scalable_unit}"
        yield _beyond(loaded, path, f"rack index {index}", plan)


def service_nodes_are_inside(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A service node outside its network has no gateway."""
    prefix = loaded.site.networks.services.prefix
    first, last = int(prefix.network_address), int(prefix.broadcast_address)
    taken = {first, first + 1, last}
    for place, node in enumerate(loaded.site.service_nodes):
        if node.address not in prefix or int(node.address) in taken:
            where = "is not in" if node.address not in prefix else "is reserved in"
            yield loaded.document.problem(
                ("service_nodes", place, "address"),
                "service-address",
                f"{node.address} {where} the services network {prefix}",
                because=("the first address is the gateway",) if node.address in prefix else (),
            )


def _too_small(
    loaded: Loaded, path: Path, network: RackNetwork, possible: int, planned: int
) -> Problem:
    shortest = network.rack_prefix_length - (planned - 1).bit_length()
    plan = loaded.site.networks
    halls = max(hall.index for hall in loaded.site.halls)
    size = (
        f"halls {halls} x scalable units {plan.planned_scalable_units} x "
        f"racks {plan.racks_per_scalable_unit}"
    )
    return loaded.document.problem(
        path,
        "address-pool-too-small",
        f"{network.prefix} is too small for the planned racks",
        because=(
            f"{planned} racks are planned: {size}",
            f"it holds {possible} prefixes of /{network.rack_prefix_length}, one per rack",
        ),
        hint=f"a /{shortest} would do" if shortest > 0 else "",
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


def _highest_offset(loaded: Loaded, *, hosts_only: bool) -> int:
    kinds = {place.rack.kind for place in places.racks(loaded)}
    known = [loaded.catalogue[kind] for kind in kinds if kind in loaded.catalogue]
    return max(
        (
            addressing.OFFSETS[device.device_class] + device.count
            for kind in known
            for device in kind.devices
            if device.has_host or not hosts_only
        ),
        default=0,
    )
