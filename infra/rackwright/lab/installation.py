"""What a config drive tells a new host, and the disk it becomes.

Ironic hands a config drive to a host as a second virtual medium, in the format that cloud-init
reads (OpenStack's: meta_data.json, network_data.json, user_data). The lab's hosts have no
cloud-init; `read` takes from the drive what a host needs to be reached and to prove itself, and
refuses one that lacks it. `disk` turns that into the files of the host's own disk.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rackwright.problems import ServiceFailed

FOLDER = "openstack/latest"
CLOUD_CONFIG = "#cloud-config\n"
SSHD = """\
HostKey /etc/ssh/ssh_host_ed25519_key
HostCertificate /etc/ssh/ssh_host_ed25519_key-cert.pub
"""


@dataclass(frozen=True, slots=True)
class HostFile:
    """A file on a host's disk; the path is relative to its root."""

    path: str
    content: str | bytes
    mode: int = 0o644
    owner: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """A target that a systemd unit is enabled for."""

    path: str
    target: str


@dataclass(frozen=True, slots=True)
class Installation:
    """What makes a host the one the plan speaks of."""

    hostname: str
    address: str
    """With its prefix length: `10.65.0.11/26`."""
    gateway: str
    interface: str
    host_key: str
    host_certificate: str
    authorized_keys: tuple[str, ...]
    ipv6_address: str = ""
    """With its prefix length; empty where it has none."""


def read(files: Mapping[str, bytes]) -> Installation:
    """Return what the config drive's files say.

    Raises:
        ServiceFailed: Something a host cannot do without is not there.
    """
    try:
        meta = json.loads(files[f"{FOLDER}/meta_data.json"])
        network = json.loads(files[f"{FOLDER}/network_data.json"])
        user = _cloud_config(files[f"{FOLDER}/user_data"])
        address, gateway, interface = _network(network)
        return Installation(
            hostname=meta["hostname"],
            address=address,
            gateway=gateway,
            interface=interface,
            host_key=user["ssh_keys"]["ed25519_private"],
            host_certificate=user["ssh_keys"]["ed25519_certificate"],
            authorized_keys=tuple(_root(user)["ssh_authorized_keys"]),
        )
    except (LookupError, ValueError, TypeError, StopIteration) as error:
        raise ServiceFailed(f"the config drive cannot be applied: {error!r}") from error


def disk(installation: Installation) -> Iterator[HostFile]:
    """Yield the files that a fresh disk has beyond the node image's."""
    name = installation.hostname
    keys = "".join(f"{key}\n" for key in installation.authorized_keys)
    own = installation.address.partition("/")[0]
    yield HostFile("etc/hostname", f"{name}\n")
    yield HostFile("etc/hosts", f"127.0.0.1 localhost\n{own} {name}\n")
    yield HostFile("etc/machine-id", f"{hashlib.md5(name.encode()).hexdigest()}\n")  # noqa: S324
    yield HostFile("etc/ssh/ssh_host_ed25519_key", _ended(installation.host_key), 0o600)
    certificate = _ended(installation.host_certificate)
    yield HostFile("etc/ssh/ssh_host_ed25519_key-cert.pub", certificate)
    yield HostFile("etc/ssh/sshd_config.d/host-certificate.conf", SSHD)
    yield HostFile("root/.ssh/authorized_keys", keys, 0o600)


def _cloud_config(text: bytes) -> dict[str, Any]:
    import yaml

    if not text.startswith(CLOUD_CONFIG.encode()):
        raise ValueError("user_data that begins with #cloud-config")
    parsed: dict[str, Any] = yaml.safe_load(text)
    return parsed


def _network(data: Mapping[str, Any]) -> tuple[str, str, str]:
    network = next(each for each in data["networks"] if each["type"] == "ipv4")
    mask = ipaddress.ip_network(f"0.0.0.0/{network['netmask']}").prefixlen
    gateway = next(route for route in network["routes"] if route["network"] == "0.0.0.0")  # noqa: S104
    return f"{network['ip_address']}/{mask}", gateway["gateway"], network["link"]


def _root(user: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(each for each in user["users"] if each["name"] == "root")
    return found


def _ended(text: str) -> str:
    return text.rstrip("\n") + "\n"
