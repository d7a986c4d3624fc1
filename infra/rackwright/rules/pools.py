"""Every rack is in one pool, and a pool's selection selects something."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Set

from rackwright.inventory import Inventory
from rackwright.problems import Problem
from rackwright.rules import places
from rackwright.rules.references import unknown
from rackwright.spec import Loaded, layout
from rackwright.spec.pools import RackSelection
from rackwright.yamlfile import Path

CODE = "unknown-reference"

Halls = Mapping[str, Set[int]]
"""The indexes of the scalable units that are there, by hall."""


def racks_are_in_one_pool(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """Two Slurm controllers that both believe a node is theirs drain it in turns."""
    found: dict[tuple[Path, str, str], list[str]] = defaultdict(list)
    for place in places.racks(loaded):
        claims = _claims(place.rack)
        for path, pool in claims[1:]:
            if pool != claims[0][1]:
                found[path, claims[0][1], pool].append(place.rack.name)
    for (path, first, second), names in found.items():
        yield loaded.document.problem(
            path,
            "rack-in-two-pools",
            f"rack {names[0]} is in pool {second} and in pool {first}",
            because=(f"racks that are in both: {places.shown(names)} ({len(names)})",),
            hint="a rack is in the pool it names, or in the one pool that selects it",
        )


def selections_select(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A selection that leads nowhere leaves racks in a pool nobody meant."""
    halls = {hall.name: {unit.index for unit in hall.scalable_units} for hall in loaded.halls}
    for place, pool in enumerate(loaded.site.pools):
        if pool.racks is not None:
            path: Path = ("pools", place, "racks")
            yield from _halls_are_known(loaded, path, pool.racks, halls)
            yield from _units_are_there(loaded, path, pool.racks, halls)
            if pool.racks.names:
                yield from _racks_are_known(loaded, path, pool.racks)


def _halls_are_known(
    loaded: Loaded, path: Path, chosen: RackSelection, halls: Halls
) -> Iterator[Problem]:
    for item, name in enumerate(chosen.halls):
        if name not in halls:
            yield unknown(loaded, (*path, "halls", item), CODE, "hall", name, halls)


def _units_are_there(
    loaded: Loaded, path: Path, chosen: RackSelection, halls: Halls
) -> Iterator[Problem]:
    for here, run in layout.items(chosen.scalable_units, (*path, "scalable_units")):
        wanted = range(run.first, run.first + run.count)
        if run.hall not in halls:
            yield unknown(loaded, (*here, "hall"), CODE, "hall", run.hall, halls)
        elif halls[run.hall].isdisjoint(wanted):
            yield loaded.document.problem(
                (*here, "first"),
                "selection-empty",
                f"hall {run.hall} has none of the scalable units {wanted[0]} to {wanted[-1]}",
            )


def _racks_are_known(loaded: Loaded, path: Path, chosen: RackSelection) -> Iterator[Problem]:
    racks = places.by_name(loaded)
    for item, name in enumerate(chosen.names):
        if name not in racks:
            yield unknown(loaded, (*path, "names", item), CODE, "rack", name, racks)


def _claims(rack: layout.Rack) -> list[tuple[Path, str]]:
    """Return who says which pool the rack is in; the site's defaults only say what is left over."""
    layers = [each for each in rack.layers.chain if each.values.get("pool")]
    chosen = [each for each in layers if each.path[0] == "pools"]
    own = [each for each in layers if each.path[0] == "halls"][-1:]
    return [
        *((each.path, each.values["pool"]) for each in chosen),
        *(((*each.path, "pool"), each.values["pool"]) for each in own),
    ]
