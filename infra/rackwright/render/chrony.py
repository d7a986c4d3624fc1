"""chrony: what the site's time servers and everyone else read."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.inventory import Inventory
from rackwright.render.jinja import fill


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield the client's and the server's configuration, once for the site."""
    if inventory.unit.kind != "site":
        return
    common = inventory.common
    servers = common.addresses_of("time")
    yield (
        "site/chrony/client.conf",
        fill("chrony/client.conf.j2", site=common.site, servers=servers),
    )
    yield (
        "site/chrony/server.conf",
        fill(
            "chrony/server.conf.j2",
            site=common.site,
            sources=common.time_sources,
            prefixes=common.prefixes,
        ),
    )
