"""What the management switches of racks are to do: a pattern that racks cabled alike share.

Every rack has its own, so a campus has thousands of them, and those of racks of one index differ in
names and addresses alone. So such a switch is a run: a pattern, which says what it does, and the
names, the loopback, the AS number and the gateways that are its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from rackwright.expand import switching
from rackwright.expand.leaf_hosts import OUT_OF_BAND_VLAN, Basis, access_ports, is_between_switches
from rackwright.inventory.alike import Blanks, Pattern, Run, hole, unfilled
from rackwright.inventory.cabling import Cable, Fabric, Harness, Switch
from rackwright.inventory.switching import Configured, Gateway, Hosts, Peer, Vlan

_NO_CABLES: Run[Cable] = Run(Pattern(()), {})


def configured(
    basis: Basis, switches: Iterable[Switch], cables: Iterable[Run[Cable]]
) -> Iterator[Run[Configured]]:
    """Yield the intent of every switch that is there, from the cables of its rack."""
    harnesses = {run.text(run.pattern.records[0].source.rack): run for run in cables}
    for switch in switches:
        if not switch.reserved:
            yield _laid(basis, switch, harnesses.get(switch.rack, _NO_CABLES))


def _laid(basis: Basis, switch: Switch, harness: Run[Cable]) -> Run[Configured]:
    rack, place = basis.racks[switch.rack], switching.of_pair(switch)
    number = rack.number * rack.hardware.management_switches + place
    names = {
        **harness.names,
        "switch": switch.name,
        "loopback": switching.loopback(basis.fabric, number, shared=False),
        "asn": switching.leaf_asn(basis.fabric, number),
        "title": switching.title(rack, rack.out_of_band),
    }
    gateways = switching.gateways(rack, rack.out_of_band, place)
    for each in gateways:
        names[_own(each.ipv6)], names[_shared(each.ipv6)] = each.own, each.shared
    marks, blanks = _switches(harness.pattern)
    here = blanks.filled(harness.names)
    alike = _pattern(
        basis.fabric,
        basis.uplinks,
        basis.relay,
        switch.model,
        harness.pattern,
        marks[here.index(switch.name)] if switch.name in here else "",
        rack.index,
        tuple(each.ipv6 for each in gateways),
    )
    return Run(alike, names)


def _own(ipv6: bool) -> str:
    return "own IPv6" if ipv6 else "own IPv4"


def _shared(ipv6: bool) -> str:
    return "shared IPv6" if ipv6 else "shared IPv4"


@cache
def _switches(harness: Harness) -> tuple[tuple[str, ...], Blanks]:
    """Return the switches that cables lead to and from."""
    ends = (
        end.device
        for cable in harness.records
        for end in ((cable.source,) if is_between_switches(cable) else ()) + (cable.target,)
    )
    found = tuple(dict.fromkeys(ends))
    return found, Blanks(found)


@cache
def _pattern(
    fabric: Fabric,
    uplinks: tuple[str, ...],
    relay: tuple[str, ...],
    model: str,
    harness: Harness,
    mark: str,
    index: int,
    families: tuple[bool, ...],
) -> Pattern[Configured]:
    """Return the switch of that mark of a rack of that index, with holes for what differs.

    `families` are those of its gateways: whether each is of IPv6.
    """
    switch = Configured(
        name=hole("switch"),
        fabric=fabric.name,
        kind=fabric.kind,
        tier="leaf",
        model=model,
        loopback=hole("loopback"),
        asn=hole("asn"),
        mtu=fabric.mtu,
        lossless=False,
        overlay=False,
        peers=(),
        hosts=Hosts((unfilled(access_ports(harness, mark, index)),)),
        vlans=(_vlan(index, families),),
        trunks=tuple(_trunks(harness, mark)),
        uplinks=uplinks,
        relay=relay,
    )
    return Pattern((switch,))


def _vlan(index: int, families: tuple[bool, ...]) -> Vlan:
    """Return the VLAN of a rack of that index, with holes for its title and its gateways."""
    return Vlan(
        id=OUT_OF_BAND_VLAN + index,
        title=hole("title"),
        vrf="",
        vni=0,
        gateways=tuple(
            Gateway(own=hole(_own(ipv6)), shared=hole(_shared(ipv6)), ipv6=ipv6)
            for ipv6 in families
        ),
        dhcp=True,
    )


def _trunks(harness: Harness, mark: str) -> Iterator[Peer]:
    cables = (each for each in harness.records if is_between_switches(each))
    return switching.peers(mark, (each for each in cables if mark in _devices(each)))


def _devices(cable: Cable) -> tuple[str, str]:
    return cable.source.device, cable.target.device
