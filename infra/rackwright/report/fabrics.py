"""Fabrics for the report: switches by plane and rail with their cables counted, and every cable.

Of a campus's cables a person looks at those of one leaf at a time, so they are in a file for each
fabric and scalable unit, those down to the racks and those up to the spines apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from rackwright.inventory import Inventory
from rackwright.inventory.cabling import LENGTH_CLASSES, Cable, Fabric, LengthClass, Switch
from rackwright.report.script import table


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted while the units went by: a campus is not held in memory for it."""

    switches: list[Switch] = field(default_factory=list)
    down: Counter[tuple[str, bool]] = field(default_factory=Counter)
    """Cables from trays and shelves by leaf, and whether they are reserved."""
    up: Counter[tuple[str, bool]] = field(default_factory=Counter)
    """Cables to spines by leaf, and whether they are reserved."""
    lengths: Counter[tuple[str, int, LengthClass, bool]] = field(default_factory=Counter)
    """Cables by fabric, speed, length class, and whether they are reserved."""

    def add(self, unit: Inventory) -> None:
        """Count the switches and cables of a cabled unit."""
        self.switches.extend(unit.switches)
        is_up = unit.unit.kind == "fabric"
        for cable in unit.cables:
            if is_up:
                self.up[cable.source.device, cable.reserved] += 1
            else:
                self.down[cable.target.device, cable.reserved] += 1
            self.lengths[cable.fabric, cable.gbps, cable.length, cable.reserved] += 1


def fabric(site: Inventory, fabric: Fabric, counts: Counts) -> dict[str, object]:
    """Return a fabric as plain data, its switches and how many cables each has."""
    mine = [each for each in counts.switches if each.fabric == fabric.name]
    return {
        "name": fabric.name,
        "kind": fabric.kind,
        "model": fabric.model,
        "halls": fabric.halls,
        "planned": fabric.planned,
        "here": [unit for unit in fabric.planned if unit in site.common.units],
        "links": fabric.links,
        "unproven": fabric.unproven,
        "spines": table(
            "name plane reserved",
            ((each.name, each.plane, each.reserved) for each in mine if each.tier == "spine"),
        ),
        "leaves": table(
            "name unit rack plane rail reserved down downReserved up upReserved",
            (_leaf(each, counts) for each in mine if each.tier == "leaf"),
        ),
        "cables": table("gbps length installed reserved", _lengths(fabric, counts)),
    }


def cables(unit: Inventory, counts: Counts) -> Iterator[tuple[str, object]]:
    """Yield the cables of a cabled unit, each list with the name it is loaded by.

    The units of its leaves must have been counted before those of a fabric.
    """
    if unit.unit.kind == "fabric":
        units = {switch.name: switch.unit for switch in counts.switches}
        for name, those in groupby(unit.cables, key=lambda cable: units[cable.source.device]):
            yield f"uplinks/{unit.unit.name}/{name}", list(_up(those))
    elif unit.unit.kind == "scalable-unit":
        labels = {device.name: device.label for device in unit.devices}
        planned = [each.name for each in unit.common.fabrics if unit.unit.name in each.planned]
        by_fabric: dict[str, list[Cable]] = {name: [] for name in planned}
        for cable in unit.cables:
            by_fabric[cable.fabric].append(cable)
        for name, mine in by_fabric.items():
            yield f"downlinks/{name}/{unit.unit.name}", list(_down(mine, labels))


def _up(cables: Iterable[Cable]) -> Iterator[object]:
    """Yield cables to spines by leaf: bundle, sequence, the leaf's port, spine, its port."""
    for (leaf, gbps, length, reserved), alike in groupby(
        cables, key=lambda each: (each.source.device, each.gbps, each.length, each.reserved)
    ):
        rows = [
            (each.bundle, each.sequence, each.source.port, each.target.device, each.target.port)
            for each in alike
        ]
        yield {"leaf": leaf, **_shared(gbps, length, reserved), "cables": rows}


def _down(cables: Iterable[Cable], labels: Mapping[str, str]) -> Iterator[object]:
    """Yield cables to leaves by bundle: sequence, label of the device, its port, the leaf's."""
    bundles: dict[tuple[str, str, str, int, str, bool], list[tuple[int, str, str, str]]] = {}
    for each in cables:
        source, target = each.source, each.target
        ends = (each.bundle, source.rack, target.device, each.gbps, each.length, each.reserved)
        row = (each.sequence, labels[source.device], source.port, target.port)
        bundles.setdefault(ends, []).append(row)
    for (bundle, rack, leaf, gbps, length, reserved), rows in bundles.items():
        ends_of = {"bundle": bundle, "rack": rack, "leaf": leaf}
        yield {**ends_of, **_shared(gbps, length, reserved), "cables": rows}


def _shared(gbps: int, length: str, reserved: bool) -> dict[str, object]:
    return {"gbps": gbps, "length": length, "reserved": reserved}


def _leaf(leaf: Switch, counts: Counts) -> tuple[object, ...]:
    down, up = counts.down, counts.up
    return (
        leaf.name,
        leaf.unit,
        leaf.rack,
        leaf.plane,
        leaf.rail,
        leaf.reserved,
        down[leaf.name, False],
        down[leaf.name, True],
        up[leaf.name, False],
        up[leaf.name, True],
    )


def _lengths(fabric: Fabric, counts: Counts) -> Iterator[tuple[int, str, int, int]]:
    kinds = sorted(
        {(gbps, length) for name, gbps, length, _ in counts.lengths if name == fabric.name},
        key=lambda kind: (LENGTH_CLASSES.index(kind[1]), kind[0]),
    )
    for gbps, length in kinds:
        now, later = (counts.lengths[fabric.name, gbps, length, x] for x in (False, True))
        yield gbps, length, now, later
