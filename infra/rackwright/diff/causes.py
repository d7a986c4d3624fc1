"""Why a change is there: the lines of the specification that moved, and what each of them moves.

A reviewer who sees 264 racks change wants the one line that did it. So the two specifications are
compared as data, value by value, list items by their name or index; each difference has a place on
either side. A change is then caused by the moved lines that its own values come from: its as-built
row, the layers its rack is made of, the part of the site it is. Where none of them moved, something
arithmetic did it, and every line that moved is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from rackwright.diff.model import Cause, Change, Sign
from rackwright.diff.sides import Side
from rackwright.inputs import HARDWARE
from rackwright.problems import Position
from rackwright.rules import places
from rackwright.spec.layout import Layer
from rackwright.yamlfile import Document, Path

KEYS = ("name", "index", "at", "code", "component", "path", "include")
"""What names an item of a list, the first that it has."""
TOPS: Mapping[str, tuple[str, ...]] = {
    "pool": ("pools",),
    "fabric": ("fabrics",),
    "service-node": ("service_nodes",),
    "lockfile": ("firmware",),
    "tenant": ("tenancy",),
    "network": ("networks", "halls"),
    "override": ("overrides",),
    "accepted-warning": ("accept",),
    "gates": ("gates",),
    "unit": ("halls",),
    "feed": ("halls",),
    "cooling-loop": ("halls",),
}
"""Where in site.yaml things of a kind are written."""
SPECIFIED: Mapping[str, tuple[str, ...]] = {
    "hardware": ("kind",),
    "state": ("state",),
    "pool": ("pool",),
    "nvlink_domain": ("nvlink_domain",),
    "hold": ("hold", "trays"),
    "decommission": ("decommission",),
    "feeds": ("feed", "second_feed"),
    "index": ("index", "first"),
    "name": ("name",),
}
"""Fields of a rack or a device, and the keys they are written under."""
SITE_FIELDS: Mapping[str, str] = {
    "asns": "networks",
    "bmc_ca_ref": "bmc",
    "credentials": "bmc",
    "factory_credentials": "bmc",
    "host_interface": "networks",
    "slurm_key_ref": "slurm",
    "ssh_key_ref": "access",
    "user_ca": "access",
}
"""Fields of what is common to the site that are written under another key."""
NAMES = frozenset(key for keys in SPECIFIED.values() for key in keys) - {"index", "first"}
ADDRESSES = ("out_of_band", "in_band", "bmc_address", "address", "further", "asn")


class Moved(Struct, frozen=True):
    """One place of site.yaml that is not as it was."""

    words: tuple[str, ...]
    cause: Cause
    old: Path | None
    new: Path | None


class Causes(Struct, frozen=True):
    """Everything of two specifications that moved."""

    moved: tuple[Moved, ...]
    rows: Mapping[str, Cause]
    """By the path of the device that an as-built row is of."""
    files: tuple[Cause, ...]
    """Hardware types of the site's own."""
    layers: tuple[Mapping[str, tuple[Path, tuple[Layer, ...]]], ...]
    """Of each rack, where it stands and its layers: before, and after."""

    def every(self) -> tuple[Cause, ...]:
        """Return everything that moved."""
        return (*(each.cause for each in self.moved), *self.files, *self.rows.values())

    def of(self, change: Change) -> tuple[Cause, ...]:
        """Return the lines that a change comes from."""
        found = [*self._of_rack(change)] if change.rack else [*self._of_part(change)]
        if not found and change.kind in ("cables", "nvlink-domain", "switch"):
            found = [each.cause for each in self.moved if each.words[0] in ("halls", "fabrics")]
        return tuple(sorted(set(found or self.every()), key=_place))

    def _of_part(self, change: Change) -> Iterator[Cause]:
        if change.kind == "hardware-type":
            yield from self.files
        tops = TOPS.get(change.kind, ())
        names = {*change.title.split(), change.unit.partition("-")[0]}
        for each in self.moved:
            if change.kind == "site":
                is_mine = each.words[0] in {_top(value.field) for value in change.values}
            else:
                is_mine = each.words[0] in tops and (
                    len(each.words) < 2 or each.words[1] in names or each.words[0] == "networks"
                )
            if is_mine:
                yield each.cause

    def _of_rack(self, change: Change) -> Iterator[Cause]:
        if change.path in self.rows:
            yield self.rows[change.path]
            if all(value.field in _AS_BUILT for value in change.values):
                return
        fields = {value.field.split(".")[0] for value in change.values}
        for each in self.moved:
            if self._moves(each, change, fields):
                yield each.cause

    def _moves(self, moved: Moved, change: Change, fields: set[str]) -> bool:
        top = moved.words[0]
        if top == "networks" or (top == "halls" and "networks" in moved.words):
            return bool(fields & set(ADDRESSES)) and change.sign is Sign.CHANGE
        if top == "overrides":
            return any(word.startswith(f"{change.path}.") for word in moved.words)
        if top == "pools":
            return "pool" in fields and "racks" in moved.words
        for path, layers in zip((moved.old, moved.new), self.layers, strict=True):
            if path is not None and change.rack in layers:
                place, chain = layers[change.rack]
                if any(_is_in(path, layer, change, fields) for layer in (place, *_paths(chain))):
                    return True
        return False


_AS_BUILT = frozenset({"serial", "bmc_mac", "in_band_mac", "guids", "oob_mac"})


def _top(field: str) -> str:
    """Return the key of site.yaml that a field of what is common to the site comes from."""
    top = field.split(".", maxsplit=1)[0]
    return SITE_FIELDS.get(top, top)


def causes(before: Side, after: Side) -> Causes | None:
    """Return what moved between the specifications of two sides; None where one is not known."""
    if before.loaded is None or after.loaded is None:
        return None
    old, new = before.loaded.document, after.loaded.document
    moved = tuple(
        Moved(
            words,
            Cause(
                ".".join(words) or "site.yaml",
                before.at(_at(old, was)) if was is not None else None,
                after.at(_at(new, will)) if will is not None else None,
            ),
            was,
            will,
        )
        for words, was, will in _moved(old.data, new.data, (), (), ())
    )
    layers = tuple(
        {
            place.rack.name: (
                place.rack.layers.path,
                (*place.scalable_unit.layers.chain, *place.rack.layers.chain),
            )
            for place in places.racks(side.loaded)
        }
        for side in (before, after)
        if side.loaded
    )
    return Causes(moved, dict(_rows(before, after)), tuple(_files(before, after)), layers)


def _paths(chain: Iterable[Layer]) -> Iterator[Path]:
    return (layer.path for layer in chain)


def _is_in(path: Path, layer: Path, change: Change, fields: set[str]) -> bool:
    """Return whether a moved place is in a layer of a rack, in what that layer says of a change."""
    if layer[: len(path)] == path:
        return True
    if path[: len(layer)] != layer:
        return False
    rest = path[len(layer) :]
    if "exceptions" in rest:
        return False
    if change.sign is not Sign.CHANGE or rest[0] not in NAMES:
        return True
    if rest[0] == "trays":
        return not change.label or change.label in rest or len(rest) == 1
    return any(rest[0] in SPECIFIED.get(field, ()) for field in fields)


def _at(document: Document, path: Path) -> Position:
    mark = document.mark(path, key=True)
    return Position(mark.file or document.file, mark.line, mark.column)


def _moved(
    old: Any,  # noqa: ANN401  (any YAML value)
    new: Any,  # noqa: ANN401  (any YAML value)
    words: tuple[str, ...],
    was: Path,
    will: Path,
) -> Iterator[tuple[tuple[str, ...], Path | None, Path | None]]:
    """Yield every place that differs: in words, and its path on each side that has it."""
    if isinstance(old, dict) and isinstance(new, dict):
        left = {key: (key, each) for key, each in old.items()}
        right = {key: (key, each) for key, each in new.items()}
    elif _is_named(old) and _is_named(new):
        left, right = _items(old), _items(new)
    else:
        if old != new:
            yield words, was, will
        return
    for key in dict.fromkeys((*left, *right)):
        here = (*words, str(key))
        if key not in right:
            yield here, (*was, left[key][0]), None
        elif key not in left:
            yield here, None, (*will, right[key][0])
        else:
            (a, one), (b, other) = left[key], right[key]
            yield from _moved(one, other, here, (*was, a), (*will, b))


def _is_named(value: Any) -> bool:  # noqa: ANN401  (any YAML value)
    """Return whether a list has items that are named, each once."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        return False
    return None not in (names := [_name(each) for each in value]) and len(set(names)) == len(names)


def _name(item: Mapping[str, Any]) -> str | None:
    for key in KEYS:
        if key in item:
            return str(item[key])
    return f"from {item['first']}" if "first" in item else None


def _items(value: list[dict[str, Any]]) -> dict[str, tuple[int, Any]]:
    return {str(_name(each)): (place, each) for place, each in enumerate(value)}


def _rows(before: Side, after: Side) -> Iterator[tuple[str, Cause]]:
    """Yield every as-built row that is not as it was, by the path of its device."""
    if before.loaded is None or after.loaded is None:
        return
    old, new = before.loaded.as_built, after.loaded.as_built
    for unit in sorted(old.keys() | new.keys()):
        name = f"as-built/{unit}.csv"
        if before.loaded.inputs.get(name) == after.loaded.inputs.get(name):
            continue
        sides = [
            {f"racks.{row.rack}.trays.{row.tray}": row for row in side[unit].rows}
            if unit in side
            else {}
            for side in (old, new)
        ]
        for path in sides[0].keys() | sides[1].keys():
            was, will = sides[0].get(path), sides[1].get(path)
            if was is None or will is None or was.line != will.line:
                yield (
                    path,
                    Cause(
                        path,
                        before.at(Position(was.file, was.number)) if was else None,
                        after.at(Position(will.file, will.number)) if will else None,
                    ),
                )


def _files(before: Side, after: Side) -> Iterator[Cause]:
    if before.loaded is None or after.loaded is None:
        return
    old, new = before.loaded.inputs, after.loaded.inputs
    for name in sorted(old.keys() | new.keys()):
        if name.startswith(f"{HARDWARE[0]}/") and old.get(name) != new.get(name):
            was = Position(f"{before.place}{name}") if name in old else None
            will = Position(f"{after.place}{name}") if name in new else None
            yield Cause(name, was, will)


def _place(cause: Cause) -> tuple[str, int, str]:
    position = cause.new or cause.old
    return (position.file, position.line, cause.what) if position else ("", 0, cause.what)
