"""conman: the serial console of everything whose BMC has one, in lists of its scalable unit.

conman includes no files, and wants passwords in the very file with its consoles. So its file is put
together when it starts: what is rendered here, and for each class of device one line with a login,
which is a secret and on the node alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.hardware import DeviceClass
from rackwright.inventory import Common, Inventory
from rackwright.render.delivery import CONSOLES, unit_consoles
from rackwright.render.jinja import fill


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield the server's files, or the consoles of a unit."""
    common = inventory.common
    if inventory.unit.kind == "site":
        yield "site/conman/server.conf", fill("conman/server.conf.j2", site=common.site)
        yield "site/conman/unit.conf", fill("conman/unit.conf.j2", site=common.site)
        yield "site/conman/assemble", _assemble(common)
    elif inventory.unit.kind == "scalable-unit":
        for device_class in CONSOLES:
            consoles = tuple(_consoles(inventory, device_class))
            path = f"{inventory.unit.folder}/conman/{device_class}"
            yield path, fill("conman/consoles.j2", site=common.site, consoles=consoles)


def _assemble(common: Common) -> str:
    return fill(
        "conman/assemble.j2",
        site=common.site,
        server="/etc/conman/server.conf",
        classes=tuple(
            (each, [unit_consoles(unit, each) for unit in common.units]) for each in CONSOLES
        ),
    )


def _consoles(inventory: Inventory, device_class: DeviceClass) -> Iterator[tuple[str, str]]:
    for rack in inventory.installed():
        for device in inventory.present(rack.name, device_class):
            yield device.name, device.bmc_address
