"""Which address everything has: arithmetic on explicit indexes and on what is planned.

A rack's number counts positions, not racks: hall 2, unit 1, rack 1 has the same number whether hall
1 is full or empty. So no rack's address depends on which other racks are there. Inside a rack's
prefix the first address is the gateway, and each class of device starts at a fixed offset. IPv6 is
the same arithmetic with more bits.
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Address, IPv6Network
from socket import AF_INET6, inet_ntop

from rackwright.hardware import DeviceClass, DeviceType
from rackwright.inventory import Network

Prefix = IPv4Network | IPv6Network

OFFSETS: dict[DeviceClass, int] = {"compute": 10, "power-shelf": 30, "nvlink-switch": 40}
"""Device number n of a class has address offset + n in its rack's prefix."""

OOB_OFFSETS: dict[DeviceClass, int] = {"nvlink-switch": 50, "compute": 60}
"""The same for what else of a device is on the out-of-band network: NVOS, and a BlueField's BMC."""

LINK_STRIDE = 64
"""Link n of every tray is in the n-th 64 addresses of its rack; a tray's number leaves room."""

SUBNET_IDS: dict[Network, int] = {"out-of-band": 100_001, "in-band": 200_001}
"""The DHCP subnet id of rack number 0 on each network that has DHCP."""

_WITH_IPV4 = 1 << 48
"""Addresses below this the system's own function writes with an IPv4 address inside."""

MOST_SUBNETS = 100_000
"""How many racks a network's ids last for, before they are those of the next network."""


def rack_number(
    hall: int, unit: int, rack: int, *, units_per_hall: int, racks_per_unit: int
) -> int:
    """Return a rack's place in the address spaces, from 0; the indexes count from 1."""
    return ((hall - 1) * units_per_hall + unit - 1) * racks_per_unit + rack - 1


def rack_base(network: Prefix, length: int, number: int) -> int:
    """Return the first address of a rack's prefix, as a number."""
    return int(network.network_address) + number * (1 << (network.max_prefixlen - length))


def possible_racks(network: Prefix, length: int) -> int:
    """Return how many rack prefixes of `length` the network holds."""
    return 1 << (length - network.prefixlen) if length >= network.prefixlen else 0


def text(address: int, *, ipv6: bool = False) -> str:
    """Return an address as people write it."""
    if ipv6:
        number = address % (1 << 128)
        if number < _WITH_IPV4:
            return str(IPv6Address(number))
        return inet_ntop(AF_INET6, number.to_bytes(16))
    return f"{address >> 24 & 255}.{address >> 16 & 255}.{address >> 8 & 255}.{address & 255}"


def series(first: int, count: int, *, step: int = 1, ipv6: bool = False) -> list[str]:
    """Return `count` addresses as people write them, each `step` after the one before.

    Addresses that differ in their last number alone are written alike up to it, zeros left out of
    an IPv6 address included: they stand at one place, unless the last number is a zero itself.
    """
    size = 1 << (16 if ipv6 else 8)
    last, end = first % size, first % size + count * step
    if not last or end > size or count < 2:
        return [text(first + place * step, ipv6=ipv6) for place in range(count)]
    before = text(first, ipv6=ipv6).rpartition(":" if ipv6 else ".")[0]
    if ipv6:
        return [f"{before}:{number:x}" for number in range(last, end, step)]
    return [f"{before}.{number}" for number in range(last, end, step)]


def device_addresses(base: int, kind: DeviceType, *, ipv6: bool = False) -> list[str]:
    """Return the addresses of the devices of a class in the prefix that starts at `base`."""
    return series(base + OFFSETS[kind.device_class] + 1, kind.count, ipv6=ipv6)


def link_addresses(base: int, link: int, kind: DeviceType, *, ipv6: bool = False) -> list[str]:
    """Return the ends of link number `link`, from 1, of the trays of a class."""
    return series(base + (link - 1) * LINK_STRIDE + 3, kind.count, step=2, ipv6=ipv6)


def link_address(base: int, link: int, tray: int, *, ipv6: bool = False) -> str:
    """Return a tray's end of its link number `link`, from 1; the switch's end is one lower."""
    return text(base + (link - 1) * LINK_STRIDE + 2 * tray + 1, ipv6=ipv6)
