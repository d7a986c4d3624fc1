"""Which address everything has: arithmetic on explicit indexes and on what is planned.

A rack's number counts positions, not racks: hall 2, unit 1, rack 1 has the same number whether hall
1 is full or empty. So no rack's address depends on which other racks are there. Inside a rack's
prefix the first address is the gateway, and each class of device starts at a fixed offset.
"""

from __future__ import annotations

from ipaddress import IPv4Network

from rackwright.hardware import DeviceClass

OFFSETS: dict[DeviceClass, int] = {"compute": 10, "power-shelf": 30, "nvlink-switch": 40}
"""Device number n of a class has address offset + n in its rack's prefix."""


def rack_number(
    hall: int, unit: int, rack: int, *, units_per_hall: int, racks_per_unit: int
) -> int:
    """Return a rack's place in the address spaces, from 0; the indexes count from 1."""
    return ((hall - 1) * units_per_hall + unit - 1) * racks_per_unit + rack - 1


def rack_base(network: IPv4Network, length: int, number: int) -> int:
    """Return the first address of a rack's prefix, as a number."""
    return int(network.network_address) + number * (1 << (32 - length))


def possible_racks(network: IPv4Network, length: int) -> int:
    """Return how many rack prefixes of `length` the network holds."""
    return 1 << (length - network.prefixlen) if length >= network.prefixlen else 0


def text(address: int) -> str:
    """Return an address as people write it."""
    return f"{address >> 24 & 255}.{address >> 16 & 255}.{address >> 8 & 255}.{address & 255}"


def device_address(base: int, device_class: DeviceClass, index: int) -> str:
    """Return the address of a device in the prefix that starts at `base`."""
    return text(base + OFFSETS[device_class] + index)
