"""What every Ethernet switch is to do, from the cables of its unit and the address basis.

Numbers follow from explicit indexes: a leaf's place among all planned ones gives its loopback and
AS number, counted from the beginning of the fabric's ranges; what the whole fabric shares counts
from the end. Spines that a leaf sees side by side have one AS number, so no route goes down and up
again (RFC 7938). Links between switches need no addresses: BGP finds its neighbour (RFC 8950).

A rack's subnets are VLANs of the two switches that reach it, numbered by the rack's index; both
are its gateway. A tenant's racks are in the VRF of its name, and EVPN carries that between leaves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Network, ip_address

from msgspec import Struct
from msgspec.structs import replace

from rackwright.expand import addressing, networks
from rackwright.expand.fabrics.kind import Hosts
from rackwright.inventory import Common, Rack, Subnet
from rackwright.inventory.cabling import Cable, Fabric, Switch
from rackwright.inventory.switching import Configured, Gateway, Host, Peer, Vlan, Vrf

LEAF_ASNS = 256
"""How far above the spines' AS number those of the leaves begin."""
MOST_PODS = 128
"""How many units may have spines of their own: their AS numbers lie between the two."""
IN_BAND_VLAN, STORAGE_VLAN, OUT_OF_BAND_VLAN = 100, 200, 300
"""A rack's VLAN is this and its index in its scalable unit."""
IN_BAND_VNI, STORAGE_VNI = 10_000_001, 12_000_001
"""The VNI of rack number 0's VLAN; VNIs of tenants are lower (see `rules.switching`)."""
OWN_OFFSET = 2
"""The first address of a pair's switches in a rack's prefix: after the gateway's."""
_SEGMENT_MAC = 0x443839FF0000
"""The first MAC of the range that NVIDIA reserves for Ethernet segments (Cumulus Linux 5.15)."""
_TRAYS = 32
"""Segments of a rack: its trays' numbers leave room."""


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

    @property
    def place(self) -> int:
        """Return the place of the unit among those the fabric is planned for."""
        return self.fabric.planned.index(self.unit)


def configured(
    basis: Basis, switches: Iterable[Switch], cables: Iterable[Cable]
) -> Iterator[Configured]:
    """Yield the intent of every switch that is there, from all cables that may end on it."""
    ends: dict[str, list[Cable]] = defaultdict(list)
    for cable in cables:
        if not cable.reserved:
            ends[cable.source.device].append(cable)
            ends[cable.target.device].append(cable)
    links = _links(ends, basis)
    mine = list(switches)
    for position, switch in enumerate(mine):
        if not switch.reserved:
            number = _number(basis, switch, position, len(mine))
            yield _switch(basis, switch, number, ends[switch.name], links)


def loopbacks_needed(fabric: Fabric, planned_racks: int, per_rack: int) -> int:
    """Return how many loopbacks a fabric's switches take once all that is planned is there."""
    if not fabric.leaves_per_unit:
        return planned_racks * per_rack
    return fabric.leaves_per_unit * len(fabric.planned) + fabric.spines + fabric.super_spines


def asns_needed(fabric: Fabric, planned_racks: int, per_rack: int) -> int:
    """Return how many AS numbers, from its first on, a fabric takes."""
    return LEAF_ASNS + loopbacks_needed(fabric, planned_racks, per_rack)


def _number(basis: Basis, switch: Switch, position: int, of_unit: int) -> int:
    """Return a switch's place among those that count from the same end of the ranges."""
    if switch.rack:
        rack = basis.racks[switch.rack]
        return rack.number * rack.hardware.management_switches + _of_pair(switch)
    return basis.place * of_unit + position if basis.unit else position


def _of_pair(switch: Switch) -> int:
    return int(switch.name.rpartition("-")[2]) - 1


def _switch(
    basis: Basis,
    switch: Switch,
    number: int,
    ends: list[Cable],
    links: Mapping[tuple[str, str], int],
) -> Configured:
    fabric, joined = basis.fabric, tuple(_peers(switch, ends))
    in_pair = basis.hosts == "access"
    whole = Configured(
        name=switch.name,
        fabric=fabric.name,
        kind=fabric.kind,
        tier=switch.tier,
        model=switch.model,
        loopback=_loopback(fabric, number, shared=not basis.unit),
        asn=_asn(basis, switch, number),
        mtu=fabric.mtu,
        lossless=basis.hosts == "routed",
        overlay=_overlay(basis),
        peers=() if in_pair else joined,
        trunks=joined if in_pair else (),
    )
    return _leaf(basis, switch, whole, ends, links) if switch.tier == "leaf" else whole


def _leaf(
    basis: Basis,
    switch: Switch,
    whole: Configured,
    ends: list[Cable],
    links: Mapping[tuple[str, str], int],
) -> Configured:
    """Return a leaf with what it has beyond a spine: devices, and the racks they are in."""
    racks = _racks(basis, switch, ends)
    vlans = tuple(_vlans(basis, racks, _is_second(basis, switch)))
    return replace(
        whole,
        hosts=tuple(_hosts(basis, ends, links)),
        vlans=vlans,
        vrfs=_vrfs(basis, racks) if whole.overlay else (),
        uplinks=basis.uplinks,
        segment_mac=_segment_mac(basis, switch) if basis.hosts == "bonded" else "",
        relay=basis.common.addresses_of("dhcp") if any(vlan.dhcp for vlan in vlans) else (),
    )


def _overlay(basis: Basis) -> bool:
    """Return whether EVPN runs: for bonds over two leaves always, else to part tenants."""
    with_tenants = basis.hosts == "routed" and basis.common.tenancy is not None
    return basis.hosts == "bonded" or with_tenants


def _loopback(fabric: Fabric, number: int, *, shared: bool) -> str:
    prefix = IPv4Network(fabric.loopbacks)
    first, last = int(prefix.network_address), int(prefix.broadcast_address)
    return str(ip_address(last - 1 - number if shared else first + 1 + number))


def _asn(basis: Basis, switch: Switch, number: int) -> int:
    if switch.tier == "leaf":
        return basis.fabric.first_asn + LEAF_ASNS + number
    return basis.fabric.first_asn + (basis.place + 1 if basis.unit else 0)


def _racks(basis: Basis, switch: Switch, ends: list[Cable]) -> tuple[Rack, ...]:
    """Return the installed racks that a leaf takes, in the order of their indexes."""
    names = {cable.source.rack for cable in ends if not _from_switch(cable)}
    found = [basis.racks[name] for name in names | {switch.rack} if name]
    return tuple(sorted((rack for rack in found if rack.installed), key=lambda rack: rack.index))


def _peers(switch: Switch, ends: list[Cable]) -> Iterator[Peer]:
    for cable in ends:
        if _from_switch(cable):
            up = cable.source.device == switch.name
            here, there = (cable.source, cable.target) if up else (cable.target, cable.source)
            yield Peer(port=here.port, device=there.device, device_port=there.port)


def _from_switch(cable: Cable) -> bool:
    """Return whether a cable leads from a switch: no other device names its ports so."""
    return cable.source.port.startswith("swp")


def _links(ends: Mapping[str, list[Cable]], basis: Basis) -> dict[tuple[str, str], int]:
    """Return the number of every routed link, from 1, by device and its port."""
    if basis.hosts != "routed":
        return {}
    return {
        (device, cable.source.port): number
        for device, cables in ends.items()
        for number, cable in enumerate(cables, start=1)
        if not _from_switch(cable) and cable.source.device == device
    }


def _hosts(basis: Basis, ends: list[Cable], links: Mapping[tuple[str, str], int]) -> Iterator[Host]:
    for cable in ends:
        if not _from_switch(cable):
            end = cable.source
            link = links.get((end.device, end.port), 0)
            yield _host(basis, basis.racks[end.rack], cable, link)


def _host(basis: Basis, rack: Rack, cable: Cable, link: int) -> Host:
    vrf, bond = _vrf(basis, rack), ""
    addresses: tuple[str, ...] = ()
    tagged: tuple[int, ...] = ()
    vlan = segment = 0
    if basis.hosts == "routed":
        addresses = tuple(_ends_of_link(rack, link, cable.sequence))
    elif basis.hosts == "bonded":
        bond, vlan = f"r{rack.index:02d}c{cable.sequence:02d}", IN_BAND_VLAN + rack.index
        segment = rack.index * _TRAYS + cable.sequence
        tagged = (STORAGE_VLAN + rack.index,) if "storage" in rack.further else ()
    else:
        vlan = OUT_OF_BAND_VLAN + rack.index
    return Host(
        port=cable.target.port,
        device=cable.source.device,
        device_port=cable.source.port,
        vrf=vrf,
        addresses=addresses,
        bond=bond,
        segment=segment,
        vlan=vlan,
        tagged=tagged,
    )


def _ends_of_link(rack: Rack, link: int, tray: int) -> Iterator[str]:
    """Yield the switch's end of a tray's link, which is one below the tray's, in each family."""
    for base in networks.bases(rack):
        if base.key == "point_to_point":
            end = addressing.link_address(base.first - 1, link, tray, ipv6=base.ipv6)
            yield f"{end}/{127 if base.ipv6 else 31}"


def _vrf(basis: Basis, rack: Rack) -> str:
    if basis.hosts == "access" or not rack.pool:
        return ""
    tenant = basis.common.pool(rack.pool).tenant
    return tenant.name if tenant else ""


def _vrfs(basis: Basis, racks: Iterable[Rack]) -> tuple[Vrf, ...]:
    tenants = [basis.common.pool(rack.pool).tenant for rack in racks if rack.pool]
    found = {tenant.name: tenant.vni for tenant in tenants if tenant}
    return tuple(Vrf(name=name, vni=vni) for name, vni in sorted(found.items()))


def _vlans(basis: Basis, racks: Iterable[Rack], second: int) -> Iterator[Vlan]:
    if basis.hosts == "routed":
        return
    for rack in racks:
        if basis.hosts == "access":
            yield _vlan(basis, rack, rack.out_of_band, OUT_OF_BAND_VLAN, 0, second)
            continue
        yield _vlan(basis, rack, rack.in_band, IN_BAND_VLAN, IN_BAND_VNI, second)
        if "storage" in rack.further:
            yield _vlan(basis, rack, rack.further["storage"], STORAGE_VLAN, STORAGE_VNI, second)


def _vlan(basis: Basis, rack: Rack, subnet: Subnet, vlan: int, vni: int, second: int) -> Vlan:
    ipv6 = rack.further.get(f"{subnet.network.replace('-', '_')}_ipv6")
    return Vlan(
        id=vlan + rack.index,
        title=f"{rack.name} {subnet.network}",
        vrf=_vrf(basis, rack),
        vni=vni + rack.number if vni else 0,
        gateways=tuple(_gateway(each, second) for each in (subnet, ipv6) if each),
        dhcp=subnet.network != "storage",
    )


def _gateway(subnet: Subnet, second: int) -> Gateway:
    first = ip_address(subnet.prefix.partition("/")[0])
    own = first + OWN_OFFSET + second
    return Gateway(
        own=f"{own}/{subnet.length}",
        shared=f"{subnet.gateway}/{subnet.length}",
        ipv6=first.version == 6,
    )


def _is_second(basis: Basis, switch: Switch) -> int:
    """Return 1 for the second switch of a pair, 0 for the first."""
    if switch.rack:
        return _of_pair(switch)
    in_lane = basis.fabric.leaves_per_unit // 2
    return int(_of_pair(switch) >= in_lane)


def _segment_mac(basis: Basis, switch: Switch) -> str:
    """Return the MAC of a pair's segments, which no other pair of the fabric has."""
    in_lane = basis.fabric.leaves_per_unit // 2
    pair = basis.place * in_lane + _of_pair(switch) % in_lane
    text = f"{_SEGMENT_MAC + pair:012x}"
    return ":".join(text[at : at + 2] for at in range(0, 12, 2))
