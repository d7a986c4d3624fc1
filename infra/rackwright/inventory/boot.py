"""What compute trays boot where they boot over the network, and who serves it."""

from __future__ import annotations

from msgspec import Struct


class NetworkBoot(Struct, frozen=True):
    """The kernel of a pool, its initial RAM disk, and the whole of its command line."""

    kernel: str
    initrd: str
    arguments: tuple[str, ...]
