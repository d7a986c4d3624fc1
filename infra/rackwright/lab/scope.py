"""What part of a site a lab brings up: its plan, narrowed to some racks.

A campus does not fit on one machine, a rack does. A scope is the site's plan and the plans of its
units with only the wanted racks in them, so that everything after it need not ask which.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from msgspec.structs import replace

from rackwright import plan
from rackwright.lab.ironic import Endpoints, image_server
from rackwright.problems import PlanError


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of a site that a lab brings up."""

    folder: Path
    """The site's folder, absolute."""
    site: plan.SitePlan
    units: tuple[plan.UnitPlan, ...]
    endpoints: Endpoints

    @property
    def racks(self) -> tuple[plan.Rack, ...]:
        """Return the racks of all units."""
        return tuple(rack for unit in self.units for rack in unit.racks)


def read(folder: Path, racks: tuple[str, ...] = ()) -> Scope:
    """Return the scope of the named racks, or of all installed ones.

    Raises:
        PlanError: A named rack is not installed, or the site has nothing a lab could run.
    """
    site = plan.read_site(folder)
    units = tuple(plan.read_unit(folder, unit) for unit in site.units)
    installed = [rack.name for unit in units for rack in unit.racks]
    if unknown := sorted(set(racks) - set(installed)):
        raise PlanError(
            f"{folder} has no installed rack {', '.join(unknown)}", f"it has {', '.join(installed)}"
        )
    wanted = set(racks) or set(installed)
    narrowed = tuple(_narrowed(unit, wanted) for unit in units)
    kept = tuple(unit for unit in narrowed if unit.racks)
    if not kept:
        raise PlanError(f"{folder} has no installed rack", "set `state: installed` and render")
    return Scope(folder, site, kept, _endpoints(site, kept))


def _narrowed(unit: plan.UnitPlan, wanted: set[str]) -> plan.UnitPlan:
    racks = tuple(rack for rack in unit.racks if rack.name in wanted)
    return replace(unit, racks=racks)


def _endpoints(site: plan.SitePlan, units: tuple[plan.UnitPlan, ...]) -> Endpoints:
    url = urlsplit(site.ironic.url)
    node = next((node for node in site.service_nodes if node.address == url.hostname), None)
    if node is None or "ironic" not in node.roles:
        raise PlanError(f"{site.ironic.url} is not on a service node with the role ironic")
    media = sorted({pool.image.url for unit in units for pool in unit.pools.values()})
    server, path = image_server(media[0])
    if len(media) > 1 or urlsplit(server).hostname != node.address:
        raise PlanError(
            f"the lab serves one boot medium, from {node.address}; the pools have {media}"
        )
    return Endpoints(node, url.port or 443, server, path)
