"""power.csv: every power shelf of a unit, the feed it hangs on and what its breaker carries.

Of a rack on an A/B pair the first half of the shelves is on the first feed. A breaker is ours to
name, one for each shelf. What it must be rated at depends on voltage and code of the place, so the
list says kilowatts: what a shelf carries of the planning power, what it does while the other feed
is lost, and what it can give at most.
"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.expand import naming
from rackwright.expand.placement import positions
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
    power = rack.hardware.power
    shelves = [each for each in positions(rack.hardware) if each[0].device_class == "power-shelf"]
    each = len(shelves) // len(rack.feeds)
    for kind, index, slot in shelves:
        feed = rack.feeds[min((index - 1) // each, len(rack.feeds) - 1)]
        label = naming.label(kind, index)
        yield (
            rack.name,
            naming.device(rack.name, rack.pod, rack.index, kind, index),
            str(slot),
            f"{rack.hall}-{feed}",
            f"{rack.hall}-{feed}-{rack.name}-{index:02d}",
            str(power.supplies_per_shelf),
            _kilowatt(power.shelf_kw),
            _kilowatt(power.planning_kw / len(shelves)),
            _lost(rack, feeds[rack.hall, feed], each),
            "open" if label in rack.open else "installed" if rack.installed else "reserved",
        )


def _lost(rack: Rack, feed: Feed, shelves: int) -> str:
    """Return what a shelf carries while the other feed of its rack is lost; empty without one."""
    if len(rack.feeds) == 1:
        return ""
    power = rack.hardware.power.planning_kw
    return _kilowatt(min(power, feed.rack_kw or power) / shelves)


def _kilowatt(number: float) -> str:
    return f"{number:.4g}"
