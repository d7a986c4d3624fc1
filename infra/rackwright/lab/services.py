"""The site's service nodes: real hosts with the rendered files in their places.

Somebody has set up the service node before the first rack arrives. In the lab that is this module:
it gives each service node a disk with the files that its plan lists, the secrets they need, and the
services of its roles enabled, and boots it. Whatever Kea or slurmctld thinks of a rendered file is
then seen in systemd's own words.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rackwright import plan, sandbox
from rackwright.lab import deltas, keys
from rackwright.lab.hosts import Hosts
from rackwright.lab.installation import HostFile, Installation, Link
from rackwright.problems import ServiceFailed
from rackwright.secrets import Secrets

UNITS = {
    "/etc/bind/named.conf": "named",
    "/etc/chrony/chrony.conf": "chrony",
    "/etc/conman/server.conf": "conman",
    "/etc/default/tftpd-hpa": "tftpd-hpa",
    "/etc/kea/kea-dhcp4.conf": "kea-dhcp4-server",
    "/etc/kea/kea-dhcp6.conf": "kea-dhcp6-server",
    "/etc/nginx/conf.d/boot.conf": "nginx",
    "/etc/rsyslog.d/60-rackwright.conf": "rsyslog",
    "/etc/slurm/slurm.conf": "slurmctld",
}
"""The systemd unit that reads a file; Ironic, which has none here, runs beside the node."""
ALIASES = {"rsyslog": "syslog"}
"""By which other name systemd looks for a unit; enabling it makes the link."""
SOA = "@ SOA {name}.{domain}. hostmaster.{domain}. 1 1h 10m 14d 1h\n"
"""What zones include, and publishing them writes."""
LOGINS = ("etc/conman/compute.login", "etc/conman/nvlink-switch.login")
LONGEST_START = 30
ENABLED = "etc/systemd/system/multi-user.target.wants"


def installation(site: plan.SitePlan, node: plan.ServiceNode, administrator: str) -> Installation:
    """Return what makes a host this service node."""
    key = keys.derived_key(f"rackwright lab {node.name}")
    names = (node.name, f"{node.name}.{site.domain}", node.address)
    return Installation(
        hostname=node.name,
        address=f"{node.address}/{node.prefix_length}",
        gateway=node.gateway,
        interface=node.interface,
        host_key=keys.private_text(key),
        host_certificate=keys.host_certificate(key, names),
        authorized_keys=(administrator,),
        ipv6_address=node.ipv6_address,
    )


def files(
    folder: Path, site: plan.SitePlan, node: plan.ServiceNode, slurm_key: bytes, image: Path
) -> Iterator[HostFile]:
    """Yield a service node's rendered files, what is written on it alone, and the lab's deltas."""
    yield from deltas.EVERYWHERE
    for file in node.files:
        content = (folder / "rendered" / file.source).read_bytes()
        owner = _user(image, file.owner)
        yield HostFile(file.path.lstrip("/"), content, int(file.mode, 8), owner)
    if "dns" in node.roles:
        yield HostFile("etc/bind/soa", SOA.format(name=node.name, domain=site.domain))
    if "conman" in units(node):
        yield from (HostFile(path, "", 0o600) for path in LOGINS)
    if "scheduler" in node.roles:
        yield HostFile("etc/slurm/slurm.key", slurm_key, 0o600, _user(image, "slurm"))


def links(node: plan.ServiceNode) -> Iterator[Link]:
    """Yield what enables the services that read the node's files."""
    for unit in units(node):
        target = f"/usr/lib/systemd/system/{unit}.service"
        yield Link(f"{ENABLED}/{unit}.service", target)
        if unit in ALIASES:
            yield Link(f"etc/systemd/system/{ALIASES[unit]}.service", target)


def units(node: plan.ServiceNode) -> tuple[str, ...]:
    """Return the systemd units that read the node's files."""
    return tuple(UNITS[file.path] for file in node.files if file.path in UNITS)


def start(
    folder: Path, site: plan.SitePlan, node: plan.ServiceNode, hosts: Hosts, secrets: Secrets
) -> None:
    """Install and boot a service node, and wait until its services run.

    Raises:
        ServiceFailed: A service does not run; the message has its last words.
    """
    slurm_key = secrets.path(site.slurm_key_ref).read_bytes()
    administrator = keys.public_text(keys.derived_key(keys.ADMINISTRATOR))
    what = installation(site, node, administrator)
    hosts.install(node.name, what, files(folder, site, node, slurm_key, hosts.image), links(node))
    hosts.boot(node.name)
    for unit in ("ssh", *units(node)):
        _require_active(hosts, node.name, unit)


def _require_active(hosts: Hosts, name: str, unit: str) -> None:
    try:
        sandbox.wait_until(lambda: _active(hosts, name, unit), LONGEST_START, f"{unit} is not up")
    except ServiceFailed as error:
        words = hosts.run(name, ["journalctl", "--unit", unit, "--lines", "3", "--output", "cat"])
        last = " / ".join(words.split("\n")).strip(" /")
        raise ServiceFailed(f"{name}: {error.message}: {last}") from error


def _active(hosts: Hosts, name: str, unit: str) -> bool:
    try:
        return hosts.run(name, ["systemctl", "is-active", unit]).strip() == "active"
    except ServiceFailed:
        return False


def _user(image: Path, name: str) -> int:
    for line in (image / "etc/passwd").read_text().splitlines():
        user, _, number, *_ = line.split(":")
        if user == name:
            return int(number)
    raise ServiceFailed(f"the node image has no user {name}", "make tools")
