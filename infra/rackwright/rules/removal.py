"""A rack that is to leave really leaves: nothing else in the specification keeps it."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.inventory import Inventory
from rackwright.problems import Problem
from rackwright.rules import places
from rackwright.spec import Loaded
from rackwright.spec.layout import Rack


def racks_that_leave_are_there(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A planned rack is in no plan, so its decommission is carried out by nobody."""
    yield from places.once(
        (rack.name, _problem(loaded, rack, "state", "decommission-planned", "planned"))
        for rack in _leaving(loaded)
        if rack.state == "planned"
    )


def racks_that_leave_are_free(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """`up` leaves alone what is on hold, so a rack that is to leave would stay as it is."""
    yield from places.once(
        (rack.name, _problem(loaded, rack, "hold", "decommission-held", "on hold"))
        for rack in _leaving(loaded)
        if rack.hold
    )


def _leaving(loaded: Loaded) -> Iterator[Rack]:
    return (place.rack for place in places.racks(loaded) if place.rack.decommission)


def _problem(loaded: Loaded, rack: Rack, field: str, code: str, state: str) -> Problem:
    return loaded.document.problem(
        rack.at("decommission"),
        code,
        f"rack {rack.name} is to be decommissioned, and it is {state}",
        because=(f"that is said at {loaded.document.at(rack.at(field))}",),
        hint="first what is installed and free is powered off; then the rack is taken out, or "
        "becomes planned",
    )
