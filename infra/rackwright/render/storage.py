"""What a pool's nodes mount, as systemd mount units.

A unit is a file of its own, so a file system is added without touching the image's fstab. Ansible
starts and enables it (`pool_services`) and never restarts it: that would take the data from under
running jobs. How the source of a mount is written: nfs(5), mount.lustre(8), Weka's documentation,
*Mount filesystems*.
"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.inventory import Inventory, Mount
from rackwright.render.ansible import pool_of
from rackwright.render.delivery import mount_unit
from rackwright.render.jinja import fill


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield the mount units of a pool."""
    if inventory.unit.kind == "pool":
        for mount in pool_of(inventory).mounts:
            path = f"{inventory.unit.folder}/storage/{mount_unit(mount)}"
            yield path, fill("storage/mount.j2", mount=mount, source=source(mount))


def source(mount: Mount) -> str:
    """Return what is mounted, as the mount program of its kind wants it."""
    export = mount.export.lstrip("/")
    if mount.kind == "wekafs":
        return f"{','.join(mount.servers)}/{export}"
    return f"{':'.join(mount.servers)}:/{export}"
