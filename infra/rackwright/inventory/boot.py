"""What compute trays boot where they boot over the network, and who serves it."""

from __future__ import annotations

from msgspec import Struct

BOOT_PORT = 8080
"""Of the HTTP server beside DHCP; 80 is left to whatever else a service node serves."""


class NetworkBoot(Struct, frozen=True):
    """The kernel of a pool, its initial RAM disk, and the whole of its command line."""

    kernel: str
    initrd: str
    arguments: tuple[str, ...]
