"""Ranges and defaults say everything that a rack or a unit needs, and nothing in vain."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.inventory import Inventory
from rackwright.problems import Problem
from rackwright.rules import places
from rackwright.spec import Loaded, layout, racks
from rackwright.yamlfile import Path

Range = racks.RackRange | racks.ScalableUnitRange
Part = racks.RacksAlike | racks.ScalableUnitRange
"""A range, or what an exception says of one: both have holes and exceptions."""
Exceptional = racks.RackException | racks.ScalableUnitException

_NEEDED = (
    ("kind", "a hardware type"),
    ("state", "a state, planned or installed"),
    ("pool", "a node pool"),
)


def racks_are_complete(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A rack nobody gives a kind or a state would be left out, or deployed by a guess."""
    said: set[Path] = set()
    for place in places.racks(loaded):
        for field, words in _NEEDED:
            if not getattr(place.rack, field) and (path := place.rack.at(field)) not in said:
                said.add(path)
                yield _missing(loaded, path, f"rack {place.rack.name} has no {field}", words)
    for hall in loaded.halls:
        for unit in hall.scalable_units:
            if not unit.feed and (path := unit.at("feed")) not in said:
                said.add(path)
                what = f"scalable unit {unit.index} of {hall.name} has no feed"
                yield _missing(loaded, path, what, "a power feed of the hall")


def exceptions_are_in_their_range(
    loaded: Loaded, _units: tuple[Inventory, ...]
) -> Iterator[Problem]:
    """An exception beside its range changes nothing: a rack somebody held would be deployed."""
    for path, whole, part in _ranges(loaded):
        for place, index in enumerate(part.without):
            if index not in range(whole.first, whole.first + whole.count):
                yield _outside(loaded, (*path, "without", place), index, whole, part)
        seen: dict[int, Path] = {}
        exceptions: tuple[Exceptional, ...] = part.exceptions
        for place, exception in enumerate(exceptions):
            index, here = exception.index, (*path, "exceptions", place, "index")
            if index in part.without or index not in range(whole.first, whole.first + whole.count):
                yield _outside(loaded, here, index, whole, part)
            elif index in seen:
                yield loaded.document.problem(
                    here,
                    "exception-twice",
                    f"{index} has two exceptions in one list",
                    because=("which of them counts would depend on their order",),
                    hint=f"make it one; the first is at {loaded.document.at(seen[index])}",
                )
            seen.setdefault(index, here)


def _outside(loaded: Loaded, path: Path, index: int, whole: Range, part: Part) -> Problem:
    holes = ", ".join(map(str, sorted({*part.without})))
    without = f", without {holes}" if index in part.without and path[-2] != "without" else ""
    return loaded.document.problem(
        path,
        "exception-outside",
        f"{index} is not in the range that this is an exception of",
        because=(f"the range is {whole.first} to {whole.first + whole.count - 1}{without}",),
    )


def _missing(loaded: Loaded, path: Path, what: str, words: str) -> Problem:
    where = "defaults.scalable_units" if path[-1] == "feed" else "defaults.racks"
    return loaded.document.problem(
        path, "not-given", what, because=(f"it needs {words}",), hint=f"say it here or in {where}"
    )


def _ranges(loaded: Loaded) -> Iterator[tuple[Path, Range, Part]]:
    """Yield every range with its path; also what an exception of units says of one of racks."""
    for hall_place, hall in enumerate(loaded.site.halls):
        path: Path = ("halls", hall_place, "scalable_units")
        for here, item in layout.items(hall.scalable_units, path):
            if isinstance(item, racks.ScalableUnitRange):
                yield here, item, item
                yield (*here, "racks"), item.racks, item.racks
                for place, each in enumerate(item.exceptions):
                    yield (*here, "exceptions", place, "racks"), item.racks, each.racks
            else:
                for rack_path, rack in layout.items(item.racks, (*here, "racks")):
                    if isinstance(rack, racks.RackRange):
                        yield rack_path, rack, rack
