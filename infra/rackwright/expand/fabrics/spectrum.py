"""What Spectrum-4 switches of 64 cages have in common: 128 ports of 400G, two in each cage.

SN5600, SN5610 and SN5600D differ in their management ports and in what power they take. A cage is
split in two, and the names are those of Cumulus Linux: swp1s0, swp1s1, swp2s0. The ports of the
first 32 cages lead down and those of the others up.
"""

from __future__ import annotations

from functools import cache

PORTS = 128
GBPS = 400
RACKS_PER_LEAF = 2
GROUPS = 4
"""Leaves a lane in a scalable unit of eight racks."""
FIRST_UP = PORTS // 2 + 1


@cache
def name(number: int) -> str:
    """Return the name of port number n, from 1."""
    return f"swp{(number + 1) // 2}s{(number - 1) % 2}"
