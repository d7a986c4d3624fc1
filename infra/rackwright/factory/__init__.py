"""A factory's inventory to as-built/: read by a column map, placed, compared, written at once.

Serials and MAC addresses of a delivery come as the vendor's CSV, thousands of cells that nobody
should type. What is taken over must be what stands there: each row is placed by site.yaml, what
cannot be placed or read is refused with its place, and one wrong row refuses the delivery whole,
because half of one is hard to tell from all of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rackwright import expand, spec, tree
from rackwright.asbuilt import NOTHING
from rackwright.expand.common import scalable_units
from rackwright.factory import placing, table
from rackwright.factory.changes import Change, changes, file_text, words
from rackwright.inputs import AS_BUILT
from rackwright.inventory import Unit
from rackwright.problems import NoSuchValue, RackwrightError, SpecError, in_order, nearest
from rackwright.spec import columns

CODES = (*table.CODES, *placing.CODES)

_FOLDER, _ENDING = AS_BUILT


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a factory's inventory changes in a unit's as-built data."""

    site: Path
    unit: str
    text: str
    """The unit's file as it will be."""
    changes: tuple[Change, ...]
    named: int
    """How many positions the inventory names."""
    others: int
    """How many rows of the unit it does not name; they stay as they are."""
    elsewhere: Mapping[str, int]
    """How many of its rows are for other units of the site, by unit; they are left out."""


def read(site: Path, unit: str, inventory: Path, column_map: Path) -> Delivery:
    """Return what the factory's `inventory`, read by `column_map`, changes in a unit of a site.

    Raises:
        SpecError: The site, the map or the inventory is wrong; carries every problem of it.
        NoSuchValue: The site has no such unit.
        RackwrightError: A file cannot be read.
    """
    loaded = spec.load(site)
    if unit not in (known := scalable_units(loaded)):
        near = nearest(unit, known)
        hint = f"did you mean {near}?" if near else f"known: {', '.join(known[:8])}"
        raise NoSuchValue(f"there is no scalable unit {unit!r}", hint)
    wanted, document = columns.read(_text(column_map), str(column_map))
    entries, unread = table.read(_text(inventory), str(inventory), wanted, document)
    mine, elsewhere = placing.parted(loaded, unit, entries)
    placed, unplaced = placing.place(
        expand.expand(loaded, Unit("scalable-unit", unit)),
        mine,
        by_rack_unit=wanted.tray_is == "rack-unit",
    )
    if problems := (*unread, *unplaced):
        raise SpecError(in_order(problems))
    rows = loaded.as_built.get(unit, NOTHING).rows
    names = {(each.device.rack, each.device.label) for each in placed}
    others = sum((row.rack, row.tray) not in names for row in rows)
    found = changes(rows, placed)
    return Delivery(site, unit, file_text(rows, found), found, len(placed), others, elsewhere)


def write(delivery: Delivery) -> None:
    """Write the unit's file, whole or not at all.

    Raises:
        RackwrightError: It cannot be written.
    """
    if delivery.changes:
        tree.update({f"{delivery.unit}{_ENDING}": delivery.text}, delivery.site / _FOLDER)


def report(delivery: Delivery) -> Iterator[str]:
    """Yield what the delivery changes, a sentence each, and the count."""
    yield from words(delivery.changes)
    file = delivery.site / _FOLDER / f"{delivery.unit}{_ENDING}"
    new = sum(not change.old for change in delivery.changes)
    replaced = sum(change.is_replacement for change in delivery.changes)
    corrected = len(delivery.changes) - new - replaced
    same = delivery.named - len(delivery.changes)
    counts = f"{new} new, {replaced} replaced, {corrected} corrected, {same} as before"
    yield f"{file}: {counts}; {delivery.others} not in this delivery"
    for unit, count in delivery.elsewhere.items():
        yield f"left out: {count} of {unit}, for `--unit {unit}`"


def _text(path: Path) -> str:
    if path.exists() and not path.is_file():
        raise RackwrightError(f"{path} cannot be read: it is no file")
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise RackwrightError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        hint = "export it as UTF-8"
        raise RackwrightError(f"{path} is not UTF-8 text", hint) from error
