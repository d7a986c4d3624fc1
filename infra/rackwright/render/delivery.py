"""Which rendered file goes where on which host: the lists that Ansible ships and plans repeat."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from rackwright.expand import management
from rackwright.hardware import DeviceClass
from rackwright.inventory import Common, Device, Inventory, Mount, Pool, Rack, ServiceNode
from rackwright.plan import File, Folder

CONSOLES: tuple[DeviceClass, ...] = ("compute", "nvlink-switch")
"""The classes of device whose BMCs have a serial console; a power shelf has no system."""
BOOT_SCRIPT = "site/boot/boot.ipxe"
BOOT_FILES = ("boot.ipxe", "user-data", "meta-data", "network-config")
"""Of a pool; the last three are what cloud-init's NoCloud asks for."""
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

ZTP = "site/ztp"

USER_CA = "/etc/ssh/user_ca.pub"
DCGM_COUNTERS = "/etc/dcgm-exporter/default-counters.csv"
"""Where dcgm-exporter looks for what it is to read."""

_BIND = "/etc/bind"
_CHRONY = "/etc/chrony/chrony.conf"
_CONMAN = "/etc/conman"
_RSYSLOG = "/etc/rsyslog.d/60-rackwright.conf"
_SSHD = "/etc/ssh/sshd_config.d/10-user-ca.conf"
_GRUB = "/etc/default/grub.d/60-rackwright.cfg"
_SERVED = "/srv/boot"
_UNITS = "/etc/systemd/system"


class Service(Struct, frozen=True):
    """A unit of systemd that must run, and the folder whose files it must be younger than."""

    name: str
    reads: str


def site_files(common: Common) -> tuple[File, ...]:
    """Return what every compute tray of the site gets."""
    user_ca = (
        File(source="site/ssh/user_ca.pub", path=USER_CA),
        File(source="site/ssh/user_ca.conf", path=_SSHD),
    )
    everywhere = (
        File(source="site/chrony/client.conf", path=_CHRONY),
        File(source="site/rsyslog/client.conf", path=_RSYSLOG),
    )
    counters = File(source="site/monitoring/dcgm-counters.csv", path=DCGM_COUNTERS)
    return (
        *everywhere,
        *(user_ca if common.user_ca else ()),
        *((counters,) if common.addresses_of("monitoring") else ()),
    )


def site_services(common: Common) -> tuple[Service, ...]:
    """Return what runs on every compute tray for files of the site's own."""
    log = Service("rsyslog", "/etc/rsyslog.d")
    return (log, Service("ssh", "/etc/ssh")) if common.user_ca else (log,)


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


def kernel_files(pool: Pool) -> tuple[File, ...]:
    """Return what every node of a pool starts its next kernel with."""
    return (File(source=f"pools/{pool.name}/boot/kernel.cfg", path=_GRUB),)


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
        files += [
            File(source=f"fabrics/{name}/kea/subnets.json", path=kea_include(name))
            for name in common.zones.of_fabrics
        ]
        files += _dhcp6_files(common, node)
        files += _boot_files(common)
        files += [_served(f"{ZTP}/{name}") for name in _ztp(common)]
    if "dns" in node.roles:
        files += _dns_files(common)
    if "monitoring" in node.roles:
        files += monitoring_files(common)
    part = "server" if "time" in node.roles else "client"
    files.append(File(source=f"site/chrony/{part}.conf", path=_CHRONY))
    part = "server" if node == common.log_server else "client"
    files.append(File(source=f"site/rsyslog/{part}.conf", path=_RSYSLOG))
    if node == common.console_server:
        files += _console_files(common)
    for pool in common.pools:
        if node.name in pool.controllers:
            files += pool_files(pool)
    return tuple(files)


def service_folders(site: Inventory, node: ServiceNode) -> tuple[Folder, ...]:
    """Return the folders that one service node gets: what a switch fetches at its first start.

    A campus has thousands of switches, so the lists name folders, one for each unit and fabric.
    """
    if "dhcp" not in node.roles:
        return ()
    installed = {rack.unit for rack in site.installed()}
    switched = [fabric for fabric in site.common.fabrics if fabric.loopbacks]
    planned = {name for fabric in switched for name in fabric.planned}
    units = [unit for unit in site.common.units if unit in installed & planned]
    fabrics = [
        f"fabrics/{fabric.name}"
        for fabric in switched
        if management.shared(fabric) and installed & {*fabric.planned}
    ]
    sources = (f"{each}/switches" for each in (*fabrics, *units))
    return tuple(Folder(source=source, path=f"{_SERVED}/{source}") for source in sources)


def unit_consoles(unit: str, device_class: DeviceClass) -> str:
    """Return where the list of a scalable unit's consoles lies on the node that has them."""
    return f"{_CONMAN}/{unit}-{device_class}"


def _console_files(common: Common) -> Iterator[File]:
    """Yield what conman's own file is put together from, but for the logins."""
    yield File(source="site/conman/server.conf", path=f"{_CONMAN}/server.conf")
    yield File(source="site/conman/assemble", path=f"{_CONMAN}/assemble")
    yield File(source="site/conman/unit.conf", path=f"{_UNITS}/conman.service.d/rackwright.conf")
    for unit in common.units:
        for each in CONSOLES:
            yield File(source=f"{unit}/conman/{each}", path=unit_consoles(unit, each))


def unit_zone(unit: str, zone: str) -> str:
    """Return where a scalable unit's records of a zone, or a fabric's, lie on a DNS server."""
    return f"{_BIND}/units/{unit}/{zone}"


def _dns_files(common: Common) -> Iterator[File]:
    """Yield what a DNS server reads, but for the SOA of its zones."""
    yield File(source="site/dns/named.conf", path=f"{_BIND}/named.conf")
    for zone in zone_names(common):
        yield File(source=f"site/dns/zones/{zone}", path=f"{_BIND}/zones/{zone}")
    for unit in common.units:
        for zone in common.zones.of_units[unit]:
            yield File(source=f"{unit}/dns/{zone}", path=unit_zone(unit, zone))
    for name, zones in common.zones.of_fabrics.items():
        for zone in zones:
            yield File(source=f"fabrics/{name}/dns/{zone}", path=unit_zone(name, zone))


def zone_names(common: Common) -> tuple[str, ...]:
    """Return every zone of the site, the forward one first."""
    reverse = sorted({name for zones in common.zones.reverse for name in zones.names})
    return (common.domain, *reverse)


def _boot_files(common: Common) -> Iterator[File]:
    """Yield what a node that answers DHCP serves to those it has answered."""
    yield File(source="site/boot/nginx.conf", path="/etc/nginx/conf.d/boot.conf")
    pools = [pool for pool in common.pools if pool.network_boot]
    if pools:
        yield File(source="site/boot/tftpd-hpa", path="/etc/default/tftpd-hpa")
        yield _served(BOOT_SCRIPT)
    for pool in pools:
        for name in BOOT_FILES:
            yield _served(f"pools/{pool.name}/boot/{name}")


def _served(source: str) -> File:
    return File(source=source, path=f"{_SERVED}/{source}")


def dhcp6_servers(common: Common) -> tuple[ServiceNode, ...]:
    """Return the nodes that answer DHCP in IPv6: where BMCs or hosts have it, and they too."""
    asking = {space.network for space in common.spaces if space.ipv6}
    if not asking & {"out-of-band", "in-band"}:
        return ()
    nodes = common.service_nodes
    return tuple(node for node in nodes if "dhcp" in node.roles and node.ipv6_address)


def _dhcp6_files(common: Common, node: ServiceNode) -> Iterator[File]:
    if node in dhcp6_servers(common):
        source = f"site/kea/kea-dhcp6-{node.name}.conf"
        yield File(source=source, path="/etc/kea/kea-dhcp6.conf")
        for unit in common.units:
            yield File(source=f"{unit}/kea/subnets6.json", path=kea6_include(unit))


def kea6_include(unit: str) -> str:
    """Return where a scalable unit's IPv6 subnets lie on a DHCP server."""
    return f"/etc/kea/{unit}-subnets6.json"


def _ztp(common: Common) -> tuple[str, ...]:
    """Return what switches fetch at their first start."""
    cumulus = ("cumulus.sh", "folders") if any(it.loopbacks for it in common.fabrics) else ()
    return (*cumulus, "nvos.json", "nvos.txt")


def monitoring_files(common: Common) -> Iterator[File]:
    """Yield what a monitoring node has under /etc/prometheus."""
    for name in PROMETHEUS_FILES:
        yield File(source=f"site/monitoring/{name}", path=f"/etc/prometheus/{name}")
    for unit in common.units:
        for name in TARGET_FILES:
            path = f"{TARGETS}/{unit}-{name}"
            yield File(source=f"{unit}/monitoring/{name}", path=path)


def kea_include(unit: str) -> str:
    """Return where a scalable unit's subnets, or a fabric's, lie on a DHCP server."""
    return f"/etc/kea/{unit}-subnets.json"
