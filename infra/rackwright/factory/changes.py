"""What a delivery changes in the as-built data of a unit, as records, as words and as the file.

A person who imports wants to see three things apart: what is new, what was written wrong, and which
trays are no longer the ones that were there. So the old rows and the delivery are compared position
by position. Rows that the delivery does not name are left as they are, line by line.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from rackwright.asbuilt import COLUMNS, GUID_COLUMNS, OOB_COLUMN, Row
from rackwright.factory.placing import Placed
from rackwright.inventory import Device

_SERIAL = "serial"
_OF_HOSTS = ("in_band_mac", *GUID_COLUMNS)
_ALL = (*COLUMNS, *GUID_COLUMNS, OOB_COLUMN)
_WORDS = {
    "compute": "the compute tray",
    "nvlink-switch": "the switch tray",
    "power-shelf": "the power shelf",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One position whose row is other than before, column by column."""

    device: Device
    old: Mapping[str, str]
    """Empty where the position had no row."""
    new: Mapping[str, str]

    @property
    def is_replacement(self) -> bool:
        """Whether another device than before is in the position."""
        return bool(self.old) and self.old[_SERIAL] != self.new[_SERIAL]


def changes(rows: Collection[Row], placed: Collection[Placed]) -> tuple[Change, ...]:
    """Return what the delivery changes, in its order."""
    before = {(row.rack, row.tray): values(row) for row in rows}
    known = {row[_SERIAL]: row for row in before.values()}
    after = []
    for each in placed:
        old = before.get((each.device.rack, each.device.label), {})
        after.append(Change(each.device, old, _after(each, known)))
    return tuple(change for change in after if change.old != change.new)


def values(row: Row) -> dict[str, str]:
    """Return a row by column, without what is not there of those that may be left out."""
    guids = {column: guid for column, guid in zip(GUID_COLUMNS, row.guids, strict=False) if guid}
    oob = {OOB_COLUMN: row.oob_mac} if row.oob_mac else {}
    return {column: getattr(row, column) for column in COLUMNS} | guids | oob


def words(found: Collection[Change]) -> Iterator[str]:
    """Yield each change as a sentence."""
    went = {each.old[_SERIAL]: each.device for each in found if each.is_replacement}
    for each in found:
        where = f"{each.device.rack} {each.device.label}"
        old, new = each.old.get(_SERIAL, ""), each.new[_SERIAL]
        if not each.old:
            yield f"+ {where}: serial {new}"
        elif each.is_replacement:
            came = went.get(new)
            origin = f", which was {came.rack} {came.label}" if came else ""
            what = _WORDS[each.device.device_class]
            yield f"~ {where}: {what} is replaced, {old} by {new}{origin}"
        else:
            yield f"~ {where}: {', '.join(_corrections(each))}"


def file_text(rows: Collection[Row], found: Collection[Change]) -> str:
    """Return the unit's file with its changes: old rows in their places, new ones at the end."""
    changed = {(each.device.rack, each.device.label): each.new for each in found}
    before = max((len(row.guids) for row in rows), default=0)
    rails = [column for each in found for column in each.new if column in GUID_COLUMNS]
    guids = GUID_COLUMNS[: max(before, *map(_rail, rails), 0)]
    has_oob = any(_width(row) > len(COLUMNS) + len(row.guids) for row in rows) or any(
        OOB_COLUMN in each.new for each in found
    )
    columns = (*COLUMNS, *guids, *((OOB_COLUMN,) if has_oob else ()))
    lines = [",".join(columns)]
    for row in rows:
        new = changed.pop((row.rack, row.tray), None)
        is_as_before = new is None and _width(row) == len(columns)
        lines.append(row.line if is_as_before else _line(new or values(row), columns))
    return "\n".join((*lines, *(_line(new, columns) for new in changed.values()), ""))


def _width(row: Row) -> int:
    return row.line.count(",") + 1


def _rail(column: str) -> int:
    return GUID_COLUMNS.index(column) + 1


def _line(row: Mapping[str, str], columns: Collection[str]) -> str:
    return ",".join(row.get(column, "") for column in columns)


def _after(placed: Placed, known: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return a position's row: what the delivery says, and what else is known of that serial."""
    device = placed.device
    said = {column: text for column, text in placed.entry.values.items() if text}
    if not device.is_host:  # what the factory calls so is a port of a device without our host
        said = {column: text for column, text in said.items() if column not in _OF_HOSTS}
    kept = known.get(said[_SERIAL], {})
    row = {"in_band_mac": "", **kept, **said, "rack": device.rack, "tray": device.label}
    order = [column for column in _ALL if row.get(column) or column in COLUMNS]
    return {column: row[column] for column in order}


def _corrections(change: Change) -> Iterator[str]:
    for column in _ALL:
        old, new = change.old.get(column, ""), change.new.get(column, "")
        if old != new:
            yield f"{column} {new}" if not old else f"{column} {old} becomes {new}"
