"""What every Ethernet switch is to do, from the cables of its unit and the address basis.

Those of racks are in `rack_switches`; all others, and what both have in common, are here.

Numbers follow from explicit indexes: a leaf's place among all planned ones gives its loopback and
AS number, counted from the beginning of the fabric's ranges; what the whole fabric shares counts
from the end. Spines that a leaf sees side by side have one AS number, so no route goes down and up
again (RFC 7938). Links between switches need no addresses: BGP finds its neighbour (RFC 8950).

A rack's subnets are VLANs of the two switches that reach it, numbered by the rack's index; both
are its gateway. A tenant's racks are in the VRF of its name, and EVPN carries that between leaves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from ipaddress import IPv4Network
from operator import attrgetter

from msgspec import Struct
from msgspec.structs import replace

from rackwright.expand import addressing, networks
from rackwright.expand.leaf_hosts import (
    IN_BAND_VLAN,
    STORAGE_VLAN,
    Basis,
    is_between_switches,
    on_leaves,
    vrf_of,
)
from rackwright.inventory import Rack, Subnet
from rackwright.inventory.alike import Pattern, Run
from rackwright.inventory.cabling import Cable, Fabric, Harness, Switch
from rackwright.inventory.switching import Configured, Gateway, Host, Hosts, Peer, Vlan, Vrf

LEAF_ASNS = 256
"""How far above the spines' AS number those of the leaves begin."""
MOST_PODS = 128
"""How many units may have spines of their own: their AS numbers lie between the two."""
IN_BAND_VNI, STORAGE_VNI = 10_000_001, 12_000_001
"""The VNI of rack number 0's VLAN; VNIs of tenants are lower (see `rules.switching`)."""
OWN_OFFSET = 2
"""The first address of a pair's switches in a rack's prefix: after the gateway's."""
_SEGMENT_MAC = 0x443839FF0000
"""The first MAC of the range that NVIDIA reserves for Ethernet segments (Cumulus Linux 5.15)."""


class _Plugged(Struct, frozen=True):
    """What is plugged into the switches of a unit, by switch."""

    links: dict[str, list[Cable]]
    """To other switches."""
    hosts: dict[str, list[Run[Host]]]
    racks: dict[str, dict[str, Rack]]
    """Those of the hosts, by name."""


def configured(
    basis: Basis, switches: Iterable[Switch], cables: Iterable[Run[Cable]]
) -> Iterator[Run[Configured]]:
    """Yield the intent of every switch that is there, from all cables there that may end on it."""
    plugged = _plugged(basis, cables)
    mine = list(switches)
    for position, switch in enumerate(mine):
        if not switch.reserved:
            number = basis.place * len(mine) + position if basis.unit else position
            yield Run(Pattern((_switch(basis, switch, number, plugged),)), {})


def _plugged(basis: Basis, cables: Iterable[Run[Cable]]) -> _Plugged:
    found = _Plugged(defaultdict(list), defaultdict(list), defaultdict(dict))
    for run in cables:
        for cable in Run(_between_switches(run.pattern), run.names):
            found.links[cable.source.device].append(cable)
            found.links[cable.target.device].append(cable)
        for leaf, rack, hosts in on_leaves(basis, run):
            found.hosts[leaf].append(hosts)
            found.racks[leaf][rack.name] = rack
    return found


@cache
def _between_switches(harness: Harness) -> Harness:
    return Pattern(tuple(each for each in harness.records if is_between_switches(each)))


def loopbacks_needed(fabric: Fabric, planned_racks: int, per_rack: int) -> int:
    """Return how many loopbacks a fabric's switches take once all that is planned is there."""
    if not fabric.leaves_per_unit:
        return planned_racks * per_rack
    return fabric.leaves_per_unit * len(fabric.planned) + fabric.spines + fabric.super_spines


def asns_needed(fabric: Fabric, planned_racks: int, per_rack: int) -> int:
    """Return how many AS numbers, from its first on, a fabric takes."""
    return LEAF_ASNS + loopbacks_needed(fabric, planned_racks, per_rack)


def of_pair(switch: Switch) -> int:
    """Return a switch's place in its rack or unit, from 0."""
    return int(switch.name.rpartition("-")[2]) - 1


def _switch(basis: Basis, switch: Switch, number: int, plugged: _Plugged) -> Configured:
    fabric = basis.fabric
    whole = Configured(
        name=switch.name,
        fabric=fabric.name,
        kind=fabric.kind,
        tier=switch.tier,
        model=switch.model,
        loopback=loopback(fabric, number, shared=not basis.unit),
        asn=_asn(basis, switch, number),
        mtu=fabric.mtu,
        lossless=basis.hosts == "routed",
        overlay=_overlay(basis),
        peers=tuple(peers(switch.name, plugged.links[switch.name])),
    )
    return _leaf(basis, switch, whole, plugged) if switch.tier == "leaf" else whole


def _leaf(basis: Basis, switch: Switch, whole: Configured, plugged: _Plugged) -> Configured:
    """Return a leaf with what it has beyond a spine: devices, and the racks they are in."""
    racks = sorted(plugged.racks[switch.name].values(), key=attrgetter("index"))
    vlans = tuple(_vlans(basis, racks, _is_second(basis, switch)))
    return replace(
        whole,
        hosts=Hosts(plugged.hosts[switch.name]),
        vlans=vlans,
        vrfs=_vrfs(basis, racks) if whole.overlay else (),
        uplinks=basis.uplinks,
        segment_mac=_segment_mac(basis, switch) if basis.hosts == "bonded" else "",
        relay=basis.relay if any(vlan.dhcp for vlan in vlans) else (),
    )


def _overlay(basis: Basis) -> bool:
    """Return whether EVPN runs: for bonds over two leaves always, else to part tenants."""
    with_tenants = basis.hosts == "routed" and basis.common.tenancy is not None
    return basis.hosts == "bonded" or with_tenants


def loopback(fabric: Fabric, number: int, *, shared: bool) -> str:
    """Return the loopback of switch number so many, from 0, of its end of the fabric's range."""
    first, last = _range(fabric.loopbacks)
    return addressing.text(last - 1 - number if shared else first + 1 + number)


@cache
def _range(prefix: str) -> tuple[int, int]:
    network = IPv4Network(prefix)
    return int(network.network_address), int(network.broadcast_address)


def _asn(basis: Basis, switch: Switch, number: int) -> str:
    if switch.tier == "leaf":
        return leaf_asn(basis.fabric, number)
    return str(basis.fabric.first_asn + (basis.place + 1 if basis.unit else 0))


def leaf_asn(fabric: Fabric, number: int) -> str:
    """Return the AS number of leaf number so many, from 0, of a fabric."""
    return str(fabric.first_asn + LEAF_ASNS + number)


def peers(switch: str, links: Iterable[Cable]) -> Iterator[Peer]:
    """Yield the ports of a switch that these links are plugged into."""
    for cable in links:
        up = cable.source.device == switch
        here, there = (cable.source, cable.target) if up else (cable.target, cable.source)
        yield Peer(port=here.port, device=there.device, device_port=there.port)


def _vrfs(basis: Basis, racks: Iterable[Rack]) -> tuple[Vrf, ...]:
    tenants = [basis.common.pool(rack.pool).tenant for rack in racks if rack.pool]
    found = {tenant.name: tenant.vni for tenant in tenants if tenant}
    return tuple(Vrf(name=name, vni=vni) for name, vni in sorted(found.items()))


def _vlans(basis: Basis, racks: Iterable[Rack], second: int) -> Iterator[Vlan]:
    if basis.hosts == "routed":
        return
    for rack in racks:
        yield _vlan(basis, rack, rack.in_band, IN_BAND_VLAN, IN_BAND_VNI, second)
        if "storage" in rack.further:
            yield _vlan(basis, rack, rack.further["storage"], STORAGE_VLAN, STORAGE_VNI, second)


def _vlan(basis: Basis, rack: Rack, subnet: Subnet, vlan: int, vni: int, second: int) -> Vlan:
    return Vlan(
        id=vlan + rack.index,
        title=title(rack, subnet),
        vrf=vrf_of(basis, rack),
        vni=vni + rack.number,
        gateways=gateways(rack, subnet, second),
        dhcp=subnet.network != "storage",
    )


def title(rack: Rack, subnet: Subnet) -> str:
    """Return what people call the VLAN of a rack's subnet."""
    return f"{rack.name} {subnet.network}"


def gateways(rack: Rack, subnet: Subnet, second: int) -> tuple[Gateway, ...]:
    """Return the gateways of a rack's subnet, and of its IPv6 one, on a switch of its pair."""
    ipv6 = rack.further.get(f"{subnet.network.replace('-', '_')}_ipv6")
    return tuple(_gateway(each, second) for each in (subnet, ipv6) if each)


def _gateway(subnet: Subnet, second: int) -> Gateway:
    ipv6 = ":" in subnet.prefix
    own = addressing.text(networks.first(subnet) + OWN_OFFSET + second, ipv6=ipv6)
    return Gateway(
        own=f"{own}/{subnet.length}",
        shared=f"{subnet.gateway}/{subnet.length}",
        ipv6=ipv6,
    )


def _is_second(basis: Basis, switch: Switch) -> int:
    """Return 1 for the second switch of a pair, 0 for the first."""
    in_lane = basis.fabric.leaves_per_unit // 2
    return int(of_pair(switch) >= in_lane)


def _segment_mac(basis: Basis, switch: Switch) -> str:
    """Return the MAC of a pair's segments, which no other pair of the fabric has."""
    in_lane = basis.fabric.leaves_per_unit // 2
    pair = basis.place * in_lane + of_pair(switch) % in_lane
    text = f"{_SEGMENT_MAC + pair:012x}"
    return ":".join(text[at : at + 2] for at in range(0, 12, 2))
