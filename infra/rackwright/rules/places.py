"""The walk over racks that rules about the specification share."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from rackwright.expand import naming
from rackwright.spec import Loaded
from rackwright.spec.layout import Hall, Rack, ScalableUnit

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Place:
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


def repeated(items: Iterable[tuple[Hashable, Item]]) -> Iterator[tuple[Item, Item]]:
    """Yield every item whose key an earlier one has, after that earlier one."""
    first: dict[Hashable, Item] = {}
    for key, item in items:
        if key in first:
            yield first[key], item
        else:
            first[key] = item
