"""Three tiers of switches of one model: each scalable unit a pod of two, and super-spines above.

A pod is a Clos of its own: leaves and spines that belong to the unit, so their cables never leave
it and no plan can move them. A spine has as many ports up as down. Spines of the same number and
plane, one from each pod, are a *group*: they share super-spines, and no other spine is on those.
How many a group has follows from how many pods are planned; a fabric of one pod has none.

A pod's place among all planned ones gives its ports on the super-spines.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from rackwright.expand import naming
from rackwright.expand.fabrics import clos, places
from rackwright.expand.fabrics.clos import Clos
from rackwright.expand.fabrics.kind import Kind
from rackwright.expand.fabrics.places import stands
from rackwright.inventory import Rack
from rackwright.inventory.alike import KEPT, Run
from rackwright.inventory.cabling import Cable, Fabric, Harness, Switch

if TYPE_CHECKING:
    from rackwright.spec.fabrics import PlannedFabric


def most(numbers: Clos) -> int:
    """Return how many pods three tiers reach: a super-spine has a port for each, twice the ups."""
    return 2 * _up(numbers)


def podded(kind: Kind, numbers: Clos, super_spine: str, inferred: str) -> Kind:
    """Return a kind of two tiers with its spines in the units, and super-spines above them.

    `super_spine` is the word in their names, `inferred` what no source says of them.
    """
    return replace(
        kind,
        numbers=partial(_numbers, kind, numbers, inferred),
        switches=partial(_switches, kind, numbers),
        spines=partial(_super_spines, numbers, super_spine),
        between=partial(_between, numbers),
        uplinks=partial(_uplinks, numbers, super_spine),
        tiers="three",
        pods=True,
    )


def _up(numbers: Clos) -> int:
    """Return the cables that a spine has up: as many as its leaves bring it."""
    spines = _spines(numbers)
    return numbers.leaves_per_unit // numbers.planes * numbers.uplinks // spines


def _spines(numbers: Clos) -> int:
    """Return the spines of a pod in one plane."""
    return numbers.spines(numbers.leaves_per_unit // numbers.planes)


def _numbers(
    kind: Kind,
    numbers: Clos,
    inferred: str,
    fabric: PlannedFabric,
    halls: tuple[str, ...],
    planned: tuple[str, ...],
) -> Fabric:
    pod = kind.numbers(fabric, halls, planned[:1])
    spines, up = _spines(numbers) * numbers.planes, _up(numbers)
    in_group = clos.fewest_above(up, len(planned)) if len(planned) > 1 else 0
    return replace(
        pod,
        planned=planned,
        spines=spines * len(planned),
        links=numbers.uplinks // _spines(numbers),
        super_spines=spines * in_group,
        super_links=up // in_group if in_group else 0,
        unproven=(*pod.unproven, inferred) if in_group else pod.unproven,
    )


def _switches(
    kind: Kind, numbers: Clos, fabric: Fabric, unit: str, racks: tuple[Rack, ...]
) -> Iterator[Switch]:
    yield from kind.switches(fabric, unit, racks)
    in_plane = _spines(numbers)
    for spine in range(in_plane * numbers.planes):
        yield Switch(
            name=naming.spine(unit, numbers.spine, spine + 1),
            fabric=fabric.name,
            tier="spine",
            model=numbers.model,
            unit=unit,
            rack="",
            plane=spine // in_plane + 1,
            reserved=_is_reserved(racks),
        )


def _super_spines(
    numbers: Clos, super_spine: str, fabric: Fabric, reserved: bool
) -> Iterator[Switch]:
    in_plane = fabric.super_spines // numbers.planes
    for number in range(fabric.super_spines):
        yield Switch(
            name=naming.super_spine(fabric.name, super_spine, number + 1),
            fabric=fabric.name,
            tier="super-spine",
            model=numbers.model,
            unit="",
            rack="",
            plane=number // in_plane + 1,
            reserved=reserved,
        )


def _between(
    numbers: Clos, fabric: Fabric, unit: str, racks: tuple[Rack, ...]
) -> Iterator[Run[Cable]]:
    in_plane = numbers.leaves_per_unit // numbers.planes
    above = [dict(_above(numbers, fabric, unit, plane)) for plane in range(numbers.planes)]
    for leaf in range(numbers.leaves_per_unit):
        name, there = clos.leaf_name(numbers, unit, leaf), stands(fabric, "leaf", unit, leaf)
        names = above[numbers.plane_of(leaf)].copy()
        names.update(places.names(clos.LOWER, name, there))
        names.update(clos.joins(numbers, leaf % in_plane, fabric.links))
        yield Run(_to_spines(numbers, fabric, clos.is_reserved(numbers, leaf, racks)), names)


def _above(numbers: Clos, fabric: Fabric, unit: str, plane: int) -> Iterator[tuple[str, str]]:
    """Yield the names of a unit's spines in one plane, and of where they stand."""
    first = plane * _spines(numbers)
    for number in range(_spines(numbers)):
        there = stands(fabric, "spine", unit, first + number)
        name = naming.spine(unit, numbers.spine, first + number + 1)
        yield from places.names(f"spine {number}", name, there)


@lru_cache(maxsize=KEPT)
def _to_spines(numbers: Clos, fabric: Fabric, reserved: bool) -> Harness:
    """Return the harness from a leaf to the spines of its plane in its own unit."""
    above = (places.hole_end(f"spine {number}") for number in range(_spines(numbers)))
    alike = clos.between(numbers, fabric, "in-unit", reserved)
    return clos.joined(numbers, alike, above, fabric.links)


def _uplinks(
    numbers: Clos, super_spine: str, fabric: Fabric, unit: str, racks: tuple[Rack, ...]
) -> Iterator[Run[Cable]]:
    place, reserved = fabric.planned.index(unit), _is_reserved(racks)
    for spine in range(_spines(numbers) * numbers.planes):
        name = naming.spine(unit, numbers.spine, spine + 1)
        names = dict(places.names(clos.LOWER, name, stands(fabric, "spine", unit, spine)))
        names.update(clos.joins(numbers, place, fabric.super_links))
        yield Run(_to_super_spines(numbers, super_spine, fabric, spine, reserved), names)


@lru_cache(maxsize=KEPT)
def _to_super_spines(
    numbers: Clos, super_spine: str, fabric: Fabric, spine: int, reserved: bool
) -> Harness:
    """Return the harness from spine number so many of any unit, from 0, to those of its group."""
    in_group = fabric.super_spines // (_spines(numbers) * numbers.planes)
    above = (
        places.end(
            naming.super_spine(fabric.name, super_spine, number + 1),
            stands(fabric, "super-spine", "", number),
        )
        for number in range(spine * in_group, (spine + 1) * in_group)
    )
    alike = clos.between(numbers, fabric, clos.length_to_spines(fabric), reserved)
    return clos.joined(numbers, alike, above, fabric.super_links)


def _is_reserved(racks: tuple[Rack, ...]) -> bool:
    return not any(rack.installed for rack in racks)
