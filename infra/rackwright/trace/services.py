"""Why the values of a service node and of a network are what they are."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.expand import networks
from rackwright.expand.networks import Cut
from rackwright.inventory import Space
from rackwright.spec import Loaded
from rackwright.trace.reasons import Reason
from rackwright.yamlfile import Path


def why_of_node(loaded: Loaded, words: list[str]) -> Iterator[Reason]:
    """Yield why a service node has a value; `words` are its name and the field."""
    name, field = words[:2]
    nodes = loaded.site.service_nodes
    place = next(number for number, node in enumerate(nodes) if node.name == name)
    for key in ("roles", "standby") if field == "roles" else (field,):
        if key in nodes[place].written:
            yield Reason("given here", loaded.document.at(("service_nodes", place, key)))
        elif key == field:
            yield Reason(f"nobody gives {key}", loaded.document.at(("service_nodes", place)))


def why_of_space(loaded: Loaded, space: Space, field: str) -> Iterator[Reason]:
    """Yield why a network has a value."""
    cut = next((each for each in networks.cuts(loaded) if _is_of(each, space)), None)
    if cut is None:
        key = "ipv6_prefix" if space.ipv6 else "prefix"
        yield from _whole(loaded, ("networks", "services", key), field)
    elif field == "rack_length":
        key = "ipv6_rack_prefix_length" if space.ipv6 else "rack_prefix_length"
        yield Reason("given here, or the default", loaded.document.at(("networks", cut.key, key)))
    elif field == "planned_racks":
        yield from _planned(loaded, cut)
    elif field == "possible_racks":
        yield Reason(f"2 to the power of {space.rack_length} - {space.length}")
        yield Reason("given here", loaded.document.at(cut.path))
    else:
        yield Reason("given here", loaded.document.at(cut.path))


def _is_of(cut: Cut, space: Space) -> bool:
    mine = (networks.KEYS[cut.key], cut.hall, cut.ipv6)
    return mine == (space.network, space.hall, space.ipv6)


def _whole(loaded: Loaded, path: Path, field: str) -> Iterator[Reason]:
    words = "the first address of the prefix" if field == "gateway" else "given here"
    if field in ("rack_length", "planned_racks", "possible_racks"):
        words = "it is not cut into racks"
    yield Reason(words, loaded.document.at(path))


def _planned(loaded: Loaded, cut: Cut) -> Iterator[Reason]:
    plan = loaded.site.networks
    halls = cut.planned // networks.racks_of_halls(loaded.site, 1)
    whose = f"{cut.hall} alone" if cut.hall else f"{halls} halls, the highest index of those in it"
    units, racks = plan.planned_scalable_units, plan.racks_per_scalable_unit
    yield Reason(f"{halls} x {units} x {racks}: {whose}")
    at = loaded.document.at(("networks", "planned_scalable_units"))
    yield Reason(f"{units} units a hall", at)
    at = loaded.document.at(("networks", "racks_per_scalable_unit"))
    yield Reason(f"{racks} racks a unit", at)
