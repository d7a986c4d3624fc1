"""Zero-touch provisioning: what a switch that has just been plugged in fetches and does.

DHCP tells a Cumulus switch where the script is, and an NVLink switch tray where its recipe is. The
script takes the switch's name from DHCP, finds the switch's folder in a short list, and has NVUE
replace its configuration by the one that was reviewed. The list names fabrics, units and racks,
never switches, so a switch more or less leaves it as it is. All NVLink switch trays get the same:
services, and NVIDIA's controller (NMX-C) as an app of NVOS. The path of a file in its address is
its path under rendered/.
"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.inventory import Common, Inventory
from rackwright.render.delivery import ZTP
from rackwright.render.jinja import fill
from rackwright.render.serialise import json_text


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield the site's script, list and recipe."""
    common = inventory.common
    servers = common.addresses_of("dhcp")
    if inventory.unit.kind != "site" or not servers:
        return
    base = common.boot_url
    if any(fabric.loopbacks for fabric in common.fabrics):
        yield f"{ZTP}/cumulus.sh", fill("ztp/cumulus.sh.j2", site=common.site, base=base)
        yield f"{ZTP}/folders", "".join(f"{line}\n" for line in _folders(inventory))
    yield f"{ZTP}/nvos.json", json_text(_recipe(base, servers))
    yield f"{ZTP}/nvos.txt", fill("ztp/nvos.txt.j2", **_services(common))


def _folders(inventory: Inventory) -> Iterator[str]:
    """Yield what a switch's name begins with, and the folder of its unit."""
    for fabric in inventory.common.fabrics:
        yield f"{fabric.name} fabrics/{fabric.name}"
    for unit in inventory.common.units:
        yield f"{unit} {unit}"
    for rack in inventory.installed():
        yield f"{rack.name}-p{rack.pod} {rack.unit}"


def _recipe(base: str, servers: tuple[str, ...]) -> dict[str, object]:
    """Return NVOS's recipe: its steps run in the order of their names."""
    return {
        "ztp": {
            "01-commands-list": {"url": f"{base}/{ZTP}/nvos.txt"},
            "02-connectivity-check": {"ping-hosts": list(servers)},
        }
    }


def _services(common: Common) -> dict[str, object]:
    return {
        "name_servers": common.addresses_of("dns"),
        "time_servers": common.addresses_of("time"),
    }
