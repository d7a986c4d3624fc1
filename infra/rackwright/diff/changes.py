"""Two sides' records to changes: what comes, what goes, and which fields move.

A rack that comes or goes takes thirty-five devices with it. Coming, they are counted: nobody needs
thirty-five lines to read that a rack is new. Going, each is listed: what is lost is never hidden in
a count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from rackwright.diff.effects import NONE, Table
from rackwright.diff.facts import PLURALS, Facts, Record
from rackwright.diff.model import Change, Consequence, Sign, Value

ORDER = (Sign.REMOVE, Sign.CHANGE, Sign.ADD)
WITH_RACK = "it leaves with its rack"
"""What happens to a device whose rack leaves."""
_CAPACITY = "capacity_kw"
_SERIAL = "serial"
_UNAPPROVED = "its removal was not approved before, so pulumi up will refuse to delete it"


def changes(before: Facts, after: Facts, table: Table) -> tuple[Change, ...]:
    """Return every change between two sides: removals first, then by kind and path."""
    found = [*_records(before, after, table), *_cables(before, after, table)]
    kinds = list(table.changes)

    def order(change: Change) -> tuple[int, bool, str, int, str]:
        rack = change.rack if change.sign is Sign.REMOVE else ""
        return ORDER.index(change.sign), not rack, rack, kinds.index(change.kind), change.path

    return tuple(sorted(found, key=order))


def _records(before: Facts, after: Facts, table: Table) -> Iterator[Change]:
    old, new = before.records, after.records
    partial = before.is_partial or after.is_partial
    known = {record.kind for record in old.values()} & {record.kind for record in new.values()}
    serials = _serials(old.values())
    contents = {Sign.REMOVE: _contents(old.values()), Sign.ADD: _contents(new.values())}
    for path in old.keys() | new.keys():
        was, will = old.get(path), new.get(path)
        if partial and (was or will) and (was or will or _NO).kind not in known:
            continue
        was = was if was and _is_there(was, will) else None
        will = will if will and _is_there(will, was or old.get(path)) else None
        if was and not will:
            yield _removed(was, contents[Sign.REMOVE], table, with_rack=_leaves(was, new))
        elif will and not was:
            yield from _added(will, old, contents[Sign.ADD], table)
        elif was and will and (change := _moved(was, will, serials, table, partial)):
            yield change


_NO = Record(kind="", path="", title="", fields={})


def _is_there(record: Record, other: Record | None) -> bool:
    """Return whether a rack counts as there: a planned one does not beside an installed one."""
    return record.installed or other is None or not other.installed


def _serials(records: Iterable[Record]) -> dict[str, str]:
    return {
        record.fields[_SERIAL]: record.title
        for record in records
        if record.label and record.fields.get(_SERIAL)
    }


def _leaves(device: Record, new: Mapping[str, Record]) -> bool:
    """Return whether the rack of a device leaves, and the device with it."""
    rack = new.get(f"racks.{device.rack}")
    return bool(device.label) and (rack is None or not rack.installed)


def _removed(was: Record, contents: Mapping[str, str], table: Table, *, with_rack: bool) -> Change:
    consequence = table.of_thing(was.kind, Sign.REMOVE)
    if with_rack:
        consequence = replace(consequence, by="up", does=WITH_RACK)
    if not was.installed:
        consequence = _on_paper(consequence)
    elif was.kind == "rack" and not was.approved:
        consequence = replace(consequence, does=_UNAPPROVED)
    return _change(
        Sign.REMOVE,
        was,
        tuple(_values(was.fields, {}, was, table)),
        consequence,
        contents.get(was.path, ""),
    )


def _added(
    will: Record, old: Mapping[str, Record], contents: Mapping[str, str], table: Table
) -> Iterator[Change]:
    if will.label and not _was_installed(will, old):
        return  # it comes with its rack, and is counted there
    if will.kind == "nvlink-domain" and f"domains.{will.domain}" not in old:
        return  # so does its domain
    consequence = table.of_thing(will.kind, Sign.ADD)
    if not will.installed:
        consequence = _on_paper(consequence)
    elif will.held:
        consequence = _held(consequence)
    values = tuple(_values({}, will.fields, will, table))
    yield _change(Sign.ADD, will, values, consequence, contents.get(will.path, ""))


def _was_installed(device: Record, old: Mapping[str, Record]) -> bool:
    rack = old.get(f"racks.{device.rack}")
    return rack is not None and rack.installed


def _moved(
    was: Record, will: Record, serials: Mapping[str, str], table: Table, partial: bool
) -> Change | None:
    old, new = dict(was.fields), dict(will.fields)
    if partial:
        shared = old.keys() & new.keys()
        old, new = ({key: each[key] for key in shared} for each in (old, new))
    values = [
        replace(value, note=_note(value, will, serials)) for value in _values(old, new, will, table)
    ]
    if not values:
        return None
    worst = max((value.consequence for value in values), key=lambda each: each.gravity)
    return _change(Sign.CHANGE, will, tuple(values), worst, "")


def _note(value: Value, record: Record, serials: Mapping[str, str]) -> str:
    """Return what else is worth knowing: where a serial was, what a feed may carry."""
    if value.field == _SERIAL and value.new in serials:
        return f"{value.new} was {serials[value.new]}"
    if record.kind == "feed" and value.field.endswith("_kw") and value.field != _CAPACITY:
        return f"of {record.fields[_CAPACITY]} kW"
    return ""


def _values(
    old: Mapping[str, str],
    new: Mapping[str, str],
    record: Record,
    table: Table,
) -> Iterator[Value]:
    for field in sorted(old.keys() | new.keys()):
        was, will = old.get(field, ""), new.get(field, "")
        if was == will:
            continue
        title, consequence = table.of_field(record.kind, field)
        if not record.installed:
            consequence = _on_paper(consequence)
        elif record.held and field != "hold":
            consequence = _held(consequence)
        yield Value(field=field, title=title, old=was, new=will, consequence=consequence)


def _on_paper(consequence: Consequence) -> Consequence:
    return _nothing(consequence, "it is planned, on paper")


def _held(consequence: Consequence) -> Consequence:
    return _nothing(consequence, "it is on hold and left alone")


def _nothing(consequence: Consequence, why: str) -> Consequence:
    return replace(consequence, effect=NONE, gravity=0, by="nobody", does=why)


def _change(
    sign: Sign,
    record: Record,
    values: tuple[Value, ...],
    consequence: Consequence,
    contents: str,
) -> Change:
    return Change(
        sign=sign,
        kind=record.kind,
        path=record.path,
        title=record.title,
        values=values,
        consequence=consequence,
        unit=record.unit,
        rack=record.rack,
        label=record.label,
        contents=contents,
    )


def _contents(records: Iterable[Record]) -> dict[str, str]:
    """Return what is in each rack, in words, by its path."""
    counts: dict[str, Counter[str]] = {}
    for each in records:
        if each.label:
            counts.setdefault(f"racks.{each.rack}", Counter())[each.kind] += 1
    return {
        path: ", ".join(f"{found[kind]} {words}" for kind, words in PLURALS.items() if found[kind])
        for path, found in counts.items()
    }


def _cables(before: Facts, after: Facts, table: Table) -> Iterator[Change]:
    """Yield how many cables of each fabric are to be laid, moved or taken out, unit by unit."""
    for fabric, unit in sorted(before.links.keys() | after.links.keys()):
        old, new = before.links.get((fabric, unit), {}), after.links.get((fabric, unit), {})
        counts = {
            "taken": len(old.keys() - new.keys()),
            "moved": sum(old[end] != new[end] for end in old.keys() & new.keys()),
            "laid": len(new.keys() - old.keys()),
        }
        record = Record(
            kind="cables", path=f"cables.{fabric}.{unit}", title=f"of {fabric} in {unit}", fields={}
        )
        record.unit = unit
        values = [
            Value(
                field=field,
                title=table.of_field("cables", field)[0],
                old=f"{count:,}" if field == "taken" else "",
                new=f"{count:,}" if field != "taken" else "",
                consequence=table.of_field("cables", field)[1],
            )
            for field, count in counts.items()
            if count
        ]
        if values:
            yield _change(Sign.CHANGE, record, tuple(values), values[0].consequence, "")
