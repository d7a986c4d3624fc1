"""NVLink domains that several racks form have all of them, side by side and used alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from rackwright.inventory import Inventory
from rackwright.problems import Problem
from rackwright.rules import places
from rackwright.rules.places import Place
from rackwright.spec import Loaded


def domains_are_whole(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """Half a domain's IMEX list makes its other half unreachable, on hardware that is cabled."""
    yield from places.once(_halves(loaded), "NVLink domains")


def _halves(loaded: Loaded) -> Iterator[tuple[str, Problem]]:
    for domain, members in _domains(loaded):
        kinds = [loaded.catalogue[place.rack.kind] for place in members]
        nodes = sum(kind.device_type("compute").count for kind in kinds)
        wanted = min(kind.domain_nodes for kind in kinds)
        if nodes < wanted:
            names = ", ".join(place.rack.name for place in members)
            key = "nvlink_domain" if members[0].rack.nvlink_domain else "name"
            problem = loaded.document.problem(
                members[0].rack.at(key),
                "domain-not-whole",
                f"NVLink domain {domain} has {nodes} of its {wanted} compute trays",
                because=(
                    f"it is the domain of {names} alone",
                    f"a domain of {kinds[0].name} spans {wanted} compute trays",
                ),
                hint="give all racks of the domain the same nvlink_domain; planned ones count",
            )
            yield domain, problem


def domains_are_in_one_place(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """An IMEX list is written for a unit and a pool: a domain across two would have two halves."""
    for domain, members in _domains(loaded):
        for what, of in (("scalable unit", _unit), ("pool", _pool), ("hardware type", _kind)):
            first, *others = members
            other = next((place for place in others if of(place) != of(first)), None)
            if other:
                yield loaded.document.problem(
                    other.rack.at("nvlink_domain"),
                    "domain-apart",
                    f"the racks of NVLink domain {domain} are not of one {what}",
                    because=(
                        f"{first.rack.name} is of {of(first)}",
                        f"{other.rack.name} is of {of(other)}",
                    ),
                    hint="racks of one domain stand side by side and are used alike",
                )


def _domains(loaded: Loaded) -> Iterator[tuple[str, list[Place]]]:
    domains: dict[str, list[Place]] = defaultdict(list)
    for place in places.by_name(loaded).values():
        if place.rack.kind in loaded.catalogue:
            domains[place.rack.nvlink_domain or place.rack.name].append(place)
    yield from domains.items()


def _unit(place: Place) -> str:
    return place.unit


def _pool(place: Place) -> str:
    return place.rack.pool


def _kind(place: Place) -> str:
    return place.rack.kind
