"""How large the blocks of a pool are, and which nodes are in each.

A block is what shares NVLink: a rack, or a partition where NVLink domains are divided. Where larger
blocks are made of them, Slurm pairs neighbours in the order of the file. A rack that is planned
then has its block already, of nodes that do not exist yet: nothing is paired anew when it arrives.
"""

from __future__ import annotations

import re
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from rackwright.expand import naming
from rackwright.hardware import HardwareType
from rackwright.inventory import Device, Inventory, Pool, Rack
from rackwright.inventory.scheduling import Slurm

if TYPE_CHECKING:
    from rackwright.spec import Loaded, pools

READS_YAML = (25, 5)
"""The first Slurm that reads topology.yaml: topology.yaml(5) is of May 2025."""


def slurm(pool: pools.Pool) -> Slurm | None:
    """Return how Slurm runs a pool; None where it does not."""
    if pool.slurm is None:
        return None
    version = pool.slurm.version or ""
    numbers = tuple(int(number) for number in re.findall("[0-9]+", version))
    return Slurm(
        version=version,
        backup=pool.slurm.backup or "",
        state_folder=pool.slurm.state_folder,
        topology="topology.yaml" if numbers >= READS_YAML else "topology.conf",
    )


def block_sizes(loaded: Loaded, pool: pools.Pool) -> tuple[int, ...]:
    """Return BlockSizes of a pool; none where Slurm does not schedule it.

    They follow from the racks' type and never from which trays are there, so a tray that comes or
    goes changes no block but its own.
    """
    if pool.slurm is None:
        return ()
    if pool.slurm.block_sizes:
        return pool.slurm.block_sizes
    return (max(smallest_block(loaded, pool, otherwise=1) - pool.slurm.spares, 1),)


def smallest_block(loaded: Loaded, pool: pools.Pool, *, otherwise: int) -> int:
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


def paired(pool: Pool) -> bool:
    """Return whether Slurm makes larger blocks of a pool's blocks."""
    return len(pool.block_sizes) > 1


def racks(inventory: Inventory) -> tuple[Rack, ...]:
    """Return the racks of a pool that Slurm is told of: also planned ones where it pairs blocks."""
    pool = inventory.common.pool(inventory.unit.name)
    return inventory.racks if paired(pool) else inventory.installed()


def seats(inventory: Inventory) -> dict[str, list[tuple[str, str]]]:
    """Return who is in every block of a pool, as rack and label; racks say it without devices."""
    found: dict[str, list[tuple[str, str]]] = {}
    for rack in racks(inventory):
        kind = rack.hardware.device_type("compute")
        for label in (naming.label(kind, index) for index in range(1, kind.count + 1)):
            if label not in rack.open:
                block = _block(rack, rack.partitions.get(label, ""))
                found.setdefault(block, []).append((rack.name, label))
    return found


def blocks(inventory: Inventory) -> dict[str, list[Device]]:
    """Return the nodes of every block of a pool by its name: `a01`, or `a01.left`."""
    found: dict[str, list[Device]] = {}
    for rack in racks(inventory):
        trays = inventory.present(rack.name, "compute")
        for partition, alike in groupby(trays, attrgetter("partition")):
            found.setdefault(_block(rack, partition), []).extend(alike)
    return found


def _block(rack: Rack, partition: str) -> str:
    """Return the name of a block.

    A divided domain's blocks bear its name; a dot is in no rack's name, so they are nobody else's.
    """
    return f"{rack.nvlink_domain}.{partition}" if partition else rack.name
