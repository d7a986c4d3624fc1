"""Which feed carries what: the planning power of the racks on each feed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from rackwright.inventory import Feed, Rack
from rackwright.spec.site import Site


def feeds(site: Site, racks: Iterable[Rack]) -> Iterator[Feed]:
    """Yield every feed of the site, as specified, with the power of its racks."""
    loads: dict[tuple[str, str], list[tuple[bool, int]]] = defaultdict(list)
    for rack in racks:
        loads[rack.hall, rack.feed].append((rack.installed, rack.hardware.power.planning_kw))
    for hall in site.halls:
        for feed in hall.feeds:
            here = loads.get((hall.name, feed.name), ())
            yield Feed(
                hall=hall.name,
                name=feed.name,
                capacity_kw=feed.capacity_kw,
                installed_kw=sum(kw for installed, kw in here if installed),
                planned_kw=sum(kw for _, kw in here),
            )
