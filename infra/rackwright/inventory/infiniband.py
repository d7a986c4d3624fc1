"""InfiniBand: who is on a fabric, by the address that only the factory knows.

Partitions are lists of GUIDs, so a fabric must know the GUID of every port of its trays, and whose
tray it is. Ports whose GUID nobody wrote down are not here: a made-up one would let in a stranger.
"""

from __future__ import annotations

from msgspec import Struct

KINDS = ("quantum-x800",)
"""Kinds of fabric that are InfiniBand."""


class Member(Struct, frozen=True, kw_only=True):
    """A port of a tray on an InfiniBand fabric."""

    guid: str
    """`0x` and 16 hexadecimal digits."""
    device: str
    rack: str
    label: str
    port: str
    pool: str
    tenant: str
    """Empty where its pool has none."""
    p_key: int
    """Of its tenant; 0 where it has none."""
