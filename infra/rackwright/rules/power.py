"""Feeds carry the racks that are planned for them."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.inventory import Inventory
from rackwright.problems import Problem
from rackwright.spec import Loaded

_SHOWN = 8


def feeds_carry_their_racks(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A feed that is planned beyond its breaker trips when the last rack is switched on."""
    for inventory in units:
        if inventory.unit.kind != "site":
            continue
        for feed in inventory.feeds:
            if feed.planned_kw <= feed.capacity_kw:
                continue
            here = [r for r in inventory.racks if (r.hall, r.feed) == (feed.hall, feed.name)]
            names = ", ".join(rack.name for rack in here[:_SHOWN])
            names += ", …" if len(here) > _SHOWN else ""
            load = f"{feed.planned_kw:g} kW"
            planning = sorted({rack.hardware.power.planning_kw for rack in here})
            yield loaded.document.problem(
                ("halls", feed.hall, "feeds", feed.name, "capacity_kw"),
                "power-over-budget",
                f"feed {feed.name} of {feed.hall} would carry {load}, more than it can",
                because=(
                    f"it has {len(here)} racks, planned and installed: {names}",
                    f"its capacity is {feed.capacity_kw:g} kW",
                    f"each is planned with {' or '.join(map(str, planning))} kW",
                ),
                hint="move a scalable unit to another feed, or correct the capacity",
            )
