"""NVLink domains that several racks form have all of them."""

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
    domains: dict[str, list[Place]] = defaultdict(list)
    for place in places.racks(loaded):
        if place.rack.kind in loaded.catalogue:
            domains[place.rack.nvlink_domain or place.rack.name].append(place)
    for domain, members in domains.items():
        kinds = [loaded.catalogue[place.rack.kind] for place in members]
        nodes = sum(kind.device_type("compute").count for kind in kinds)
        wanted = min(kind.domain_nodes for kind in kinds)
        if nodes < wanted:
            names = ", ".join(place.rack.name for place in members)
            key = "nvlink_domain" if members[0].rack.nvlink_domain else "name"
            yield loaded.document.problem(
                members[0].rack.at(key),
                "domain-not-whole",
                f"NVLink domain {domain} has {nodes} of its {wanted} compute trays",
                because=(
                    f"it is the domain of {names} alone",
                    f"a domain of {kinds[0].name} spans {wanted} compute trays",
                ),
                hint="give all racks of the domain the same nvlink_domain; planned ones count",
            )
