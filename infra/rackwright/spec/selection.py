"""Which racks a pool selects, and by which line.

Pools are seldom what racks are built by: a rack changes its pool and not its place. So a pool may
name halls, runs of scalable units and single racks, and the racks themselves say nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.spec.pools import RackSelection, UnitsOfHall
from rackwright.spec.site import Site
from rackwright.yamlfile import Path


def selecting(site: Site, hall: str, unit: int, rack: str) -> Iterator[tuple[Path, str]]:
    """Yield the pools that select a rack, with the place where each does."""
    for place, pool in enumerate(site.pools):
        if pool.racks and _selects(pool.racks, hall, unit, rack):
            yield ("pools", place, "racks"), pool.name


def named(site: Site) -> frozenset[str]:
    """Return the racks that some pool selects by their names."""
    return frozenset(name for pool in site.pools if pool.racks for name in pool.racks.names)


def units_of(selection: RackSelection) -> tuple[UnitsOfHall, ...]:
    """Return the runs of scalable units of a selection, which may be written as one."""
    found = selection.scalable_units
    return found if isinstance(found, tuple) else (found,)


def _selects(selection: RackSelection, hall: str, unit: int, rack: str) -> bool:
    return (
        hall in selection.halls
        or rack in selection.names
        or any(
            run.hall == hall and run.first <= unit < run.first + run.count
            for run in units_of(selection)
        )
    )
