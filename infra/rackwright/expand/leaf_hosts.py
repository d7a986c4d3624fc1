"""The devices on a leaf: what each of its ports is to do for the one that is plugged in.

All racks of one index that are cabled alike want the same of their leaves, but for names and
addresses. So the ports that one rack takes of a leaf are a pattern, made from the rack's harness.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache

from msgspec import Struct

from rackwright.expand import addressing, networks
from rackwright.expand.fabrics.kind import Hosts
from rackwright.inventory import Common, Rack
from rackwright.inventory.alike import Blanks, Pattern, Run, hole
from rackwright.inventory.cabling import Cable, Fabric, Harness
from rackwright.inventory.switching import Host

IN_BAND_VLAN, STORAGE_VLAN, OUT_OF_BAND_VLAN = 100, 200, 300
"""A rack's VLAN is this and its index in its scalable unit."""
_TRAYS = 32
"""Segments of a rack: its trays' numbers leave room."""
_LENGTHS = {"ipv4": 31, "ipv6": 127}
"""Of the prefix of a routed link, by family."""


class Basis(Struct, frozen=True):
    """What the switches of one fabric in one unit have in common."""

    fabric: Fabric
    hosts: Hosts
    common: Common
    unit: str
    """Empty for what the whole fabric shares."""
    racks: Mapping[str, Rack]
    uplinks: tuple[str, ...]
    """Ports of its leaves with sessions to whoever is plugged in."""
    relay: tuple[str, ...]
    """The DHCP servers of the site."""

    @property
    def place(self) -> int:
        """Return the place of the unit among those the fabric is planned for."""
        return self.fabric.planned.index(self.unit)


class _Wanted(Struct, frozen=True):
    """What the devices of a rack want of every leaf that takes them."""

    hosts: Hosts
    index: int
    """Of the rack in its unit."""
    vrf: str
    storage: bool
    families: tuple[str, ...]
    """In which its routed links have addresses: `ipv4`, `ipv6`."""


def on_leaves(basis: Basis, run: Run[Cable]) -> Iterator[tuple[str, Rack, Run[Host]]]:
    """Yield each leaf that devices are cabled to by a run, their rack, and what its ports do."""
    leaves = _leaves(run.pattern)
    if not leaves:
        return
    rack = basis.racks[run.text(run.pattern.records[0].source.rack)]
    bases = networks.bases(rack) if basis.hosts == "routed" else ()
    routed = [base for base in bases if base.key == "point_to_point"]
    wanted = _Wanted(
        basis.hosts,
        rack.index,
        vrf_of(basis, rack),
        "storage" in rack.further,
        tuple(_family(base) for base in routed),
    )
    names = dict(run.names)
    for base in routed:
        names.update(_addresses(base, run.pattern))
    for leaf, name in zip(leaves, Blanks(leaves).filled(run.names), strict=True):
        yield name, rack, Run(_hosts(run.pattern, leaf, wanted), names)


def access_ports(harness: Harness, leaf: str, index: int) -> Pattern[Host]:
    """Return the ports that the devices of a rack of that index take of one of its own leaves."""
    return _hosts(harness, leaf, _Wanted("access", index, vrf="", storage=False, families=()))


def vrf_of(basis: Basis, rack: Rack) -> str:
    """Return the VRF that a rack's devices are in; empty where it is the default one."""
    tenant = basis.common.pool(rack.pool).tenant if rack.pool else None
    return tenant.name if tenant else ""


def is_between_switches(cable: Cable) -> bool:
    """Return whether a cable leads from a switch: no other device names its ports so."""
    return cable.source.port.startswith("swp")


@cache
def _leaves(harness: Harness) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cable.target.device for cable, _ in _links(harness)))


@cache
def _links(harness: Harness) -> tuple[tuple[Cable, int], ...]:
    """Return the cables of devices, each with its number among those of its device, from 1."""
    seen: Counter[str] = Counter()
    found = []
    for cable in harness.records:
        if not is_between_switches(cable):
            seen[cable.source.device] += 1
            found.append((cable, seen[cable.source.device]))
    return tuple(found)


@cache
def _hosts(harness: Harness, leaf: str, wanted: _Wanted) -> Pattern[Host]:
    return Pattern(
        tuple(
            _host(wanted, cable, link)
            for cable, link in _links(harness)
            if cable.target.device == leaf
        )
    )


def _host(wanted: _Wanted, cable: Cable, link: int) -> Host:
    tray, index = cable.sequence, wanted.index
    bonded = wanted.hosts == "bonded"
    vlans = {"routed": 0, "bonded": IN_BAND_VLAN + index, "access": OUT_OF_BAND_VLAN + index}
    ends = {family: hole(f"{family} {link} {tray}") for family in wanted.families}
    return Host(
        port=cable.target.port,
        device=cable.source.device,
        device_port=cable.source.port,
        vrf=wanted.vrf,
        ipv4=ends.get("ipv4", ""),
        ipv6=ends.get("ipv6", ""),
        bond=f"r{index:02d}c{tray:02d}" if bonded else "",
        segment=index * _TRAYS + tray if bonded else 0,
        vlan=vlans[wanted.hosts],
        tagged=(STORAGE_VLAN + index,) if bonded and wanted.storage else (),
    )


def _family(base: networks.Base) -> str:
    return "ipv6" if base.ipv6 else "ipv4"


def _addresses(base: networks.Base, harness: Harness) -> Iterator[tuple[str, str]]:
    """Yield the switch's end of each tray's link, which is one below the tray's."""
    family = _family(base)
    for cable, link in _links(harness):
        end = addressing.link_address(base.first - 1, link, cable.sequence, ipv6=base.ipv6)
        yield f"{family} {link} {cable.sequence}", f"{end}/{_LENGTHS[family]}"
