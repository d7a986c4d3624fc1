"""InfiniBand: who is on a fabric, by the address that only the factory knows.

Partitions are lists of GUIDs, so a fabric must know the GUID of every port of its trays, and whose
tray it is. A GUID that nobody wrote down stays empty: a made-up one would let in a stranger.
"""

from __future__ import annotations

from msgspec import Struct

KINDS = ("quantum-x800",)
"""Kinds of fabric that are InfiniBand."""


class Member(Struct, frozen=True):
    """A tray on an InfiniBand fabric."""

    guids: tuple[str, ...]
    """Of its ports, rail by rail, `0x` and 16 hexadecimal digits; empty where it is not known."""
    device: str
    rack: str
    label: str
    pool: str
    tenant: str
    """Empty where its pool has none."""
    p_key: int
    """Of its tenant; 0 where it has none."""

    @property
    def known(self) -> int:
        """Of how many ports the GUID is known."""
        return len(self.guids) - self.guids.count("")
