"""IMEX: one configuration per NVLink domain, or per partition of one, and never across.

Every node of it has the same list in the same order. Where a Kubernetes cluster runs IMEX for each
ComputeDomain, the hosts run none and have no list.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from rackwright.inventory import Device, Inventory
from rackwright.render.delivery import imex_folder
from rackwright.render.jinja import fill, lines


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield the two files of every NVLink domain or partition of the unit."""
    if inventory.unit.kind != "scalable-unit":
        return
    found = domains(inventory)
    configured = lines("imex/config.cfg.j2", ("domain",), site=inventory.common.site)
    for (name, nodes), text in zip(found.items(), configured([*found]), strict=True):
        folder = f"{inventory.unit.folder}/imex/{name}"
        addresses = [node.address for node in nodes]
        yield f"{folder}/config.cfg", f"{text}\n"
        yield f"{folder}/nodes_config.cfg", fill("imex/nodes_config.cfg.j2", nodes=addresses)


def domains(inventory: Inventory) -> dict[str, list[Device]]:
    """Return the hosts of every IMEX list by its folder, in the order of rack and tray."""
    found: dict[str, list[Device]] = {}
    for rack in inventory.installed():
        if inventory.common.pool(rack.pool).host_imex:
            hosts = inventory.present(rack.name, "compute")
            for _, alike in groupby(hosts, attrgetter("partition")):
                mine = [*alike]
                found.setdefault(imex_folder(rack, mine[0]), []).extend(mine)
    return found
