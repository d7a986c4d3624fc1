"""Network boot: what DHCP's answers point at, all served by the nodes that answer DHCP.

Compute trays come up from Ironic's virtual media. Where a pool says what it boots over the network
instead, DHCP leads its trays there in two steps: one script for everybody, which finds the script
of the machine's own pool by an option of the answer, and that starts the pool's kernel and tells
cloud-init where the pool's documents are. Nothing here is about a single tray: who it is, DHCP
says. The path of a file in its address is its path under rendered/.

The kernel's arguments go to every pool's nodes, however they boot.
"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.inventory import Common, Inventory, Pool, Rack
from rackwright.inventory.boot import BOOT_PORT
from rackwright.render.ansible import pool_of
from rackwright.render.delivery import BOOT_SCRIPT
from rackwright.render.jinja import fill

LOADER = "ipxe/ipxe-arm64.efi"
"""Of Debian's package ipxe."""
CUMULUS = "site/ztp/cumulus.sh"
NVOS = "site/ztp/nvos.json"


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield the site's first script and server, and what each pool boots."""
    common = inventory.common
    if inventory.unit.kind == "site":
        yield "site/boot/nginx.conf", fill("boot/nginx.conf.j2", site=common.site, port=BOOT_PORT)
        if any(pool.network_boot for pool in common.pools):
            yield BOOT_SCRIPT, fill("boot/boot.ipxe.j2", site=common.site)
            yield "site/boot/tftpd-hpa", fill("boot/tftpd-hpa.j2", site=common.site)
    elif inventory.unit.kind == "pool":
        pool, place = pool_of(inventory), f"{inventory.unit.folder}/boot"
        yield f"{place}/kernel.cfg", fill("boot/kernel.cfg.j2", site=common.site, pool=pool)
        if pool.network_boot:
            yield from _of_pool(common, pool, place)


def url(common: Common, path: str) -> str:
    """Return the address of a file that DHCP's answers may point at."""
    return f"{common.boot_url}/{path}"


def folder(common: Common, rack: Rack) -> str:
    """Return where the hosts of a rack find their pool's files; nothing if they do not boot so."""
    pool = common.pool(rack.pool)
    return url(common, f"pools/{pool.name}/boot/") if pool.network_boot else ""


def _of_pool(common: Common, pool: Pool, place: str) -> Iterator[tuple[str, str]]:
    access = common.access
    yield (
        f"{place}/boot.ipxe",
        fill("boot/pool.ipxe.j2", site=common.site, pool=pool.name, boot=pool.network_boot),
    )
    yield (
        f"{place}/user-data",
        fill(
            "boot/user-data.yml.j2",
            is_root=access.user == "root",
            user=access.user,
            keys=access.authorized_keys,
        ),
    )
    yield f"{place}/meta-data", fill("boot/meta-data.yml.j2", pool=pool.name)
    yield f"{place}/network-config", fill("boot/network-config.yml.j2")
