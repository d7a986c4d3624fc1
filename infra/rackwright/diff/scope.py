"""Which units can differ between two sides: only those are expanded, cabled and rendered.

A campus has 132 scalable units, and a change touches one. What a unit is made of is its racks, its
as-built rows, its overrides and what is common to the site; where all of it is equal, so is the
unit, and nobody needs to see that again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator

from rackwright import expand
from rackwright.diff.rows import unit_of
from rackwright.inventory import SITE_UNIT, Common, Inventory, Rack, Unit
from rackwright.spec import Loaded

SITE = Unit("site", SITE_UNIT)


def units(
    before: tuple[Loaded, Inventory] | None,
    after: tuple[Loaded, Inventory],
    *,
    rendering: bool,
) -> tuple[tuple[Unit, ...], tuple[Unit, ...]]:
    """Return the units to expand of each side; all of the later one where nothing is known.

    Pools, and fabrics whose racks are the same, are wanted where they are to be rendered.
    """
    every = expand.units(after[0])
    if before is None:
        return (), every
    old = expand.units(before[0])
    if not _same_for_all(before[1].common, after[1].common):
        return old, every
    moved = {*_moved(before[1], after[1])}
    names = moved | {*_rows_moved(before[0], after[0])}
    pools = {rack.pool for _, site in (before, after) for rack in site.racks if rack.unit in names}
    fabrics = {
        fabric.name
        for _, site in (before, after)
        for fabric in site.common.fabrics
        if (names if rendering else moved) & set(fabric.planned)
    }
    wanted = {
        *(Unit("scalable-unit", name) for name in names),
        *(Unit("pool", name) for name in pools if rendering),
        *(Unit("fabric", name) for name in fabrics),
    }
    if rendering:
        wanted.add(SITE)
    return _only(old, wanted), _only(every, wanted)


def _only(units: Iterable[Unit], wanted: Collection[Unit]) -> tuple[Unit, ...]:
    return tuple(unit for unit in units if unit in wanted)


def _same_for_all(before: Common, after: Common) -> bool:
    """Return whether what every unit may use is the same; which units there are is not that."""
    return all(
        getattr(before, field.name) == getattr(after, field.name)
        for field in dataclasses.fields(Common)
        if field.name not in ("inputs", "units")
    )


def _moved(before: Inventory, after: Inventory) -> Iterator[str]:
    """Yield the scalable units whose racks are not as they were."""
    old, new = _racks(before), _racks(after)
    yield from (name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name))


def _rows_moved(before: Loaded, after: Loaded) -> Iterator[str]:
    """Yield the scalable units whose as-built data is not as it was."""
    for name in sorted(before.inputs.keys() | after.inputs.keys()):
        unit = unit_of(name)
        if unit and before.inputs.get(name) != after.inputs.get(name):
            yield unit


def _racks(site: Inventory) -> dict[str, list[Rack]]:
    found: dict[str, list[Rack]] = {}
    for rack in site.racks:
        found.setdefault(rack.unit, []).append(rack)
    return found
