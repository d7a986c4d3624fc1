"""Which rendered file goes where on which host: the lists that Ansible ships and plans repeat."""

from __future__ import annotations

from rackwright.inventory import Common, Pool, Rack, ServiceNode
from rackwright.plan import File

SLURM_FILES = ("slurm.conf", "topology.conf", "gres.conf", "cgroup.conf")
IMEX_FILES = ("config.cfg", "nodes_config.cfg")

_CHRONY = "/etc/chrony/chrony.conf"


def site_files() -> tuple[File, ...]:
    """Return what every node of the site gets."""
    return (File(source="site/chrony/client.conf", path=_CHRONY),)


def rack_files(rack: Rack) -> tuple[File, ...]:
    """Return what every node of one rack gets."""
    imex = tuple(
        File(
            source=f"{rack.unit}/imex/{rack.nvlink_domain}/{name}", path=f"/etc/nvidia-imex/{name}"
        )
        for name in IMEX_FILES
    )
    return (File(source=f"{rack.unit}/hosts/{rack.name}", path="/etc/hosts"), *imex)


def pool_files(pool: Pool) -> tuple[File, ...]:
    """Return what every node of a pool, and its controller, gets."""
    return tuple(
        File(source=f"pools/{pool.name}/slurm/{name}", path=f"/etc/slurm/{name}")
        for name in SLURM_FILES
    )


def service_files(common: Common, node: ServiceNode) -> tuple[File, ...]:
    """Return what one service node gets, by its roles."""
    files: list[File] = []
    if "dhcp" in node.roles:
        files.append(File(source="site/kea/kea-dhcp4.conf", path="/etc/kea/kea-dhcp4.conf"))
        files += [
            File(source=f"{unit}/kea/subnets.json", path=kea_include(unit)) for unit in common.units
        ]
    part = "server" if "time" in node.roles else "client"
    files.append(File(source=f"site/chrony/{part}.conf", path=_CHRONY))
    for pool in common.pools:
        if pool.controller == node.name:
            files += pool_files(pool)
    return tuple(files)


def kea_include(unit: str) -> str:
    """Return where a scalable unit's subnets lie on a DHCP server."""
    return f"/etc/kea/{unit}-subnets.json"
