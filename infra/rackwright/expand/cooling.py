"""Which loop cools what: the flow its racks need at its temperature, and their heat."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from rackwright.hardware import Cooling
from rackwright.inventory import CoolingLoop, Rack

if TYPE_CHECKING:
    from rackwright.spec import cooling
    from rackwright.spec.layout import Hall

_DIGITS = 6
"""Sums are rounded, so that 0.1 and 0.2 are no more than 0.3."""


def loops(halls: Iterable[Hall], racks: Iterable[Rack]) -> Iterator[CoolingLoop]:
    """Yield every cooling loop of the halls, with what its racks ask of it."""
    by_unit: dict[tuple[str, int], list[Rack]] = defaultdict(list)
    for rack in racks:
        by_unit[rack.hall, rack.pod].append(rack)
    for hall in halls:
        for loop in hall.cooling:
            units = served(hall, loop)
            yield _loop(
                hall.name, loop, [rack for unit in units for rack in by_unit[hall.name, unit]]
            )


def served(hall: Hall, loop: cooling.CoolingLoop) -> tuple[int, ...]:
    """Return the indexes of the scalable units that a loop cools."""
    if loop.scalable_units is not None:
        return tuple(sorted(set(loop.scalable_units)))
    return tuple(sorted(unit.index for unit in hall.scalable_units))


def required_flow(table: Cooling, celsius: float) -> float | None:
    """Return the flow in L/min a rack needs at a supply temperature; None beyond the table.

    Between two rows the flow is on the straight line. Real curves sag below it, so this asks for a
    little more than is needed; beyond the first and the last row nobody knows.
    """
    rows = table.flow
    for (low, less), (high, more) in pairwise(rows):
        if low <= celsius <= high:
            return less + (more - less) * (celsius - low) / (high - low)
    return rows[0][1] if len(rows) == 1 and rows[0][0] == celsius else None


def _loop(hall: str, loop: cooling.CoolingLoop, racks: list[Rack]) -> CoolingLoop:
    counts: dict[str, list[Rack]] = defaultdict(list)
    for rack in racks:
        counts[rack.hardware.name].append(rack)
    flows = {
        name: required_flow(alike[0].hardware.cooling, loop.supply_celsius)
        for name, alike in counts.items()
    }
    running = max(loop.cdus - loop.spare_cdus, 0)
    return CoolingLoop(
        hall=hall,
        name=loop.name,
        supply_celsius=loop.supply_celsius,
        cdus=loop.cdus,
        spare_cdus=loop.spare_cdus,
        racks=len(racks),
        flow_lpm=running * loop.cdu_lpm,
        needed_lpm=round(
            sum(len(alike) * (flows[name] or 0) for name, alike in counts.items()), _DIGITS
        ),
        capacity_kw=running * loop.cdu_kw if loop.cdu_kw else None,
        heat_kw=round(sum(_heat(rack) for rack in racks), _DIGITS),
        beyond=tuple(sorted(name for name, flow in flows.items() if flow is None)),
    )


def _heat(rack: Rack) -> float:
    """Return what a rack at its maximum gives to the liquid, in kilowatt."""
    kind = rack.hardware
    return kind.power.max_kw * kind.cooling.liquid_percent / 100
