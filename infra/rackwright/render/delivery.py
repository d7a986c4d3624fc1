"""Which rendered file goes where on which host: the lists that Ansible ships and plans repeat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rackwright.inventory import Common, Device, Mount, Pool, Rack, ServiceNode
from rackwright.plan import File

PROMETHEUS_FILES = (
    "prometheus.yml",
    "rules/racks.yml",
    "alertmanager.yml",
    "blackbox.yml",
    "snmp.yml",
)
TARGETS = "/etc/prometheus-targets"
"""Apart from what Prometheus must be restarted for: it sees by itself when these change."""
TARGET_FILES = ("trays.json", "bmcs.json")
IMEX_FILES = ("config.cfg", "nodes_config.cfg")

USER_CA = "/etc/ssh/user_ca.pub"
DCGM_COUNTERS = "/etc/dcgm-exporter/default-counters.csv"
"""Where dcgm-exporter looks for what it is to read."""

_CHRONY = "/etc/chrony/chrony.conf"
_SSHD = "/etc/ssh/sshd_config.d/10-user-ca.conf"
_UNITS = "/etc/systemd/system"


@dataclass(frozen=True, slots=True)
class Service:
    """A unit of systemd that must run, and the folder whose files it must be younger than."""

    name: str
    reads: str


def site_files(common: Common) -> tuple[File, ...]:
    """Return what every compute tray of the site gets."""
    user_ca = (
        File(source="site/ssh/user_ca.pub", path=USER_CA),
        File(source="site/ssh/user_ca.conf", path=_SSHD),
    )
    clock = File(source="site/chrony/client.conf", path=_CHRONY)
    counters = File(source="site/monitoring/dcgm-counters.csv", path=DCGM_COUNTERS)
    return (
        clock,
        *(user_ca if common.user_ca else ()),
        *((counters,) if common.addresses_of("monitoring") else ()),
    )


def site_services(common: Common) -> tuple[Service, ...]:
    """Return what runs on every compute tray for files that not every site has."""
    return (Service("ssh", "/etc/ssh"),) if common.user_ca else ()


def rack_files(rack: Rack, pool: Pool) -> tuple[File, ...]:
    """Return what every node of one rack gets, if its nodes are alike: see `tray_files`."""
    imex = _imex_files(rack, rack.nvlink_domain) if pool.host_imex else ()
    return (_hosts_file(rack), *imex)


def tray_files(rack: Rack, pool: Pool, tray: Device) -> tuple[File, ...]:
    """Return what a node of a divided NVLink domain gets in place of its rack's files."""
    if not tray.partition or not pool.host_imex:
        return ()
    return (_hosts_file(rack), *_imex_files(rack, imex_folder(rack, tray)))


def imex_folder(rack: Rack, tray: Device) -> str:
    """Return where in its unit's imex/ the list of a node lies: `a01`, or `a01/left`."""
    return f"{rack.nvlink_domain}/{tray.partition}" if tray.partition else rack.nvlink_domain


def _hosts_file(rack: Rack) -> File:
    return File(source=f"{rack.unit}/hosts/{rack.name}", path="/etc/hosts")


def _imex_files(rack: Rack, folder: str) -> tuple[File, ...]:
    return tuple(
        File(source=f"{rack.unit}/imex/{folder}/{name}", path=f"/etc/nvidia-imex/{name}")
        for name in IMEX_FILES
    )


def pool_files(pool: Pool) -> tuple[File, ...]:
    """Return what every node of a pool, and its controllers, get."""
    return tuple(
        File(
            source=f"pools/{pool.name}/slurm/{name}",
            path=f"/etc/slurm/{name}",
            mode="0755" if name.endswith(".sh") else "0644",
        )
        for name in slurm_files(pool)
    )


def slurm_files(pool: Pool) -> tuple[str, ...]:
    """Return the names of the files of a pool that Slurm schedules; others have none."""
    if pool.slurm is None:
        return ()
    scripts = ("prolog.sh", "epilog.sh")
    return ("slurm.conf", pool.slurm.topology, "gres.conf", "cgroup.conf", *scripts)


def mount_files(pool: Pool) -> tuple[File, ...]:
    """Return what every node of a pool gets for its file systems."""
    units = [mount_unit(mount) for mount in pool.mounts]
    return tuple(
        File(source=f"pools/{pool.name}/storage/{unit}", path=f"{_UNITS}/{unit}") for unit in units
    )


def mount_services(pool: Pool) -> tuple[Service, ...]:
    """Return the file systems of a pool as systemd runs them; none reads a file of ours again."""
    return tuple(Service(mount_unit(mount), mount.path) for mount in pool.mounts)


def mount_unit(mount: Mount) -> str:
    """Return the name of a mount's unit, which systemd derives from its path."""
    return f"{mount.path.strip('/').replace('/', '-')}.mount"


def service_files(common: Common, node: ServiceNode) -> tuple[File, ...]:
    """Return what one service node gets, by its roles."""
    files: list[File] = []
    if "dhcp" in node.roles:
        files.append(File(source="site/kea/kea-dhcp4.conf", path="/etc/kea/kea-dhcp4.conf"))
        files += [
            File(source=f"{unit}/kea/subnets.json", path=kea_include(unit)) for unit in common.units
        ]
    if "monitoring" in node.roles:
        files += monitoring_files(common)
    part = "server" if "time" in node.roles else "client"
    files.append(File(source=f"site/chrony/{part}.conf", path=_CHRONY))
    for pool in common.pools:
        if node.name in pool.controllers:
            files += pool_files(pool)
    return tuple(files)


def monitoring_files(common: Common) -> Iterator[File]:
    """Yield what a monitoring node has under /etc/prometheus."""
    for name in PROMETHEUS_FILES:
        yield File(source=f"site/monitoring/{name}", path=f"/etc/prometheus/{name}")
    for unit in common.units:
        for name in TARGET_FILES:
            path = f"{TARGETS}/{unit}-{name}"
            yield File(source=f"{unit}/monitoring/{name}", path=path)


def kea_include(unit: str) -> str:
    """Return where a scalable unit's subnets lie on a DHCP server."""
    return f"/etc/kea/{unit}-subnets.json"
