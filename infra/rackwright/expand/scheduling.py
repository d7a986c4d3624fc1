"""How large the blocks of a pool are, and which nodes are in each.

A block is what shares NVLink: a rack, or a partition where NVLink domains are divided.
"""

from __future__ import annotations

from rackwright.hardware import HardwareType
from rackwright.inventory import Device, Inventory
from rackwright.spec import Loaded
from rackwright.spec.pools import Pool


def block_sizes(loaded: Loaded, pool: Pool) -> tuple[int, ...]:
    """Return BlockSizes of a pool; none where Slurm does not schedule it.

    They follow from the racks' type and never from which trays are there, so a tray that comes or
    goes changes no block but its own.
    """
    if pool.slurm is None:
        return ()
    if pool.slurm.block_sizes:
        return pool.slurm.block_sizes
    return (max(smallest_block(loaded, pool, otherwise=1) - pool.slurm.spares, 1),)


def smallest_block(loaded: Loaded, pool: Pool, *, otherwise: int) -> int:
    """Return how many trays the smallest block of a pool has room for."""
    if pool.nvlink_partitions:
        return min(partition.count for partition in pool.nvlink_partitions)
    return min(trays_of_racks(loaded, pool.name), default=otherwise)


def trays_of_racks(loaded: Loaded, pool: str) -> set[int]:
    """Return how many compute trays the racks of a pool have room for, by type."""
    return {kind.device_type("compute").count for kind in hardware_types(loaded, pool)}


def hardware_types(loaded: Loaded, pool: str) -> tuple[HardwareType, ...]:
    """Return the types of the racks of a pool, by name; planned racks count."""
    known = loaded.catalogue
    kinds = {
        rack.kind
        for hall in loaded.halls
        for unit in hall.scalable_units
        for rack in unit.racks
        if rack.pool == pool and rack.kind in known
    }
    return tuple(known[kind] for kind in sorted(kinds))


def blocks(inventory: Inventory) -> dict[str, list[Device]]:
    """Return the nodes of every block of a pool by its name: `a01`, or `a01.left`.

    A divided domain's blocks bear its name; a dot is in no rack's name, so they are nobody else's.
    """
    found: dict[str, list[Device]] = {}
    for rack in inventory.installed():
        for tray in inventory.present(rack.name, "compute"):
            divided = f"{rack.nvlink_domain}.{tray.partition}"
            found.setdefault(divided if tray.partition else rack.name, []).append(tray)
    return found
