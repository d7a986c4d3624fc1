"""rsyslog: every host sends its log to one node of the site, which keeps a file for each sender."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.inventory import Inventory
from rackwright.render.jinja import fill


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield what those who send read, and what the node reads that they send to."""
    if inventory.unit.kind != "site":
        return
    common = inventory.common
    client = fill("rsyslog/client.conf.j2", site=common.site, server=common.log_server)
    yield "site/rsyslog/client.conf", client
    prefixes = [space.prefix for space in common.spaces if not space.ipv6]
    yield (
        "site/rsyslog/server.conf",
        fill("rsyslog/server.conf.j2", site=common.site, prefixes=prefixes),
    )
