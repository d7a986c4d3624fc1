"""NVLink domains and Slurm blocks: what must not be longer or shorter than the hardware."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from rackwright.inventory import Inventory, Rack
from rackwright.problems import Problem
from rackwright.rules import places
from rackwright.rules.places import Place
from rackwright.spec import Loaded


def blocks_are_full(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """The controller does not start with a block that has fewer nodes than the first BlockSizes."""
    for inventory in units:
        if inventory.unit.kind != "pool":
            continue
        pool = next(pool for pool in loaded.site.pools if pool.name == inventory.unit.name)
        base = min(pool.slurm.block_sizes)
        present = Counter(device.rack for device in inventory.devices if not device.open)
        for rack in inventory.installed():
            if present[rack.name] < base:
                yield _short(loaded, rack, pool.name, present[rack.name], base)


def imex_lists_fit_their_domain(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """IMEX across the end of an NVLink domain starts, and then no memory can be shared."""
    racks = {rack.name: rack for each in units if each.unit.kind == "site" for rack in each.racks}
    domains: dict[str, dict[str, Place]] = defaultdict(dict)
    for place in places.racks(loaded.site):
        if place.rack.name in racks:
            domains[racks[place.rack.name].nvlink_domain].setdefault(place.rack.name, place)
    for domain, members in domains.items():
        types = [racks[name].hardware for name in members]
        nodes = sum(kind.device_type("compute").count for kind in types)
        limit = min(kind.domain_nodes for kind in types)
        if nodes > limit:
            yield loaded.document.problem(
                (*list(members.values())[-1].path, "nvlink_domain"),
                "imex-beyond-domain",
                f"the IMEX list of NVLink domain {domain} would be longer than the domain",
                because=(
                    f"its racks {', '.join(members)} have {nodes} compute trays",
                    f"an NVLink domain of {types[0].name} has {limit}",
                ),
                hint="leave nvlink_domain out: a rack is a domain of its own",
            )


def _short(loaded: Loaded, rack: Rack, pool: str, nodes: int, base: int) -> Problem:
    path = next(place.path for place in places.racks(loaded.site) if place.rack.name == rack.name)
    count = rack.hardware.device_type("compute").count
    opened = [label for label in rack.open if label.startswith("c")]
    reasons = (f"open: {', '.join(opened)}",) if opened else ()
    return loaded.document.problem(
        (*path, "name"),
        "block-too-small",
        f"rack {rack.name} has {nodes} nodes, and a block of pool {pool} needs {base}",
        because=(f"a {rack.hardware.name} has {count} compute trays", *reasons),
        hint=f"block_sizes may begin with a smaller number: [{min(nodes, 16)}]",
    )
