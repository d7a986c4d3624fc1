"""IMEX: one configuration per NVLink domain, the same list in the same order on every node."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.inventory import Device, Inventory
from rackwright.render.jinja import fill


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield the two files of every NVLink domain of the unit."""
    if inventory.unit.kind != "scalable-unit":
        return
    site = inventory.common.site
    for domain, nodes in domains(inventory).items():
        folder = f"{inventory.unit.folder}/imex/{domain}"
        yield f"{folder}/config.cfg", fill("imex/config.cfg.j2", site=site, domain=domain)
        yield f"{folder}/nodes_config.cfg", fill("imex/nodes_config.cfg.j2", nodes=nodes)


def domains(inventory: Inventory) -> dict[str, list[Device]]:
    """Return the hosts of every NVLink domain, in the order of rack and tray."""
    found: dict[str, list[Device]] = {}
    for rack in inventory.installed():
        hosts = inventory.present(rack.name, "compute")
        found.setdefault(rack.nvlink_domain, []).extend(hosts)
    return found
