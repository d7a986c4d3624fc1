"""Where racks stand in site.yaml: the walk that rules about the specification share."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from rackwright.expand import naming
from rackwright.spec.racks import Hall, Rack, ScalableUnit
from rackwright.spec.site import Site
from rackwright.yamlfile import Path

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Place:
    """A rack with everything around it, and its path in site.yaml."""

    path: Path
    hall: Hall
    scalable_unit: ScalableUnit
    rack: Rack

    @property
    def unit(self) -> str:
        """The name of its scalable unit."""
        return naming.unit(self.hall.name, self.scalable_unit.index)


def racks(site: Site) -> Iterator[Place]:
    """Yield every rack of the specification, in its order."""
    for hall_path, hall in halls(site):
        for unit_path, unit in scalable_units(hall_path, hall):
            for place, rack in enumerate(unit.racks):
                yield Place((*unit_path, "racks", place), hall, unit, rack)


def halls(site: Site) -> Iterator[tuple[Path, Hall]]:
    """Yield every hall with its path."""
    for place, hall in enumerate(site.halls):
        yield ("halls", place), hall


def scalable_units(path: Path, hall: Hall) -> Iterator[tuple[Path, ScalableUnit]]:
    """Yield every scalable unit of a hall with its path."""
    for place, unit in enumerate(hall.scalable_units):
        yield (*path, "scalable_units", place), unit


def repeated(items: Iterable[tuple[Hashable, Item]]) -> Iterator[tuple[Item, Item]]:
    """Yield every item whose key an earlier one has, after that earlier one."""
    first: dict[Hashable, Item] = {}
    for key, item in items:
        if key in first:
            yield first[key], item
        else:
            first[key] = item
