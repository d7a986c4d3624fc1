"""Fabrics for the report: switches by tier, plane and rail, their cables counted, and every cable.

Of a campus's cables a person looks at those of one switch at a time, so they are in a file for each
fabric and scalable unit: those inside it, and those up to the switches that a fabric shares apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter

from msgspec import Struct, field

from rackwright.inventory import Inventory, Rack
from rackwright.inventory.cabling import LENGTH_CLASSES, Cable, Fabric, LengthClass, Switch
from rackwright.report.script import Table, table


class Counts(Struct, frozen=True):
    """What was counted while the units went by: a campus is not held in memory for it."""

    switches: dict[str, Switch] = field(default_factory=dict)
    down: Counter[tuple[str, bool]] = field(default_factory=Counter)
    """Cables from below by switch, and whether they are reserved."""
    up: Counter[tuple[str, bool]] = field(default_factory=Counter)
    """Cables to the tier above by switch, and whether they are reserved."""
    lengths: Counter[tuple[str, int, LengthClass, bool]] = field(default_factory=Counter)
    """Cables by fabric, speed, length class, and whether they are reserved."""

    def add(self, unit: Inventory) -> None:
        """Count the switches and cables of a cabled unit; scalable units come before fabrics."""
        self.switches.update((switch.name, switch) for switch in unit.switches)
        for cable in unit.cables:
            self.lengths[cable.fabric, cable.gbps, cable.length, cable.reserved] += 1
            lower, upper = (self.switches.get(end.device) for end in (cable.source, cable.target))
            if lower is None or upper is None or lower.tier != upper.tier:
                self.up[cable.source.device, cable.reserved] += 1
                self.down[cable.target.device, cable.reserved] += 1


def fabric(site: Inventory, fabric: Fabric, counts: Counts) -> dict[str, object]:
    """Return a fabric as plain data, its switches and how many cables each has."""
    return {
        "name": fabric.name,
        "kind": fabric.kind,
        "model": fabric.model,
        "halls": fabric.halls,
        "planned": fabric.planned,
        "here": [unit for unit in fabric.planned if unit in site.common.units],
        "links": fabric.links,
        "superLinks": fabric.super_links,
        "unproven": fabric.unproven,
        "switches": table(
            "name tier unit rack u plane rail reserved down downReserved up upReserved",
            (_switch(each, counts) for each in counts.switches.values() if _is_of(fabric, each)),
        ),
        "cables": table("gbps length installed reserved", _lengths(fabric, counts)),
    }


def cables(unit: Inventory, counts: Counts) -> Iterator[tuple[str, object]]:
    """Yield the cables of a cabled unit, each list with the name it is loaded by.

    The scalable units must have been counted before those of a fabric.
    """
    if unit.unit.kind == "fabric":
        for name, those in groupby(
            unit.cables, key=lambda cable: counts.switches[cable.source.device].unit
        ):
            yield f"uplinks/{unit.unit.name}/{name}", list(_between(those))
    elif unit.unit.kind == "scalable-unit":
        labels = {device.name: device.label for device in unit.devices}
        for fabric in unit.common.fabrics:
            if unit.unit.name in fabric.planned:
                mine = [cable for cable in unit.cables if cable.fabric == fabric.name]
                yield f"inside/{fabric.name}/{unit.unit.name}", _inside(mine, labels)


def network_racks(racks: Iterable[Rack], counts: Counts) -> Table:
    """Return the switches that stand in racks of their own, as far as the site says where."""
    known = {rack.name for rack in racks}
    apart = (each for each in counts.switches.values() if each.rack and each.rack not in known)
    return switches(sorted(apart, key=attrgetter("name")))


def switches(found: Iterable[Switch]) -> Table:
    """Return switches with where they stand, a row each."""
    columns = ("name", "fabric", "tier", "model", "unit", "rack", "u", "reserved")
    return table(" ".join(columns), map(attrgetter(*columns), found))


def _is_of(fabric: Fabric, switch: Switch) -> bool:
    return switch.fabric == fabric.name


def _inside(cables: Sequence[Cable], labels: Mapping[str, str]) -> dict[str, object]:
    """Return the cables that do not leave a unit: from its devices, and between its switches."""
    return {
        "down": list(_down((each for each in cables if each.source.device in labels), labels)),
        "between": list(_between(each for each in cables if each.source.device not in labels)),
    }


def _between(cables: Iterable[Cable]) -> Iterator[object]:
    """Yield cables between switches by the lower: bundle, sequence, its port, the upper and its."""
    for (lower, gbps, length, reserved), alike in groupby(
        cables, key=lambda each: (each.source.device, each.gbps, each.length, each.reserved)
    ):
        rows = [
            (each.bundle, each.sequence, each.source.port, each.target.device, each.target.port)
            for each in alike
        ]
        yield {"lower": lower, **_shared(gbps, length, reserved), "cables": rows}


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


def _switch(switch: Switch, counts: Counts) -> tuple[object, ...]:
    down, up, name = counts.down, counts.up, switch.name
    return (
        name,
        switch.tier,
        switch.unit,
        switch.rack,
        switch.u,
        switch.plane,
        switch.rail,
        switch.reserved,
        down[name, False],
        down[name, True],
        up[name, False],
        up[name, True],
    )


def _lengths(fabric: Fabric, counts: Counts) -> Iterator[tuple[int, str, int, int]]:
    kinds = sorted(
        {(gbps, length) for name, gbps, length, _ in counts.lengths if name == fabric.name},
        key=lambda kind: (LENGTH_CLASSES.index(kind[1]), kind[0]),
    )
    for gbps, length in kinds:
        now, later = (counts.lengths[fabric.name, gbps, length, x] for x in (False, True))
        yield gbps, length, now, later
