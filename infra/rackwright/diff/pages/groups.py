"""Equal changes told once: 264 racks that change alike are one entry with 264 names."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from rackwright.diff.changes import WITH_RACK
from rackwright.diff.effects import table
from rackwright.diff.model import Cause, Change, Consequence, Sign, Value
from rackwright.diff.pages.names import short

SHOWN_AT_COMING = (
    "state",
    "hardware",
    "pool",
    "out_of_band",
    "in_band",
    "hold",
    "serial",
    "address",
)
"""What is told of a thing that is new; the rest is in its files."""
LEFT_OUT_AT_LEAVING = ("redfish", "slot", "index", "unit", "hall", "asn")
_MANY = 4
RACKS = ("rack", "compute-tray", "nvlink-switch-tray", "power-shelf")


class Told(Struct, frozen=True):
    """One field of a group: what it was and will be; first to last, where that differs."""

    title: str
    old: str
    new: str
    note: str


class Group(Struct, frozen=True):
    """Changes that are alike."""

    sign: Sign
    kind: str
    title: str
    """What they are, in words: `264 racks h1-su[01-33]-r[01-08]: 18 compute trays, …`."""
    values: tuple[Told, ...]
    consequences: tuple[Consequence, ...]
    """What they do, the gravest first; without those that do nothing where one does something."""
    causes: tuple[Cause, ...]


def groups(changes: Iterable[Change], sign: Sign) -> tuple[Group, ...]:
    """Return the changes of one direction, equal ones once."""
    found: dict[object, list[Change]] = {}
    for change in changes:
        if change.sign is sign:
            found.setdefault(_key(change), []).append(change)
    return tuple(_group(those) for those in found.values())


def _key(change: Change) -> object:
    """Return what changes that are told together have in common."""
    if change.sign is Sign.REMOVE:
        return change.path
    if change.sign is Sign.ADD:
        shown = tuple(
            (value.field, value.new)
            for value in change.values
            if value.field in ("state", "hardware", "pool", "hold", "fabric", "model")
        )
        return change.kind, change.unit, change.contents, shown, change.consequence
    return change.kind, tuple((each.field, each.old, each.new, each.note) for each in change.values)


def _group(those: list[Change]) -> Group:
    first = those[0]
    values = [value for value in first.values if _is_told(first, value)]
    consequences = {first.consequence, *(value.consequence for value in first.values)}
    if first.sign is not Sign.CHANGE:
        consequences = {first.consequence}
    acting = [each for each in consequences if each.gravity] or list(consequences)
    if first.consequence.does == WITH_RACK:  # told of the rack, in the line above
        acting, those = [], [replace(first, causes=())]
    return Group(
        first.sign,
        first.kind,
        _title(those),
        tuple(_told(value, those) for value in values),
        tuple(sorted(acting, key=lambda each: (-each.gravity, each.does))),
        tuple(dict.fromkeys(cause for change in those for cause in change.causes)),
    )


def _is_told(change: Change, value: Value) -> bool:
    top = value.field.split(".")[0]
    if change.kind not in RACKS or change.sign is Sign.CHANGE:
        return True
    if change.sign is Sign.ADD:
        return top in SHOWN_AT_COMING
    return top not in LEFT_OUT_AT_LEAVING


def _title(those: list[Change]) -> str:
    first, count = those[0], len(those)
    word = table().title(first.kind)
    names = short(change.title for change in those)
    if first.kind == "cables":
        return f"{word} {names}"
    title = f"{word} {names}" if count == 1 else f"{count:,} {plural(word)} {names}"
    return f"{title}: {first.contents}" if first.contents else title


def _told(value: Value, those: list[Change]) -> Told:
    if len(those) == 1 or value in those[-1].values:
        return Told(value.title, _short(value.old), _short(value.new), value.note)
    last = next(each for each in those[-1].values if each.field == value.field)
    return Told(
        value.title, _between(value.old, last.old), _between(value.new, last.new), value.note
    )


def _between(first: str, last: str) -> str:
    return _short(first) if first == last else f"{_short(first)} … {_short(last)}"


def _short(value: str) -> str:
    """Return a value; of a list of names, the names in short."""
    names = value.split(", ")
    return value if len(names) < _MANY else short(names)


def plural(word: str) -> str:
    """Return the plural of what we speak of."""
    if word.endswith(("shelf", "leaf")):
        return f"{word[:-1]}ves"
    if word.endswith("s") or word in ("IMEX", "Kea"):
        return word
    return f"{word}es" if word.endswith("ch") else f"{word}s"
