"""Ethernet switches have loopbacks, AS numbers and VNIs of their own, and trays' ports a link."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

from rackwright.expand import switching
from rackwright.expand.common import planned_racks
from rackwright.expand.fabrics import of_kind
from rackwright.expand.networks import links
from rackwright.hardware import HardwareType
from rackwright.inventory import Inventory, Rack
from rackwright.inventory.cabling import Fabric
from rackwright.problems import Problem
from rackwright.rules.addresses import is_private
from rackwright.rules.fabrics import numbered
from rackwright.spec import Loaded
from rackwright.yamlfile import Path

_ENDS = 2
"""Addresses of a prefix that no loopback has: its first and its last."""


def loopbacks_hold_the_plan(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """Two switches of one loopback are one to every other, and half of the traffic is lost."""
    for place, fabric in _switched(loaded, units):
        needed = _needed(loaded, fabric, units) + _ENDS
        prefix = IPv4Network(fabric.loopbacks)
        if prefix.num_addresses < needed:
            yield loaded.document.problem(
                ("fabrics", place, "switches", "loopbacks"),
                "loopbacks-too-few",
                f"{prefix} is too small for the switches of fabric {fabric.name}",
                because=(
                    f"{needed - _ENDS:,} switches are planned",
                    f"it has {prefix.num_addresses} addresses; the first and the last are nobody's",
                ),
                hint=f"a /{32 - (needed - 1).bit_length()} would do",
            )


def as_numbers_are_apart(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A switch drops the routes that carry its own AS number: those of its namesake's racks."""
    taken: list[tuple[str, int, int, Path]] = []
    if asns := loaded.site.networks.asns:
        title = "the racks and compute trays"
        taken.append((title, asns.first, asns.last, ("networks", "asns", "first")))
    for place, fabric in _switched(loaded, units):
        first = fabric.first_asn
        last = first + switching.LEAF_ASNS + _needed(loaded, fabric, units) - 1
        path: Path = ("fabrics", place, "switches", "first_asn")
        if not is_private(first, last):
            yield loaded.document.problem(
                path,
                "fabric-asns",
                f"the AS numbers of fabric {fabric.name} are not all for private use",
                because=(
                    f"its switches have {first} to {last}",
                    "4200000000 to 4294967294 are for private use (RFC 6996)",
                ),
            )
        for title, low, high, where in taken:
            if low <= last and first <= high:
                yield loaded.document.problem(
                    path,
                    "fabric-asns",
                    f"the AS numbers of fabric {fabric.name} are those of {title} too",
                    because=(
                        f"its switches have {first} to {last}",
                        f"{title} have {low} to {high}",
                    ),
                    hint=f"those are at {loaded.document.at(where)}",
                )
        taken.append((f"fabric {fabric.name}", first, last, path))


def links_reach_every_port(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A tray's port without an address is cabled, has a link, and carries nothing."""
    there = links(loaded.site)
    for place, fabric in _switched(loaded, units):
        if of_kind(fabric.kind).hosts != "routed":
            continue
        needed = max((_ports(fabric, rack) for rack in _racks(fabric, units)), default=0)
        if there < needed:
            yield loaded.document.problem(
                ("fabrics", place, "switches"),
                "links-missing",
                f"the ports of trays on fabric {fabric.name} have no addresses",
                because=(
                    f"a tray has {needed} ports there, each a routed link",
                    f"networks.point_to_point has {there} links a tray"
                    if there
                    else "the site has no networks.point_to_point",
                ),
                hint=f"links_per_tray: {needed}",
                key=True,
            )


def vnis_are_apart(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A tenant with the VNI of a rack's own network is on that network."""
    tenancy = loaded.site.tenancy
    bonded = [it.name for _, it in _switched(loaded, units) if of_kind(it.kind).hosts == "bonded"]
    if tenancy and bonded and tenancy.vnis.last >= switching.IN_BAND_VNI:
        yield loaded.document.problem(
            ("tenancy", "vnis", "last"),
            "vni-taken",
            f"VNIs of tenants go up to {tenancy.vnis.last}",
            because=(
                f"on fabric {bonded[0]} those from {switching.IN_BAND_VNI} on are the racks' own",
            ),
            hint=f"last: {switching.IN_BAND_VNI - 1} or lower",
        )


def _switched(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[tuple[int, Fabric]]:
    """Yield the fabrics whose switches the site configures, by their places."""
    return (each for each in numbered(loaded, units) if each[1].loopbacks)


def _needed(loaded: Loaded, fabric: Fabric, units: tuple[Inventory, ...]) -> int:
    per_rack = max((it.hardware.management_switches for it in _racks(fabric, units)), default=0)
    return switching.loopbacks_needed(fabric, planned_racks(loaded.site), per_rack)


def _racks(fabric: Fabric, units: tuple[Inventory, ...]) -> Iterator[Rack]:
    """Yield a rack of every type that is in a fabric."""
    seen: dict[str, Rack] = {}
    for each in units:
        if each.unit.kind == "fabric" and each.unit.name == fabric.name:
            for rack in each.racks:
                seen.setdefault(rack.hardware.name, rack)
    yield from seen.values()


def _ports(fabric: Fabric, rack: Rack) -> int:
    """Return how many ports of a tray are on a fabric."""
    trays = _trays(rack.hardware)
    cables = of_kind(fabric.kind).downlinks(fabric, rack).pattern.records
    return len(cables) // trays if trays else 0


def _trays(hardware: HardwareType) -> int:
    return hardware.device_type("compute").count
