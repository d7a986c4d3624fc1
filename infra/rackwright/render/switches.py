"""Ethernet switches: what each reads at its start (NVUE), and the same for FRR.

NVIDIA's switches run Cumulus Linux, whose NVUE takes one YAML document and turns it into the
configuration of FRR, of the bridge and of the ports. No NVUE runs outside a switch. So the same
intent is rendered a second time, as FRR reads it: `rackwright verify` runs that, cable by cable.

A port is one line, so what a cable changes is one line. The forms are those of Cumulus Linux 5.16,
as NVIDIA's Config Manager writes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain

from rackwright.inventory import Inventory
from rackwright.inventory.alike import Blank, Blanks, Pattern, Run, hole
from rackwright.inventory.switching import Configured, Gateway, Host, Peer, Vlan
from rackwright.render.jinja import fill, is_watched

TUNNEL_BYTES = 50
"""What VXLAN adds to a frame: Ethernet, IPv4, UDP and its own header (RFC 7348)."""
_INDENT = " " * 6
_DEEPER = " " * 14


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield both files of every switch of the unit that the site configures."""
    for run in inventory.configured.runs:
        for name, *texts in _alike(run):
            folder = f"{inventory.unit.folder}/switches/{name}"
            yield from zip((f"{folder}/startup.yaml", f"{folder}/frr.conf"), texts, strict=True)


def _alike(run: Run[Configured]) -> Iterator[list[str]]:
    """Yield name and both texts of each switch of a run.

    Templates are filled once for a pattern, unless somebody follows what they are filled with.
    """
    if is_watched() or not run.names:
        yield from map(_texts, run if run.names else run.pattern.records)
    else:
        yield from (blanks.filled(run.names) for blanks in _blanks(run.pattern))


@cache
def _blanks(switches: Pattern[Configured]) -> tuple[Blanks, ...]:
    return tuple(Blanks(_texts(each)) for each in switches.records)


def _texts(switch: Configured) -> list[str]:
    return [switch.name, startup(switch), frr(switch)]


def startup(switch: Configured) -> str:
    """Return a switch's configuration for NVUE."""
    return fill(
        "switches/startup.yaml.j2",
        switch=switch,
        tunnels=_tunnels(switch),
        vlans=tuple(map(_bridged, switch.vlans)),
        interfaces=tuple(_interfaces(switch)),
        relayed=tuple(_relayed(switch)),
        neighbors=[
            f"{_DEEPER}{port}: {{type: unnumbered, peer-group: fabric}}"
            for port in sessions(switch)
        ],
    )


def frr(switch: Configured) -> str:
    """Return the same intent for FRR."""
    return fill(
        "switches/frr.conf.j2",
        switch=switch,
        evpn=tuple(_frr_evpn(switch)),
        interfaces=tuple(_frr_interfaces(switch)),
        neighbors=tuple(_frr_neighbors(switch)),
    )


def sessions(switch: Configured) -> tuple[str, ...]:
    """Return the ports with a BGP session."""
    return (*(peer.port for peer in switch.peers), *switch.uplinks)


def host_mtu(switch: Configured) -> int:
    """Return the MTU towards devices: a tunnel's header must fit into the fabric's."""
    return switch.mtu - TUNNEL_BYTES if switch.overlay else switch.mtu


def _tunnels(switch: Configured) -> bool:
    """Return whether a switch is the end of tunnels: a leaf of an overlay that carries anything."""
    return bool(switch.vrfs) or any(vlan.vni for vlan in switch.vlans)


def _bridged(vlan: Vlan) -> str:
    inside = f"{{vni: {{'{vlan.vni}': {{}}}}}}" if vlan.vni else "{}"
    return f"{' ' * 12}'{vlan.id}': {inside}"


def _interfaces(switch: Configured) -> Iterator[str]:
    """Yield lines of ports, bonds and VLANs, those of a rack's hosts at once."""
    runs = switch.hosts.runs
    links = (*switch.peers, *switch.trunks)
    split = chain(*(_split(run.pattern) for run in runs), _cages(peer.port for peer in links))
    for cage in dict.fromkeys(split):
        yield f"{_INDENT}{cage}: {{type: swp, link: {{breakout: {{2x: {{}}}}}}}}"
    mtu, mac = host_mtu(switch), {"mac": switch.segment_mac}
    yield from (_ports(run.pattern, mtu).filled(run.names) for run in runs)
    if switch.segment_mac:
        yield from (_bonds(run.pattern, mtu).filled({**run.names, **mac}) for run in runs)
    more = f"{_adaptive(switch)}{_tracked(switch)}"
    for peer in switch.peers:
        yield _port(peer.port, _end(peer), switch.mtu, more)
    for peer in switch.trunks:
        yield _port(peer.port, _end(peer), switch.mtu, ", bridge: {domain: {br_default: {}}}")
    for port in switch.uplinks:
        yield _port(port, "uplink, to whoever is plugged in", switch.mtu, "")
    yield from (_svi(switch, vlan) for vlan in switch.vlans)


@cache
def _split(hosts: Pattern[Host]) -> tuple[str, ...]:
    return tuple(_cages(host.port for host in hosts.records))


def _cages(ports: Iterable[str]) -> Iterator[str]:
    """Yield the cages of ports that are one of two in theirs."""
    return (port.rpartition("s")[0] for port in ports if _is_split(port))


@cache
def _ports(hosts: Pattern[Host], mtu: int) -> Blank:
    return Blank(
        "\n".join(
            _port(host.port, f"{host.device} {host.device_port}", mtu, _of_host(host))
            for host in hosts.records
        )
    )


@cache
def _bonds(hosts: Pattern[Host], mtu: int) -> Blank:
    return Blank("\n".join(_bond(host, mtu) for host in hosts.records))


def _is_split(port: str) -> bool:
    return "s" in port.removeprefix("s")


def _end(peer: Peer) -> str:
    return f"{peer.device} {peer.device_port}"


def _port(port: str, description: str, mtu: int, more: str) -> str:
    link = f"link: {{mtu: {mtu}, state: {{up: {{}}}}}}"
    return f'{_INDENT}{port}: {{type: swp, description: "{description}", {link}{more}}}'


def _adaptive(switch: Configured) -> str:
    return ", router: {adaptive-routing: {state: enabled}}" if switch.lossless else ""


def _tracked(switch: Configured) -> str:
    """Return what makes a pair's leaf close its bonds when it has no uplink left."""
    return ", evpn: {multihoming: {uplink: enabled}}" if switch.segment_mac else ""


def _of_host(host: Host) -> str:
    if host.bond:
        return ""
    if host.vlan:
        return f", bridge: {{domain: {{br_default: {{access: {host.vlan}}}}}}}"
    vrf = f', vrf: "{host.vrf}"' if host.vrf else ""
    families = (("ipv4", host.ipv4), ("ipv6", host.ipv6))
    return vrf + "".join(
        f', {family}: {{address: {{"{address}": {{}}}}}}' for family, address in families if address
    )


def _bond(host: Host, mtu: int) -> str:
    """Return the line of a bond, of which only the MAC of its segment is open."""
    tagged = ", ".join(f"'{vlan}': {{}}" for vlan in host.tagged)
    vlans = f"untagged: {host.vlan}" + (f", vlan: {{{tagged}}}" if tagged else "")
    segment = f"{{state: enabled, local-id: {host.segment}, mac-address: '{hole('mac')}'}}"
    return (
        f'{_INDENT}{host.bond}: {{type: bond, description: "{host.device}", '
        f"bond: {{lacp-bypass: enabled, member: {{{host.port}: {{}}}}}}, "
        f"link: {{mtu: {mtu}}}, bridge: {{domain: {{br_default: {{{vlans}}}}}}}, "
        f"evpn: {{multihoming: {{segment: {segment}}}}}}}"
    )


def _svi(switch: Configured, vlan: Vlan) -> str:
    vrf = f'vrf: "{vlan.vrf}", ' if vlan.vrf else ""
    families = ", ".join(_family(vlan, gateway) for gateway in vlan.gateways)
    return (
        f'{_INDENT}vlan{vlan.id}: {{type: svi, vlan: {vlan.id}, description: "{vlan.title}", '
        f"link: {{mtu: {host_mtu(switch)}}}, {vrf}{families}}}"
    )


def _family(vlan: Vlan, gateway: Gateway) -> str:
    mac = f"00:00:5e:00:01:{vlan.id % 256:02x}"
    shared = (
        f"vrr: {{state: enabled, mac-address: '{mac}', address: {{\"{gateway.shared}\": {{}}}}}}"
    )
    family = "ipv6" if gateway.ipv6 else "ipv4"
    return f'{family}: {{address: {{"{gateway.own}": {{}}}}, {shared}}}'


def _relayed(switch: Configured) -> Iterator[str]:
    """Yield the relay of every VRF whose hosts ask for addresses."""
    asked: dict[str, list[Vlan]] = {}
    for vlan in switch.vlans:
        if vlan.dhcp and switch.relay:
            asked.setdefault(vlan.vrf or "default", []).append(vlan)
    servers = ", ".join(f"{address}: {{}}" for address in switch.relay)
    for vrf, vlans in asked.items():
        up = ", ".join(f"{port}: {{}}" for port in sessions(switch)) if vrf == "default" else ""
        yield f'{_INDENT}  "{vrf}":'
        yield f"{_INDENT}    source-ip: giaddress"
        yield f"{_INDENT}    downstream-interface:"
        for vlan in vlans:
            yield f"{_INDENT}      vlan{vlan.id}: {{server-group-name: dhcp}}"
        upstream = f", upstream-interface: {{{up}}}" if up else ""
        yield f"{_INDENT}    server-group: {{dhcp: {{server: {{{servers}}}{upstream}}}}}"


def _frr_interfaces(switch: Configured) -> Iterator[str]:
    """Yield what FRR is told of each interface, that of a rack's hosts at once."""
    mac = {"mac": switch.segment_mac}
    for run in switch.hosts.runs:
        if blank := _frr_hosts(run.pattern):
            yield blank.filled({**run.names, **mac})
    if switch.segment_mac:
        for peer in switch.peers:
            yield _block(peer.port, "evpn mh uplink")
    for vlan in switch.vlans:
        own = ((gateway.own, gateway.ipv6) for gateway in vlan.gateways)
        yield _block(f"vlan{vlan.id}", *(_address(each, ipv6=ipv6) for each, ipv6 in own))


@cache
def _frr_hosts(hosts: Pattern[Host]) -> Blank | None:
    """Return the interfaces of a rack's hosts; None where FRR need not know of them."""
    blocks = [block for host in hosts.records for block in _frr_host(host)]
    return Blank("\n".join(blocks)) if blocks else None


def _frr_host(host: Host) -> Iterator[str]:
    families = ((host.ipv4, False), (host.ipv6, True))
    if addresses := [_address(each, ipv6=ipv6) for each, ipv6 in families if each]:
        yield _block(host.port, *addresses)
    if host.bond:
        mac = f"evpn mh es-sys-mac {hole('mac')}"
        yield _block(host.bond, f"evpn mh es-id {host.segment}", mac)


def _block(interface: str, *lines: str) -> str:
    return "\n".join((f"interface {interface}", *(f" {line}" for line in lines), "exit"))


def _address(address: str, *, ipv6: bool) -> str:
    return f"{'ipv6' if ipv6 else 'ip'} address {address}"


def _frr_evpn(switch: Configured) -> Iterator[str]:
    if switch.overlay:
        yield " address-family l2vpn evpn"
        yield "  neighbor fabric activate"
        if _tunnels(switch):
            yield "  advertise-all-vni"
        yield " exit-address-family"


def _frr_neighbors(switch: Configured) -> Iterator[str]:
    for peer in switch.peers:
        yield f" neighbor {peer.port} interface peer-group fabric"
        yield f" neighbor {peer.port} description {_end(peer)}"
    for port in switch.uplinks:
        yield f" neighbor {port} interface peer-group fabric"
