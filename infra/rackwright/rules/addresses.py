"""Every number that racks are given lasts for the plan: addresses, AS numbers, DHCP subnets."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.expand import addressing, networks
from rackwright.expand.common import planned_racks
from rackwright.expand.networks import Cut
from rackwright.inventory import Inventory
from rackwright.problems import Problem
from rackwright.rules import places
from rackwright.rules.networks import covered
from rackwright.spec import Loaded
from rackwright.spec.networks import AsnRange

_PRIVATE = ((64_512, 65_534), (4_200_000_000, 4_294_967_294))
"""AS numbers for private use (RFC 6996)."""


def pools_hold_the_plan(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A network that is too small is found on the day the last rack arrives."""
    said = set()
    for cut in networks.cuts(loaded):
        possible = addressing.possible_racks(cut.prefix, cut.length)
        if possible < cut.planned:
            yield _too_small(loaded, cut, possible)
        if (cut.key, cut.ipv6) not in said:
            said.add((cut.key, cut.ipv6))
            yield from _racks_fit(loaded, cut)


def as_numbers_hold_the_plan(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A rack with the AS number of another site drops that site's routes as its own."""
    asns = loaded.site.networks.asns
    if asns is None:
        return
    yield from _rangeis_private(loaded, asns)
    yield from _trays_have_numbers(loaded, asns)
    there, needed = asns.last - asns.first + 1, planned_racks(loaded.site) * asns.per_rack
    if 0 < there < needed:
        yield loaded.document.problem(
            ("networks", "asns", "last"),
            "asn-range-too-small",
            f"AS numbers {asns.first} to {asns.last} are too few for the planned racks",
            because=(
                f"{planned_racks(loaded.site)} racks are planned: {_plan(loaded)}",
                f"each has {asns.per_rack}, and there are {there}",
            ),
            hint=_enough(asns.first, needed),
        )


def dhcp_ids_hold_the_plan(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A DHCP server with two subnets of one id does not start, and no BMC gets an address."""
    planned, most = planned_racks(loaded.site), addressing.MOST_SUBNETS
    if planned > most:
        yield loaded.document.problem(
            ("networks", "planned_scalable_units"),
            "subnet-ids-spent",
            f"{planned:,} racks are planned, and DHCP subnet ids last for {most:,}",
            because=(f"{planned:,} racks: {_plan(loaded)}",),
            hint="a hall's index is its place in the site: number halls from 1",
        )


def _enough(first: int, needed: int) -> str:
    """Return a hint at a range that has room, from `first` on where that stays private."""
    starts = [start for start in (first, _PRIVATE[-1][0]) if is_private(start, start + needed - 1)]
    return f"first: {starts[0]}, last: {starts[0] + needed - 1} would do" if starts else ""


def is_private(first: int, last: int) -> bool:
    """Return whether AS numbers are all for private use."""
    return any(low <= first and last <= high for low, high in _PRIVATE)


def _too_small(loaded: Loaded, cut: Cut, possible: int) -> Problem:
    shortest = cut.length - (cut.planned - 1).bit_length()
    return loaded.document.problem(
        cut.path,
        "address-pool-too-small",
        f"{cut.prefix} is too small for the planned racks",
        because=(
            f"{cut.planned} racks are planned: {_plan(loaded, cut)}",
            f"it holds {possible} prefixes of /{cut.length}, one per rack",
        ),
        hint=_wider(loaded, cut, shortest) if shortest > 0 else "",
    )


def _wider(loaded: Loaded, cut: Cut, length: int) -> str:
    """Return a hint at a length that has room, and at what is in its way."""
    others = list(covered(loaded, cut, length))
    if not others:
        return f"a /{length} would do"
    return (
        f"a /{length} would do, where it overlaps nothing: "
        f"here it would cover {places.shown(others)}"
    )


def _plan(loaded: Loaded, cut: Cut | None = None) -> str:
    plan = loaded.site.networks
    hall = plan.planned_scalable_units * plan.racks_per_scalable_unit
    planned = cut.planned if cut else planned_racks(loaded.site)
    halls = "" if cut and cut.hall else f"halls {planned // hall} x "
    return (
        f"{halls}scalable units {plan.planned_scalable_units} x "
        f"racks {plan.racks_per_scalable_unit}"
    )


def _racks_fit(loaded: Loaded, cut: Cut) -> Iterator[Problem]:
    """Yield a problem where a rack's prefix does not hold what is in a rack."""
    size, highest = 1 << (cut.prefix.max_prefixlen - cut.length), _highest_offset(loaded, cut.key)
    if highest >= size - (cut.key != "point_to_point"):  # links need no broadcast address
        key = "ipv6_rack_prefix_length" if cut.ipv6 else "rack_prefix_length"
        needed = (highest + (cut.key != "point_to_point")).bit_length()
        devices = "links" if cut.key == "point_to_point" else "devices"
        last = "end of a link" if cut.key == "point_to_point" else "device"
        yield loaded.document.problem(
            ("networks", cut.key, key),
            "address-pool-too-small",
            f"a /{cut.length} does not hold the {devices} of a rack",
            because=(f"it has {size} addresses", f"the last {last} is number {highest}"),
            hint=f"/{cut.prefix.max_prefixlen - needed} or shorter",
        )


def _highest_offset(loaded: Loaded, key: str) -> int:
    """Return the place of a rack's last address in its prefix."""
    kinds = {place.rack.kind for place in places.racks(loaded)}
    known = [loaded.catalogue[kind] for kind in kinds if kind in loaded.catalogue]
    if key == "point_to_point":
        trays = max((kind.device_type("compute").count for kind in known), default=0)
        stride = addressing.LINK_STRIDE
        return (networks.links(loaded.site) - 1) * stride + 2 * trays + 1 if trays else 0
    return max(
        (
            addressing.OFFSETS[device.device_class] + device.count
            for kind in known
            for device in kind.devices
            if device.has_host or key == "out_of_band"
        ),
        default=0,
    )


def _rangeis_private(loaded: Loaded, asns: AsnRange) -> Iterator[Problem]:
    if asns.last < asns.first:
        yield loaded.document.problem(
            ("networks", "asns", "last"),
            "asn-range",
            f"last is {asns.last}, before first",
            because=(f"first is {asns.first}",),
        )
    elif not is_private(asns.first, asns.last):
        ranges = " and ".join(f"{low} to {high}" for low, high in _PRIVATE)
        yield loaded.document.problem(
            ("networks", "asns", "first"),
            "asn-range",
            f"AS numbers {asns.first} to {asns.last} are not all for private use",
            because=(f"for private use are {ranges} (RFC 6996)",),
            hint="a number that is somebody's on the Internet, given to a rack, hides its owner",
        )


def _trays_have_numbers(loaded: Loaded, asns: AsnRange) -> Iterator[Problem]:
    kinds = {place.rack.kind for place in places.racks(loaded)} & {*loaded.catalogue}
    trays = max((loaded.catalogue[it].device_type("compute").count for it in kinds), default=0)
    if 1 < asns.per_rack <= trays:
        yield loaded.document.problem(
            ("networks", "asns", "per_rack"),
            "asn-range",
            f"{asns.per_rack} AS numbers do not do for a rack",
            because=(f"a rack has {trays} compute trays, and a number of its own",),
            hint=f"{trays + 1} or more, or 1: all of a rack have the same",
        )
