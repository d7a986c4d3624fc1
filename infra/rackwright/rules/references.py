"""Names that must lead somewhere: hardware, pools, feeds, controllers, tray labels."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from rackwright.expand import naming, placement
from rackwright.inventory import Inventory
from rackwright.problems import Problem, did_you_mean, quoted
from rackwright.rules import places
from rackwright.spec import Loaded
from rackwright.yamlfile import Path


def hardware_is_known(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A rack of a kind nobody described would be left out of every file."""
    known, code = loaded.catalogue, "unknown-hardware"
    racks = (place.rack for place in places.racks(loaded))
    yield from places.once(
        (rack.name, unknown(loaded, rack.at("kind"), code, "hardware", rack.kind, known))
        for rack in racks
        if rack.kind and rack.kind not in known
    )


def names_lead_somewhere(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A misspelt pool would leave racks unscheduled."""
    site = loaded.site
    pools = [pool.name for pool in site.pools]
    nodes = [node.name for node in site.service_nodes]
    code = "unknown-reference"
    racks = (place.rack for place in places.racks(loaded))
    yield from places.once(
        (rack.name, unknown(loaded, rack.at("pool"), code, "pool", rack.pool, pools))
        for rack in racks
        if rack.pool and rack.pool not in pools
    )
    for number, pool in enumerate(site.pools):
        for key in ("controller", "backup"):
            name = getattr(pool.slurm, key, None)
            if name is not None and name not in nodes:
                path = ("pools", number, "slurm", key)
                yield unknown(loaded, path, code, "service node", name, nodes)


def tenants_lead_somewhere(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A misspelt tenant would leave its racks in the partition that everybody is in."""
    tenancy = loaded.site.tenancy
    tenants = [tenant.name for tenant in tenancy.tenants] if tenancy else []
    for place, pool in enumerate(loaded.site.pools):
        if pool.tenant is not None and pool.tenant not in tenants:
            path: Path = ("pools", place, "tenant")
            yield unknown(loaded, path, "unknown-reference", "tenant", pool.tenant, tenants)


def feeds_lead_somewhere(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A misspelt feed would leave racks out of the budget of the one that powers them."""
    yield from places.once(_lost_feeds(loaded), "scalable units")


def trays_are_there(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A hold on a tray that does not exist would hold nothing."""
    yield from places.once(_lost_trays(loaded))


def unknown(
    loaded: Loaded, path: Path, code: str, what: str, name: str, known: Collection[str]
) -> Problem:
    """Return the problem that a name leads nowhere, with the name that was probably meant."""
    few = f"known: {', '.join(sorted(known))}" if 0 < len(known) <= 8 else ""
    hint = did_you_mean(name, known) or few
    return loaded.document.problem(path, code, f"there is no {what} {quoted(name)}", hint=hint)


def _lost_feeds(loaded: Loaded) -> Iterator[tuple[str, Problem]]:
    for hall in loaded.halls:
        feeds = [feed.name for feed in hall.feeds]
        for unit in hall.scalable_units:
            for key, name in (("feed", unit.feed), ("second_feed", unit.second_feed)):
                if name and name not in feeds:
                    path = unit.at(key)
                    problem = unknown(loaded, path, "unknown-reference", "feed", name, feeds)
                    yield naming.unit(hall.name, unit.index), problem


def _lost_trays(loaded: Loaded) -> Iterator[tuple[str, Problem]]:
    for place in places.racks(loaded):
        kind = loaded.catalogue.get(place.rack.kind)
        if kind is None or not place.rack.trays:
            continue
        labels = [seat.label for seat in placement.seats(kind.devices)]
        for label in place.rack.trays:
            if label not in labels:
                path = (*place.rack.at("trays"), label)
                problem = unknown(loaded, path, "unknown-tray", "tray", label, labels)
                yield place.rack.name, problem
