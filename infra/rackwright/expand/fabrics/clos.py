"""Two tiers of switches of one model: the arithmetic that most kinds of fabric share.

Every port of a tray is a lane, and every lane of a few racks ends on one leaf: so a leaf takes the
same port of every tray, a *rail*. Each leaf has as many cables up as down, the same number to each
spine of its plane. How many spines there are follows from how many leaves are *planned*.

A leaf's place among all planned leaves gives its ports on the spines, and a tray's place among
the racks of its leaf gives its port on the leaf. Nothing is counted, so nothing can move.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from msgspec import Struct

from rackwright.expand import naming
from rackwright.expand.fabrics import places
from rackwright.expand.fabrics.kind import Hosts, Kind, Need
from rackwright.expand.placement import seats
from rackwright.hardware import DeviceType, HardwareType
from rackwright.inventory import Rack
from rackwright.inventory.alike import KEPT, Pattern, Run, hole
from rackwright.inventory.cabling import Cable, End, Fabric, Harness, LengthClass, Switch

if TYPE_CHECKING:
    from rackwright.spec.fabrics import PlannedFabric

TRAYS_PER_RACK = 18


class Clos(Struct, frozen=True, kw_only=True):
    """The numbers of one kind of fabric."""

    word: str
    """Its `kind` in the specification."""
    model: str
    leaf: str
    """The word in a leaf's name."""
    spine: str
    port: str
    """The ports of a tray that it takes, by their name in the catalogue."""
    lanes: tuple[str, ...]
    """Those ports one by one, plane after plane."""
    planes: int
    racks_per_leaf: int
    groups: int
    """How many leaves a lane has in a scalable unit."""
    gbps: int
    first_up: int
    """The ports before this one lead down."""
    name: Callable[[int], str]
    """What the switch calls its port number n, from 1."""
    unproven: tuple[str, ...]

    @property
    def uplinks(self) -> int:
        """How many cables a leaf has up: as many as down."""
        return self.racks_per_leaf * TRAYS_PER_RACK

    @property
    def leaves_per_unit(self) -> int:
        """How many leaves a scalable unit has, in all planes."""
        return len(self.lanes) * self.groups

    @property
    def racks_per_unit(self) -> int:
        """How many racks the leaves of a scalable unit reach."""
        return self.groups * self.racks_per_leaf

    def spines(self, leaves: int) -> int:
        """Return the spines of a plane with so many leaves."""
        return fewest_above(self.uplinks, leaves)

    def plane_of(self, leaf: int) -> int:
        """Return the plane of a unit's leaf; both count from 0."""
        return leaf // (self.leaves_per_unit // self.planes)


def fewest_above(uplinks: int, below: int) -> int:
    """Return how many switches stand above so many, each with so many uplinks.

    The smallest number of which each switch below can have as many cables to each, and that is at
    least half of those below: a switch that has no tier above it has twice the ports down.
    """
    divisors = (number for number in range(1, uplinks + 1) if uplinks % number == 0)
    return next((number for number in divisors if number * 2 >= below), uplinks)


LOWER = "lower"
"""What a harness between tiers calls the switch that it leads up from."""


def joined(clos: Clos, alike: Cable, above: Iterable[End], links: int) -> Harness:
    """Return the harness of a switch's cables to each of those above it, all `alike`.

    Its names are those of `joins`; the switches above may have holes of their own.
    """
    lower = places.hole_end(LOWER)
    return Pattern(
        tuple(
            alike._replace(
                bundle=f"{lower.device}--{upper.device}",
                sequence=link,
                source=lower._replace(port=clos.name(clos.first_up + number * links + link - 1)),
                target=upper._replace(port=hole(f"port {link}")),
            )
            for number, upper in enumerate(above)
            for link in range(1, links + 1)
        )
    )


def joins(clos: Clos, place: int, links: int) -> Iterator[tuple[str, str]]:
    """Yield the names for the ports of such a harness on each switch above.

    `place` is the lower switch's among all that those are above of, from 0.
    """
    for link in range(1, links + 1):
        yield f"port {link}", clos.name(place * links + link)


def limited_by_spines(clos: Clos, *, ports: int, need: Need, hosts: Hosts = "") -> Kind:
    """Return the kind whose spines, of so many ports, have one for every planned leaf."""
    units = ports // clos.leaves_per_unit
    limit = (
        f"a scalable unit has {clos.leaves_per_unit} leaves, and a spine has a port for every leaf",
        f"a {clos.model} has {ports} ports: {ports} / {clos.leaves_per_unit} = {units} units",
    )
    return kind(clos, units=units, limit=limit, need=need, hosts=hosts)


def kind(clos: Clos, *, units: int, limit: tuple[str, ...], need: Need, hosts: Hosts = "") -> Kind:
    """Return the kind of fabric with these numbers."""
    return Kind(
        word=clos.word,
        numbers=partial(_numbers, clos),
        switches=partial(_switches, clos),
        spines=partial(_spines, clos),
        downlinks=partial(_downlinks, clos),
        uplinks=partial(_uplinks, clos),
        full=partial(_full, clos),
        needs=(need,),
        hosts=hosts,
        racks_per_unit=clos.racks_per_unit,
        tiers="two",
        clos=clos,
        units=units,
        limit=limit,
    )


def _numbers(
    clos: Clos, fabric: PlannedFabric, halls: tuple[str, ...], planned: tuple[str, ...]
) -> Fabric:
    spines = clos.spines(len(planned) * clos.leaves_per_unit // clos.planes)
    return Fabric(
        name=fabric.name,
        kind=clos.word,
        ports=(clos.port,),
        planned=planned,
        halls=halls,
        model=clos.model,
        leaves_per_unit=clos.leaves_per_unit,
        spines=spines * clos.planes,
        links=clos.uplinks // spines,
        unproven=clos.unproven,
    )


def _switches(clos: Clos, fabric: Fabric, unit: str, racks: tuple[Rack, ...]) -> Iterator[Switch]:
    for leaf in range(clos.leaves_per_unit):
        yield Switch(
            name=leaf_name(clos, unit, leaf),
            fabric=fabric.name,
            tier="leaf",
            model=clos.model,
            unit=unit,
            rack="",
            reserved=is_reserved(clos, leaf, racks),
            plane=clos.plane_of(leaf) + 1,
            rail=clos.lanes[leaf // clos.groups],
        )


def _spines(clos: Clos, fabric: Fabric, reserved: bool) -> Iterator[Switch]:
    for number in range(1, fabric.spines + 1):
        yield Switch(
            name=naming.spine(fabric.name, clos.spine, number),
            fabric=fabric.name,
            tier="spine",
            model=clos.model,
            unit="",
            rack="",
            reserved=reserved,
            plane=(number - 1) * clos.planes // fabric.spines + 1,
        )


def _downlinks(clos: Clos, fabric: Fabric, rack: Rack) -> Run[Cable]:
    group, place = _group(clos, rack), (rack.index - 1) % clos.racks_per_leaf
    tray = rack.hardware.device_type("compute")
    names = {
        **_leaves(clos, fabric, rack.unit, group),
        "rack": rack.name,
        "tray": naming.before_label(rack.name, rack.pod, rack.index, tray),
    }
    return Run(_of_rack(clos, fabric.name, tray, place, not rack.installed), names)


@lru_cache(maxsize=KEPT)
def _leaves(clos: Clos, fabric: Fabric, unit: str, group: int) -> dict[str, str]:
    """Return the names of a group's leaves and of where they stand, which its racks share."""
    names: dict[str, str] = {}
    for number, lane in enumerate(clos.lanes):
        leaf = number * clos.groups + group
        there = places.stands(fabric, "leaf", unit, leaf)
        names.update(places.names(lane, leaf_name(clos, unit, leaf), there))
    return names


@lru_cache(maxsize=KEPT)
def _of_rack(clos: Clos, fabric: str, tray: DeviceType, place: int, reserved: bool) -> Harness:
    """Return the harness from the trays of a rack to its leaves, of which it has this place."""
    return Pattern(
        tuple(
            Cable(
                fabric=fabric,
                bundle=f"{hole('rack')}--{hole(lane)}",
                sequence=seat.index,
                source=End(f"{hole('tray')}{seat.label}", lane, hole("rack"), str(seat.slot)),
                target=places.hole_end(lane, clos.name(place * TRAYS_PER_RACK + seat.index)),
                gbps=clos.gbps,
                length="in-unit",
                reserved=reserved,
            )
            for seat in seats((tray,))
            for lane in clos.lanes
        )
    )


def _uplinks(
    clos: Clos, fabric: Fabric, unit: str, racks: tuple[Rack, ...]
) -> Iterator[Run[Cable]]:
    in_plane = clos.leaves_per_unit // clos.planes
    first = fabric.planned.index(unit) * in_plane
    for leaf in range(clos.leaves_per_unit):
        name, there = leaf_name(clos, unit, leaf), places.stands(fabric, "leaf", unit, leaf)
        names = dict(places.names(LOWER, name, there))
        names.update(joins(clos, first + leaf % in_plane, fabric.links))
        reserved = is_reserved(clos, leaf, racks)
        yield Run(_to_spines(clos, fabric, clos.plane_of(leaf), reserved), names)


@lru_cache(maxsize=KEPT)
def _to_spines(clos: Clos, fabric: Fabric, plane: int, reserved: bool) -> Harness:
    """Return the harness from a leaf to the spines of its plane, which counts from 0."""
    in_plane = fabric.spines // clos.planes
    above = (
        places.end(
            naming.spine(fabric.name, clos.spine, number + 1),
            places.stands(fabric, "spine", "", number),
        )
        for number in range(plane * in_plane, (plane + 1) * in_plane)
    )
    length = length_to_spines(fabric)
    return joined(clos, between(clos, fabric, length, reserved), above, fabric.links)


def between(clos: Clos, fabric: Fabric, length: LengthClass, reserved: bool) -> Cable:
    """Return a cable between two tiers as far as all of a harness are alike: without ends."""
    nowhere = End("", "")
    return Cable(fabric.name, "", 0, nowhere, nowhere, clos.gbps, length, reserved)


def length_to_spines(fabric: Fabric) -> LengthClass:
    """Return how far it is from a unit to the switches that the whole fabric shares."""
    return "in-hall" if len(fabric.halls) == 1 else "between-halls"


def _full(clos: Clos, _fabric: Fabric, hardware: HardwareType) -> str:
    trays = hardware.device_type("compute").count
    if trays <= TRAYS_PER_RACK:
        return ""
    return (
        f"a leaf has {TRAYS_PER_RACK} ports for each of its {clos.racks_per_leaf} racks, "
        f"not {trays}"
    )


def leaf_name(clos: Clos, unit: str, leaf: int) -> str:
    """Return the name of a unit's leaf, which counts from 0."""
    return naming.leaf(unit, clos.leaf, leaf + 1)


def is_reserved(clos: Clos, leaf: int, racks: tuple[Rack, ...]) -> bool:
    """Return whether none of the racks that a leaf takes is installed."""
    return not any(rack.installed and _group(clos, rack) == leaf % clos.groups for rack in racks)


def _group(clos: Clos, rack: Rack) -> int:
    return (rack.index - 1) // clos.racks_per_leaf
