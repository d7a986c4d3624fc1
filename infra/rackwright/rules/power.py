"""Feeds carry the racks that are planned for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rackwright.inventory import Inventory, Rack
from rackwright.problems import Problem
from rackwright.spec import Loaded

_SHOWN = 8


def feeds_carry_their_racks(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A feed that is planned beyond its breaker trips when the last rack is switched on."""
    for inventory in units:
        for feed in inventory.feeds if inventory.unit.kind == "site" else ():
            if feed.planned_kw <= feed.capacity_kw:
                continue
            here = [
                rack
                for rack in inventory.racks
                if rack.hall == feed.hall and feed.name in rack.feeds
            ]
            yield loaded.document.problem(
                ("halls", feed.hall, "feeds", feed.name, "capacity_kw"),
                "power-over-budget",
                f"feed {feed.name} of {feed.hall} would carry {feed.planned_kw:g} kW, "
                "more than it can",
                because=(
                    f"it has {len(here)} racks, planned and installed: {named(here)}",
                    f"its capacity is {feed.capacity_kw:g} kW",
                    *_planning(here),
                ),
                hint="move a scalable unit to another feed, or correct the capacity",
            )


def named(racks: Sequence[Rack]) -> str:
    """Return the names of the first racks."""
    names = ", ".join(rack.name for rack in racks[:_SHOWN])
    return f"{names}, …" if len(racks) > _SHOWN else names


def _planning(racks: Sequence[Rack]) -> Iterator[str]:
    planning = sorted({rack.hardware.power.planning_kw for rack in racks})
    yield f"each is planned with {' or '.join(f'{kw:g}' for kw in planning)} kW"
    shared = sum(len(rack.feeds) > 1 for rack in racks)
    if shared:
        yield f"{shared} of them share two feeds and draw half from each"
