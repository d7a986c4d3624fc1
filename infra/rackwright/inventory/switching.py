"""What every Ethernet switch is to do: one value, from which its NVUE and its FRR text are made.

A fabric works when both ends of every cable mean the same. So a switch's intent is put together
once, from the cable plan and the site's address plan, and whatever reads it (a switch, FRR, a
reviewer) gets the same neighbours, numbers and prefixes. Ports of planned racks are not in it: what
is not cabled yet stays closed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Self

from msgspec import Struct, field
from msgspec.structs import replace

from rackwright.inventory.alike import Pattern, Records, Run


class Peer(Struct, frozen=True, kw_only=True):
    """A port that leads to another switch of the fabric, with a BGP session of its own."""

    port: str
    device: str
    device_port: str


class Host(Struct, frozen=True, kw_only=True):
    """A port that leads to a device: a routed link, a bond over two leaves, or a VLAN's port."""

    port: str
    device: str
    device_port: str
    vrf: str
    """Empty where it is the default one."""
    ipv4: str = ""
    """The switch's end of a routed link with its length: `10.79.0.2/31`."""
    ipv6: str = ""
    bond: str = ""
    segment: int = 0
    """The number of the bond's Ethernet segment, which both leaves of the pair give it."""
    vlan: int = 0
    """The VLAN of its untagged frames; 0 where it has none."""
    tagged: tuple[int, ...] = ()

    def texts(self) -> tuple[str, ...]:
        """Return what of it may have holes in a pattern of the ports of a rack."""
        return self.device, self.ipv4, self.ipv6

    def filled(self, texts: Iterator[str]) -> Self:
        """Return it with other texts."""
        return replace(self, device=next(texts), ipv4=next(texts), ipv6=next(texts))


class Hosts(Records[Host]):
    """Hosts, which are made of runs: the ports that a rack takes of a leaf."""

    __slots__ = ()


class Gateway(Struct, frozen=True, kw_only=True):
    """One family's addresses of a VLAN: the switch's own, and the gateway that its pair shares."""

    own: str
    """With its length, `10.65.0.2/26`."""
    shared: str
    ipv6: bool


class Vlan(Struct, frozen=True, kw_only=True):
    """One rack's subnet on the switches that reach the rack."""

    id: int
    title: str
    """What it is, for people: `a01 in-band`."""
    vrf: str
    vni: int
    """0 where no overlay carries it."""
    gateways: tuple[Gateway, ...]
    dhcp: bool
    """Whether its hosts ask for their addresses."""

    def texts(self) -> tuple[str, ...]:
        """Return what of it may have holes in a pattern of switches."""
        return self.title, *(text for each in self.gateways for text in (each.own, each.shared))

    def filled(self, texts: Iterator[str]) -> Self:
        """Return it with other texts."""
        title = next(texts)
        gateways = [replace(each, own=next(texts), shared=next(texts)) for each in self.gateways]
        return replace(self, title=title, gateways=tuple(gateways))


class Vrf(Struct, frozen=True, kw_only=True):
    """A tenant's routes, and the number that carries them between switches."""

    name: str
    vni: int


class Configured(Struct, frozen=True, kw_only=True):
    """One switch's intent."""

    name: str
    fabric: str
    kind: str
    tier: Literal["leaf", "spine", "super-spine"]
    model: str
    loopback: str
    """Its router id, and the source of its tunnels."""
    asn: str
    mtu: int
    lossless: bool
    """Whether it carries RDMA: lossless RoCE and adaptive routing."""
    overlay: bool
    """Whether its sessions carry EVPN."""
    peers: tuple[Peer, ...]
    hosts: Hosts = field(default_factory=Hosts)
    vlans: tuple[Vlan, ...] = ()
    vrfs: tuple[Vrf, ...] = ()
    trunks: tuple[Peer, ...] = ()
    """Ports to the other switch of its pair that carry every VLAN."""
    uplinks: tuple[str, ...] = ()
    """Ports with a session to whoever is plugged in: no list says where they lead."""
    segment_mac: str = ""
    """Of the Ethernet segments of its pair; empty where it has no bonds."""
    relay: tuple[str, ...] = ()
    """The DHCP servers that its VLANs' hosts are led to."""

    def texts(self) -> Iterator[str]:
        """Yield what of it may have holes in a pattern of switches."""
        yield from (self.name, self.loopback, self.asn)
        yield from (each.device for each in self.trunks)
        for record in (*self.vlans, *self.hosts):
            yield from record.texts()

    def filled(self, texts: Iterator[str]) -> Self:
        """Return it with other texts."""
        return replace(
            self,
            name=next(texts),
            loopback=next(texts),
            asn=next(texts),
            trunks=tuple(replace(each, device=next(texts)) for each in self.trunks),
            vlans=tuple(each.filled(texts) for each in self.vlans),
            hosts=Hosts((Run(Pattern(tuple(each.filled(texts) for each in self.hosts)), {}),)),
        )


class Switches(Records[Configured]):
    """What switches are to do, which is made of runs: those of racks that are cabled alike."""

    __slots__ = ()
