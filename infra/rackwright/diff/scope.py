"""Which units can differ between two sides: only those are expanded, cabled and rendered.

A campus has 132 scalable units, and a change touches one. What a unit is made of is its racks, its
as-built rows, its overrides and what is common to the site; where all of it is equal, so is the
unit, and nobody needs to see that again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from rackwright import expand
from rackwright.inventory import SITE_UNIT, Common, Inventory, Rack, Unit
from rackwright.spec import Loaded

SITE = Unit("site", SITE_UNIT)


def units(
    before: tuple[Loaded, Inventory] | None, after: tuple[Loaded, Inventory]
) -> tuple[tuple[Unit, ...], tuple[Unit, ...]]:
    """Return the units to expand of each side; all of the later one where nothing is known."""
    every = expand.units(after[0])
    if before is None:
        return (), every
    old = expand.units(before[0])
    if not _same_for_all(before[1].common, after[1].common):
        return old, every
    names = {*_names(before, after)}
    pools = {rack.pool for _, site in (before, after) for rack in site.racks if rack.unit in names}
    fabrics = {
        fabric.name
        for _, site in (before, after)
        for fabric in site.common.fabrics
        if names & set(fabric.planned)
    }
    wanted = {
        SITE,
        *(Unit("scalable-unit", name) for name in names),
        *(Unit("pool", name) for name in pools),
        *(Unit("fabric", name) for name in fabrics),
    }
    return tuple(unit for unit in old if unit in wanted), tuple(
        unit for unit in every if unit in wanted
    )


def _same_for_all(before: Common, after: Common) -> bool:
    """Return whether what every unit may use is the same; which units there are is not that."""
    return dataclasses.replace(before, inputs={}, units=()) == dataclasses.replace(
        after, inputs={}, units=()
    )


def _names(before: tuple[Loaded, Inventory], after: tuple[Loaded, Inventory]) -> Iterator[str]:
    """Yield the scalable units that can differ."""
    old, new = _racks(before[1]), _racks(after[1])
    for name in sorted({*before[1].common.units, *after[1].common.units}):
        file = f"as-built/{name}.csv"
        same_rows = before[0].inputs.get(file) == after[0].inputs.get(file)
        if not same_rows or old.get(name) != new.get(name):
            yield name


def _racks(site: Inventory) -> dict[str, list[Rack]]:
    found: dict[str, list[Rack]] = {}
    for rack in site.racks:
        found.setdefault(rack.unit, []).append(rack)
    return found
