"""/etc/hosts of a rack's nodes: themselves and the service nodes, whatever DNS does."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.inventory import Inventory
from rackwright.render.jinja import fill


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield one file per installed rack."""
    if inventory.unit.kind != "scalable-unit":
        return
    common = inventory.common
    for rack in inventory.installed():
        text = fill(
            "hosts/hosts.j2",
            site=common.site,
            rack=rack.name,
            domain=common.domain,
            service_nodes=common.service_nodes,
            trays=inventory.present(rack.name, "compute"),
        )
        yield f"{inventory.unit.folder}/hosts/{rack.name}", text
