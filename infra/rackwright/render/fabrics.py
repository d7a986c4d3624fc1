"""The page of each fabric, and for the other pages what fabrics and cables they have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

from rackwright.inventory import Inventory
from rackwright.inventory.cabling import LENGTH_CLASSES, Fabric
from rackwright.render import infiniband, management
from rackwright.render.jinja import fill


class Built(Struct, frozen=True):
    """A fabric, and how much of its plan the specification has."""

    name: str
    kind: str
    planned: str
    here: str
    leaves: str
    spines: str
    super_spines: str
    """Empty where it has no third tier."""
    unproven: tuple[str, ...]


class Hardware(Struct, frozen=True):
    """Switches or cables that are alike: how many are needed now, and how many once all is."""

    fabric: str
    what: str
    installed: str
    planned: str


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield the page of a fabric."""
    if inventory.unit.kind == "fabric":
        fabric = next(each for each in built(inventory) if each.name == inventory.unit.name)
        text = fill(
            "summary/fabric.md.j2",
            fabric=fabric,
            hardware=tuple(hardware(inventory)),
            partitions=infiniband.partitions(inventory),
            ports=management.counts(inventory),
        )
        yield f"{inventory.unit.folder}/SUMMARY.md", text


def built(inventory: Inventory) -> Iterator[Built]:
    """Yield a row for each fabric of the site."""
    units = frozenset(inventory.common.units)
    for fabric in inventory.common.fabrics:
        here = [unit for unit in fabric.planned if unit in units]
        yield Built(
            name=fabric.name,
            kind=fabric.kind,
            planned=f"{len(fabric.planned):,}",
            here=f"{len(here):,}",
            leaves=_leaves(fabric),
            spines=f"{fabric.spines:,}" if fabric.spines else "none",
            super_spines=f"{fabric.super_spines:,}" if fabric.super_spines else "",
            unproven=tuple(each[:1].upper() + each[1:] for each in fabric.unproven),
        )


def hardware(inventory: Inventory) -> Iterator[Hardware]:
    """Yield the switches and cables of a unit by fabric, cables by their length class."""
    planned: Counter[tuple[str, str]] = Counter()
    installed: Counter[tuple[str, str]] = Counter()
    for switch in inventory.switches:
        kind = (switch.fabric, f"{switch.model} {switch.tier}")
        planned[kind] += 1
        installed[kind] += not switch.reserved
    counts = inventory.cables.kinds()
    for length in LENGTH_CLASSES:
        for (fabric, at, gbps, reserved), count in counts.items():
            if at == length:
                kind = (fabric, f"cable {gbps}G, {length}")
                planned[kind] += count
                installed[kind] += 0 if reserved else count
    for (fabric, what), count in sorted(planned.items(), key=lambda each: each[0][0]):
        yield Hardware(fabric, what, f"{installed[fabric, what]:,}", f"{count:,}")


def _leaves(fabric: Fabric) -> str:
    if not fabric.leaves_per_unit:
        return "in the racks"
    return f"{fabric.leaves_per_unit * len(fabric.planned):,}"
