"""power.csv: every power shelf of a unit, the feed it hangs on and what its breaker carries.

Of a rack on an A/B pair the first half of the shelves is on the first feed. A breaker is ours to
name, one for each shelf. What it must be rated at depends on voltage and code of the place, so the
list says kilowatts: what a shelf carries of the planning power, what it does while the other feed
is lost, and what it can give at most.
"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.expand import naming, placement
from rackwright.inventory import Feed, Inventory, Rack

COLUMNS = (
    "RACK",
    "SHELF",
    "U",
    "FEED",
    "BREAKER",
    "SUPPLIES",
    "SHELF_KW",
    "PLANNED_KW",
    "FEED_LOST_KW",
    "STATE",
)


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield the list of a scalable unit."""
    if inventory.unit.kind == "scalable-unit":
        feeds = {(feed.hall, feed.name): feed for feed in inventory.feeds}
        rows = (COLUMNS, *(row for rack in inventory.racks for row in _shelves(rack, feeds)))
        text = "".join(f"{','.join(row)}\n" for row in rows)
        yield f"{inventory.unit.folder}/power.csv", text


def _shelves(rack: Rack, feeds: dict[tuple[str, str], Feed]) -> Iterator[tuple[str, ...]]:
    kind, power = rack.hardware.device_type("power-shelf"), rack.hardware.power
    seats = placement.seats((kind,))
    begin = naming.before_label(rack.name, rack.pod, rack.index, kind)
    each, usual = len(seats) // len(rack.feeds), "installed" if rack.installed else "reserved"
    numbers = str(power.supplies_per_shelf), _kilowatt(power.shelf_kw)
    planned = _kilowatt(power.planning_kw / len(seats))
    lost = [_lost(rack, feeds[rack.hall, feed], each) for feed in rack.feeds]
    for seat in seats:
        side = min((seat.index - 1) // each, len(rack.feeds) - 1)
        feed = f"{rack.hall}-{rack.feeds[side]}"
        yield (
            rack.name,
            begin + seat.label,
            str(seat.slot),
            feed,
            f"{feed}-{rack.name}-{seat.index:02d}",
            *numbers,
            planned,
            lost[side],
            "open" if seat.label in rack.open else usual,
        )


def _lost(rack: Rack, feed: Feed, shelves: int) -> str:
    """Return what a shelf carries while the other feed of its rack is lost; empty without one."""
    if len(rack.feeds) == 1:
        return ""
    power = rack.hardware.power.planning_kw
    return _kilowatt(min(power, feed.rack_kw or power) / shelves)


def _kilowatt(number: float) -> str:
    return f"{number:.4g}"
