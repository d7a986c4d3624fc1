"""How large the blocks of a pool are: what its racks have, less what they may lack."""

from __future__ import annotations

from rackwright import hardware
from rackwright.spec import Loaded
from rackwright.spec.services import Pool


def block_sizes(loaded: Loaded, pool: Pool) -> tuple[int, ...]:
    """Return BlockSizes of a pool.

    They follow from the racks' type and never from which trays are there, so a tray that comes or
    goes changes no block but its own.
    """
    if pool.slurm.block_sizes:
        return pool.slurm.block_sizes
    smallest = min(trays_of_racks(loaded, pool.name), default=1)
    return (max(smallest - pool.slurm.spares, 1),)


def trays_of_racks(loaded: Loaded, pool: str) -> set[int]:
    """Return how many compute trays the racks of a pool have room for, by type."""
    known = hardware.catalogue()
    kinds = {
        rack.kind
        for hall in loaded.halls
        for unit in hall.scalable_units
        for rack in unit.racks
        if rack.pool == pool and rack.kind in known
    }
    return {known[kind].device_type("compute").count for kind in kinds}
