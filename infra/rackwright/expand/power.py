"""Which feed carries what: the planning power of the racks on each feed, and with a feed lost.

A rack on one feed draws all of its power from it. A rack on two draws half from each, and all of it
from the other when one is lost, held to what the hall's power capping allows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rackwright.inventory import Feed, Rack

if TYPE_CHECKING:
    from rackwright.spec.layout import Hall


def feeds(halls: Iterable[Hall], racks: Iterable[Rack]) -> Iterator[Feed]:
    """Yield every feed of the halls, as specified, with the power of its racks."""
    by_hall: dict[str, list[Rack]] = defaultdict(list)
    for rack in racks:
        by_hall[rack.hall].append(rack)
    for hall in halls:
        yield from _feeds(hall, by_hall[hall.name])


def _feeds(hall: Hall, racks: list[Rack]) -> Iterator[Feed]:
    installed: dict[str, float] = defaultdict(float)
    planned: dict[str, float] = defaultdict(float)
    moved: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for rack in racks:
        power = rack.hardware.power.planning_kw
        share = power / len(rack.feeds)
        for feed in rack.feeds:
            planned[feed] += share
            installed[feed] += share if rack.installed else 0
            for other in rack.feeds:
                if other != feed:
                    moved[feed][other] += held(hall, power) - share
    for each in hall.feeds:
        yield Feed(
            hall=hall.name,
            name=each.name,
            capacity_kw=each.capacity_kw,
            installed_kw=installed[each.name],
            planned_kw=planned[each.name],
            redundancy=hall.feed_loss.redundancy,
            lost_kw=planned[each.name] + max((0, *moved[each.name].values())),
            rack_kw=hall.feed_loss.rack_kw,
        )


def held(hall: Hall, power: float) -> float:
    """Return what a rack that would draw `power` is held to while one of its feeds is lost."""
    return min(power, hall.feed_loss.rack_kw or power)
