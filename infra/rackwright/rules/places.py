"""The walk over racks that rules about the specification share."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from rackwright.expand import naming
from rackwright.problems import Position, Problem
from rackwright.spec import Loaded
from rackwright.spec.layout import Hall, Rack, ScalableUnit
from rackwright.yamlfile import Path

Item = TypeVar("Item")

_SHOWN = 6


class Place(Struct, frozen=True):
    """A rack with everything around it."""

    hall: Hall
    scalable_unit: ScalableUnit
    rack: Rack

    @property
    def unit(self) -> str:
        """The name of its scalable unit."""
        return naming.unit(self.hall.name, self.scalable_unit.index)


def racks(loaded: Loaded) -> Iterator[Place]:
    """Yield every rack of the specification, in its order."""
    for hall in loaded.halls:
        for unit in hall.scalable_units:
            for rack in unit.racks:
                yield Place(hall, unit, rack)


def by_name(loaded: Loaded) -> dict[str, Place]:
    """Return every rack by its name; of two with one name, the first."""
    found: dict[str, Place] = {}
    for place in racks(loaded):
        found.setdefault(place.rack.name, place)
    return found


def named(loaded: Loaded, name: str) -> Place:
    """Return the rack of a name; of two, the first. For a few, because it looks at every rack."""
    return next(place for place in racks(loaded) if place.rack.name == name)


def repeated(items: Iterable[tuple[Hashable, Item]]) -> Iterator[tuple[Item, Item]]:
    """Yield every item whose key an earlier one has, after that earlier one."""
    first: dict[Hashable, Item] = {}
    for key, item in items:
        if key in first:
            yield first[key], item
        else:
            first[key] = item


def by_path(items: Iterable[tuple[Path, Item]]) -> dict[Path, list[Item]]:
    """Return the items of every place of the specification: one line may be said of many racks."""
    found: dict[Path, list[Item]] = {}
    for path, item in items:
        found.setdefault(path, []).append(item)
    return found


def once(found: Iterable[tuple[str, Problem]], what: str = "racks") -> Iterator[Problem]:
    """Yield one problem for every place of one, with the names of all that it is said of.

    A typing error in `defaults` is one mistake, and not as many as there are racks.
    """
    said: dict[tuple[Position, str], list[tuple[str, Problem]]] = {}
    for name, problem in found:
        said.setdefault((problem.at, problem.code), []).append((name, problem))
    for alike in said.values():
        yield concerning(alike[0][1], [name for name, _ in alike], what)


def concerning(problem: Problem, names: Sequence[str], what: str = "racks") -> Problem:
    """Return the problem of one place with how many things it is said of, where it is several."""
    if len(names) == 1:
        return problem
    reason = f"it is said of {len(names):,} {what}: {shown(names)}"
    return replace(problem, because=(*problem.because, reason))


def shown(names: Sequence[str]) -> str:
    """Return the first of some names, in words."""
    return ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
