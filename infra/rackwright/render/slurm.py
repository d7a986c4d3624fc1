"""Slurm: a pool's cluster, where what shares NVLink is one block of topology/block.

Nodes of a rack are one line, so that a rack that comes or goes changes its own lines only. Where
blocks are paired, a planned rack has its lines already, with nodes of the state FUTURE, which Slurm
takes as names alone: the day it is installed its one line changes, and no block's place does. The
schedulers' files end with an include of a file that belongs to the host: what one kernel cannot do
is said there, beside the rendered files and never in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from operator import attrgetter

from msgspec import Struct

from rackwright.expand import naming, scheduling
from rackwright.hardware import Host
from rackwright.inventory import Device, Inventory, Rack
from rackwright.render.ansible import pool_of
from rackwright.render.delivery import slurm_files
from rackwright.render.jinja import fill


class Nodes(Struct, frozen=True):
    """Nodes of one rack that are alike: one line of slurm.conf."""

    names: str
    addresses: str
    host: Host
    cpus: int
    gpu_files: str
    state: str
    """What follows `State=`, with the reason; empty when they take jobs."""


class Block(Struct, frozen=True):
    """One rack, or one partition of an NVLink domain, as Slurm's topology sees it."""

    name: str
    nodes: str


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield the files of a pool that Slurm schedules."""
    if inventory.unit.kind != "pool" or (pool := pool_of(inventory)).slurm is None:
        return
    common = inventory.common
    nodes = {node.name: node for node in common.service_nodes}
    values = {
        "site": common.site,
        "pool": pool,
        "controllers": tuple(nodes[name] for name in pool.controllers),
        "nodes": tuple(_nodes(inventory)),
        "blocks": tuple(_blocks(inventory)),
        "block_sizes": ",".join(map(str, pool.block_sizes)),
    }
    for name in slurm_files(pool):
        template = f"slurm/{name.replace('.yaml', '.yml')}.j2"
        yield f"{inventory.unit.folder}/slurm/{name}", fill(template, **values)


def hostlist(names: Sequence[str]) -> str:
    """Return names that differ only in their last two digits in Slurm's short form.

    `["a-c01", "a-c02", "a-c05"]` is `a-c[01-02,05]`; the names must be sorted.
    """
    return f"{names[0][:-2]}[{_ranges(tuple([name[-2:] for name in names]))}]"


def _nodes(inventory: Inventory) -> Iterator[Nodes]:
    for rack in scheduling.racks(inventory):
        trays = inventory.present(rack.name, "compute")
        host = rack.hardware.host
        cpus = host.sockets * host.cores_per_socket * host.threads_per_core
        for state, alike in sorted(_by_state(rack, trays).items()):
            names = hostlist([tray.name for tray in alike])
            gpu_files = f"/dev/nvidia[0-{host.gpus - 1}]"
            yield Nodes(names, _addresses(alike), host, cpus, gpu_files, state)


def _by_state(rack: Rack, trays: Sequence[Device]) -> dict[str, list[Device]]:
    found: dict[str, list[Device]] = {}
    for hold, alike in groupby(trays, attrgetter("hold")):
        found.setdefault(_state(rack, hold), []).extend(alike)
    return found


def _state(rack: Rack, hold: str) -> str:
    if not rack.installed:
        return "FUTURE"
    reason = hold.replace('"', "'")
    return f'DRAIN Reason="{reason}"' if reason else ""


def _blocks(inventory: Inventory) -> Iterator[Block]:
    for name, trays in scheduling.blocks(inventory).items():
        yield Block(name, hostlists(trays))


def hostlists(trays: Sequence[Device]) -> str:
    """Return the names of trays in Slurm's short form, rack by rack."""
    racks: dict[str, list[str]] = {}
    for rack, mine in groupby(trays, attrgetter("rack")):
        racks.setdefault(rack, []).extend(tray.name for tray in mine)
    return ",".join(map(hostlist, racks.values()))


def _addresses(trays: Sequence[Device]) -> str:
    stems: dict[str, list[str]] = {}
    for tray in trays:
        stem, _, last = tray.address.rpartition(".")
        stems.setdefault(stem, []).append(last)
    by_number = sorted(stems, key=lambda stem: tuple(map(int, stem.split("."))))
    return ",".join(f"{stem}.[{_ranges(tuple(stems[stem]))}]" for stem in by_number)


@cache
def _ranges(numbers: tuple[str, ...]) -> str:
    """Return numbers in short, each as it is written: `01-03,07`; most racks have the same ones."""
    written = {int(number): number for number in numbers}
    return ",".join(
        written[first] if first == last else f"{written[first]}-{written[last]}"
        for first, last in naming.runs(written)
    )
