"""Management ports of Ethernet switches: what DHCP and DNS must know of one before it has started.

A switch that has just been plugged in knows nothing, not even its name. DHCP knows it by the MAC of
its management port, which only the factory has, and tells it name, address and where its
configuration is. That port is on none of the switches that are configured here: the first of them
must come up too.
"""

from __future__ import annotations

from msgspec import Struct


class Prefix(Struct, frozen=True):
    """One subnet of management ports; its first address is the gateway."""

    prefix: str
    gateway: str


class Managed(Struct, frozen=True, kw_only=True):
    """The management port of one switch, `eth0`."""

    name: str
    """The switch's own."""
    fabric: str
    serial: str
    mac: str
    address: str
    subnet: Prefix
