"""NVLink domains and Slurm blocks: what must not be longer or shorter than the hardware."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from rackwright.expand import naming, scheduling
from rackwright.inventory import Inventory, Pool, Rack
from rackwright.problems import Problem
from rackwright.rules import places
from rackwright.rules.places import Place
from rackwright.spec import Loaded
from rackwright.yamlfile import Path


def blocks_are_full(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """The controller does not start with a block that has fewer nodes than the first BlockSizes."""
    yield from places.once(_short_blocks(loaded, units), "blocks")


def _short_blocks(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[tuple[str, Problem]]:
    for inventory in units:
        if inventory.unit.kind == "pool":
            pool = inventory.common.pool(inventory.unit.name)
            least = min(pool.block_sizes, default=0)
            for name, rack, nodes in _blocks(inventory, pool):
                if nodes < least:
                    path = places.named(loaded, rack.name).rack.at("name")
                    yield name, _short(loaded, path, rack, pool, name, nodes)


def _blocks(inventory: Inventory, pool: Pool) -> Iterator[tuple[str, Rack, int]]:
    """Yield every block of a pool with its first rack, and how many nodes it has."""
    if pool.partitions:
        racks = {rack.name: rack for rack in scheduling.racks(inventory)}
        for name, nodes in scheduling.seats(inventory).items():
            if name not in racks:  # a tray in no partition is said as `partition-gap`
                yield name, racks[nodes[0][0]], len(nodes)
    else:
        for rack in scheduling.racks(inventory):
            yield rack.name, rack, _present(rack)


def _present(rack: Rack) -> int:
    """Return how many compute trays of a rack are there."""
    kind = rack.hardware.device_type("compute")
    if not rack.open:
        return kind.count
    return sum(naming.label(kind, index) not in rack.open for index in range(1, kind.count + 1))


def block_sizes_double(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """The controller does not start with sizes that are no power of two times the first."""
    for path, (base, *larger) in _with_sizes(loaded):
        for place, size in enumerate(larger, start=1):
            doublings, rest = divmod(size, base)
            if rest or doublings & (doublings - 1) or doublings < 2:
                yield loaded.document.problem(
                    (*path, place),
                    "block-sizes",
                    f"{size} is not a block size beside {base}",
                    because=("every size is the first, doubled once or more",),
                    hint=f"{', '.join(str(base << n) for n in range(1, 4))} are",
                )


def block_sizes_keep_spares(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A block that needs every tray of a rack has no spare: one failure and it takes no job."""
    for place, pool in enumerate(loaded.site.pools):
        if pool.slurm is None:
            continue
        trays = scheduling.smallest_block(loaded, pool, otherwise=0)
        base, spares = (pool.slurm.block_sizes or (1,))[0], pool.slurm.spares
        if spares and trays and base + spares > trays:
            known = pool.slurm.block_sizes is not None
            sizes = (f"block_sizes begins with {base}",) if known else ()
            what = "its smallest partition" if pool.nvlink_partitions else "a rack"
            yield loaded.document.problem(
                ("pools", place, "slurm", "spares"),
                "spares-not-kept",
                f"a block of pool {pool.name} cannot do without {spares} of its trays",
                because=(f"{what} has {trays} compute trays", *sizes),
                hint="leave block_sizes out: they follow from the racks and the spares"
                if known
                else "",
            )


def paired_blocks_are_aligned(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A position that is missing pairs racks of two scalable units, and later all anew."""
    planned = loaded.site.networks.racks_per_scalable_unit
    places_of = {pool.name: place for place, pool in enumerate(loaded.site.pools)}
    for inventory in units:
        if inventory.unit.kind != "pool" or not inventory.racks:
            continue
        pool = inventory.common.pool(inventory.unit.name)
        if not scheduling.paired(pool):
            continue
        together = _racks_together(pool)
        first = inventory.racks[0]
        start = first.number - first.number % min(together, planned)
        for order, rack in enumerate(inventory.racks):
            if (rack.number - start - order) % together:
                yield _unaligned(loaded, places_of[pool.name], inventory, order, together)
                break


def _racks_together(pool: Pool) -> int:
    """Return how many racks the largest block of a pool is made of."""
    return max(max(pool.block_sizes) // pool.block_sizes[0] // max(len(pool.partitions), 1), 1)


def _unaligned(
    loaded: Loaded, place: int, inventory: Inventory, order: int, together: int
) -> Problem:
    rack = inventory.racks[order]
    before = f" after {inventory.racks[order - 1].name}" if order else ""
    return loaded.document.problem(
        ("pools", place, "slurm", "block_sizes"),
        "blocks-unaligned",
        f"positions are missing{before}, so pool {inventory.unit.name} would pair racks anew",
        because=(
            f"rack {rack.name} is rack {rack.index} of {rack.unit}, and block {order + 1}",
            f"Slurm makes its largest blocks of {together} neighbours, in this order",
        ),
        hint="write the missing racks as `state: planned`: they keep their place",
        key=True,
    )


def imex_lists_fit_their_domain(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """IMEX across the end of an NVLink domain starts, and then no memory can be shared."""
    racks = {rack.name: rack for each in units if each.unit.kind == "site" for rack in each.racks}
    domains: dict[str, dict[str, Place]] = defaultdict(dict)
    for place in places.racks(loaded):
        if place.rack.name in racks:
            domains[racks[place.rack.name].nvlink_domain].setdefault(place.rack.name, place)
    for domain, members in domains.items():
        types = [racks[name].hardware for name in members]
        nodes = sum(kind.device_type("compute").count for kind in types)
        limit = min(kind.domain_nodes for kind in types)
        if nodes > limit:
            yield loaded.document.problem(
                list(members.values())[-1].rack.at("nvlink_domain"),
                "imex-beyond-domain",
                f"the IMEX list of NVLink domain {domain} would be longer than the domain",
                because=(
                    f"its racks {', '.join(members)} have {nodes} compute trays",
                    f"an NVLink domain of {types[0].name} has {limit}",
                ),
                hint="leave nvlink_domain out: a rack is a domain of its own",
            )


def _with_sizes(loaded: Loaded) -> Iterator[tuple[Path, tuple[int, ...]]]:
    for place, pool in enumerate(loaded.site.pools):
        if pool.slurm and pool.slurm.block_sizes:
            yield ("pools", place, "slurm", "block_sizes"), pool.slurm.block_sizes


def _derived(loaded: Loaded, pool: Pool) -> bool:
    """Return whether the pool's block sizes follow from its racks."""
    written = next(each for each in loaded.site.pools if each.name == pool.name)
    return written.slurm is None or written.slurm.block_sizes is None


def _short(loaded: Loaded, path: Path, rack: Rack, pool: Pool, block: str, nodes: int) -> Problem:
    count, base = _room(rack, pool, block), min(pool.block_sizes)
    opened = [label for label in rack.open if label.startswith("c")]
    reasons = (f"open: {', '.join(opened)}",) if opened else ()
    what = "partition" if pool.partitions else "rack"
    whole = "it" if pool.partitions else f"a {rack.hardware.name}"
    return loaded.document.problem(
        path,
        "block-too-small",
        f"{what} {block} has {nodes} nodes, and a block of pool {pool.name} needs {base}",
        because=(f"{whole} has {count} compute trays", *reasons),
        hint=f"say how many a block can do without: `spares: {count - nodes}`"
        if _derived(loaded, pool)
        else f"block_sizes may begin with a smaller number: [{min(nodes, 16)}]",
    )


def _room(rack: Rack, pool: Pool, block: str) -> int:
    """Return how many trays a block has room for."""
    for each in pool.partitions:
        if block == f"{rack.nvlink_domain}.{each.name}":
            return each.last - each.first + 1
    return rack.hardware.device_type("compute").count
