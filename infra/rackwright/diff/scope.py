"""Which units can differ between two sides: only those are expanded, cabled and rendered.

A campus has 132 scalable units, and a change touches one. What a unit is made of is its racks, its
as-built rows, its overrides and what is common to the site; where all of it is equal, so is the
unit, and nobody needs to see that again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from msgspec import Struct

from rackwright import expand
from rackwright.asbuilt import unit_of
from rackwright.diff.sides import Side
from rackwright.expand.fabrics import cabled
from rackwright.inventory import SITE_UNIT, Common, Inventory, Rack, Unit
from rackwright.problems import SpecError
from rackwright.spec import Loaded

SITE = Unit("site", SITE_UNIT)


Wanted = tuple[tuple[Unit, ...], tuple[Unit, ...]]
"""Units of the earlier side, and of the later one."""


class Opened(Struct, frozen=True):
    """A side's specification, its site unit, and what expands its other units."""

    loaded: Loaded
    site: Inventory
    expand: Callable[[Unit], Inventory]


def opened(side: Side) -> Opened:
    """Return a side ready to be expanded, unit by unit.

    Raises:
        SpecError: It has no specification that is well formed.
    """
    if side.loaded is None:
        raise SpecError(side.problems)
    known = side.pending.expansion if side.pending else expand.expansion(side.loaded)
    return Opened(side.loaded, known.inventory(SITE), known.inventory)


def expanded(
    side: Opened, wanted: Iterable[Unit], recabled: Collection[Unit] | None = None
) -> Iterator[Inventory]:
    """Yield units of a side, expanded, one at a time: a campus has 200,000 cables.

    Only those of `recabled` are cabled, or all where it is None.
    """
    for unit in wanted:
        found = side.expand(unit)
        yield cabled(found) if recabled is None or unit in recabled else found


def recabled(before: Opened | None, after: Opened) -> Collection[Unit] | None:
    """Return the units whose cables can differ; None where all can.

    Cables follow from the numbers of the fabrics and from the racks.
    """
    if before is None or before.site.common.fabrics != after.site.common.fabrics:
        return None
    moved = {*_moved(before.site, after.site)}
    fabrics = {each.name for each in after.site.common.fabrics if moved & set(each.planned)}
    return {
        *(Unit("scalable-unit", name) for name in moved),
        *(Unit("fabric", name) for name in fabrics),
    }


def units(
    before: Opened | None,
    after: Opened,
    stale: Iterable[Unit] | None = None,
    *,
    rendering: bool,
) -> Wanted:
    """Return the units to expand of each side.

    Where nothing is known of the earlier, those of the later that are `stale`, or else all. Pools,
    and fabrics whose racks are the same, are wanted where they are to be rendered.
    """
    every = expand.units(after.loaded)
    if before is None:
        return (), every if stale is None else tuple(stale)
    old = expand.units(before.loaded)
    if not _same_for_all(before.site.common, after.site.common):
        return old, every
    moved = {*_moved(before.site, after.site)}
    names = moved | {*_rows_moved(before.loaded, after.loaded)}
    pools = {
        rack.pool for site in (before.site, after.site) for rack in site.racks if rack.unit in names
    }
    fabrics = {
        fabric.name
        for site in (before.site, after.site)
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
        getattr(before, field) == getattr(after, field)
        for field in Common.__struct_fields__
        if field not in ("inputs", "units")
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
