"""Names that must lead somewhere: hardware, pools, feeds, controllers, tray labels."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from rackwright import hardware
from rackwright.expand import naming, placement
from rackwright.inventory import Inventory
from rackwright.problems import Problem, did_you_mean, quoted
from rackwright.rules import places
from rackwright.spec import Loaded
from rackwright.yamlfile import Path


def hardware_is_known(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A rack of a kind nobody described would be left out of every file."""
    known = hardware.catalogue()
    for place in places.racks(loaded.site):
        if place.rack.kind not in known:
            yield _unknown(
                loaded,
                (*place.path, "kind"),
                "unknown-hardware",
                "hardware",
                place.rack.kind,
                known,
            )


def names_lead_somewhere(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A misspelt pool or feed would leave racks unscheduled or unpowered."""
    site = loaded.site
    pools = [pool.name for pool in site.pools]
    nodes = [node.name for node in site.service_nodes]
    code = "unknown-reference"
    for hall_path, hall in places.halls(site):
        feeds = [feed.name for feed in hall.feeds]
        for path, unit in places.scalable_units(hall_path, hall):
            if unit.feed not in feeds:
                yield _unknown(loaded, (*path, "feed"), code, "feed", unit.feed, feeds)
    for place in places.racks(site):
        if place.rack.pool not in pools:
            yield _unknown(loaded, (*place.path, "pool"), code, "pool", place.rack.pool, pools)
    for number, pool in enumerate(site.pools):
        name = pool.slurm.controller
        if name not in nodes:
            path = ("pools", number, "slurm", "controller")
            yield _unknown(loaded, path, code, "service node", name, nodes)


def trays_are_there(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A hold on a tray that does not exist would hold nothing."""
    for place in places.racks(loaded.site):
        kind = hardware.catalogue().get(place.rack.kind)
        if kind is None:
            continue
        labels = [naming.label(device, index) for device, index, _ in placement.positions(kind)]
        for label in place.rack.trays:
            if label not in labels:
                path = (*place.path, "trays", label)
                yield _unknown(loaded, path, "unknown-tray", "tray", label, labels)


def _unknown(
    loaded: Loaded, path: Path, code: str, what: str, name: str, known: Collection[str]
) -> Problem:
    few = f"known: {', '.join(sorted(known))}" if 0 < len(known) <= 8 else ""
    hint = did_you_mean(name, known) or few
    return loaded.document.problem(path, code, f"there is no {what} {quoted(name)}", hint=hint)
