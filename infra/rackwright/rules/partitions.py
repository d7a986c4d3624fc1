"""NVLink partitions divide a domain completely, once, and never reach into the next."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.expand import naming
from rackwright.hardware import HardwareType
from rackwright.inventory import Inventory
from rackwright.problems import Problem
from rackwright.rules import places
from rackwright.spec import Loaded
from rackwright.spec.pools import Partition, Pool
from rackwright.yamlfile import Path


def partitions_are_inside_a_domain(
    loaded: Loaded, _units: tuple[Inventory, ...]
) -> Iterator[Problem]:
    """IMEX across the end of an NVLink domain starts, and then no memory can be shared."""
    for path, pool in _divided(loaded):
        kind = min(_kinds(loaded, pool), key=lambda kind: kind.domain_nodes, default=None)
        for place, each in enumerate(pool.nvlink_partitions):
            if kind and _last(each) > kind.domain_nodes:
                yield loaded.document.problem(
                    (*path, place, "count"),
                    "partition-beyond-domain",
                    f"partition {each.name} would reach into the next NVLink domain",
                    because=(
                        f"it is trays {each.first} to {_last(each)}",
                        f"a domain of {kind.name} has {kind.domain_nodes}",
                    ),
                    hint="what is said here divides every domain of the pool alike",
                )


def trays_are_in_one_partition(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A tray in two partitions, or none, has two IMEX lists or none: its jobs start and hang."""
    for path, pool in _divided(loaded):
        taken: dict[int, str] = {}
        for place, each in enumerate(pool.nvlink_partitions):
            trays = range(each.first, _last(each) + 1)
            twice = [tray for tray in trays if taken.setdefault(tray, each.name) != each.name]
            if twice:
                yield loaded.document.problem(
                    (*path, place, "first"),
                    "partition-overlap",
                    f"partitions {taken[twice[0]]} and {each.name} share trays",
                    because=(f"both have {_trays(twice)}",),
                )
        nodes = max((kind.domain_nodes for kind in _kinds(loaded, pool)), default=0)
        left = [tray for tray in range(1, nodes + 1) if tray not in taken]
        if left:
            yield loaded.document.problem(
                path,
                "partition-gap",
                f"{_trays(left)} of each NVLink domain would be in no partition",
                because=(f"a domain of pool {pool.name} has {nodes} trays",),
                hint="a tray that shares with none is a partition of `count: 1`",
                key=True,
            )


def _divided(loaded: Loaded) -> Iterator[tuple[Path, Pool]]:
    for place, pool in enumerate(loaded.site.pools):
        if pool.nvlink_partitions:
            yield ("pools", place, "nvlink_partitions"), pool


def _kinds(loaded: Loaded, pool: Pool) -> list[HardwareType]:
    names = {each.rack.kind for each in places.racks(loaded) if each.rack.pool == pool.name}
    return [loaded.catalogue[name] for name in sorted(names) if name in loaded.catalogue]


def _last(partition: Partition) -> int:
    return partition.first + partition.count - 1


def _trays(numbers: list[int]) -> str:
    """Return numbers in words: `tray 7`, `trays 1 to 4, 9`."""
    shown = ", ".join(str(a) if a == b else f"{a} to {b}" for a, b in naming.runs(numbers))
    return f"tray {shown}" if len(numbers) == 1 else f"trays {shown}"
