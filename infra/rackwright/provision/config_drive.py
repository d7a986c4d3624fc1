"""What a host is told at its first boot.

Ironic takes a config drive as three documents and makes the medium itself. The documents are the
ones cloud-init reads: who you are (`meta_data`), your address (`network_data`, OpenStack's format),
and a cloud-config with your host key, its certificate, and who may log in (`user_data`). All else a
host needs is configuration, which Ansible brings.
"""

from __future__ import annotations

import ipaddress
import json
from dataclasses import dataclass, field
from typing import Any

from rackwright import plan
from rackwright.provision.host_key import HostKey

CLOUD_CONFIG = "#cloud-config\n"
BYTES_IN_A_FRAME = 1500
"""The smallest every Ethernet carries; Ironic refuses a link without a number."""


@dataclass(frozen=True, slots=True)
class Drive:
    """A config drive, and the public key by which its host will be known."""

    documents: dict[str, Any] = field(repr=False)
    """As Ironic takes them; they hold the host's private key."""
    host_key: str


def names(unit: plan.UnitPlan, tray: plan.ComputeTray) -> tuple[str, ...]:
    """Return the names a host's certificate is good for."""
    return (tray.name, f"{tray.name}.{unit.domain}", tray.interface.address)


def config_drive(unit: plan.UnitPlan, tray: plan.ComputeTray, key: HostKey) -> Drive:
    """Return a tray's config drive."""
    user_data = CLOUD_CONFIG + json.dumps(_cloud_config(unit.access, key), sort_keys=True)
    documents = {
        "meta_data": _meta_data(unit, tray),
        "network_data": _network_data(unit, tray.interface),
        "user_data": user_data,
    }
    return Drive(documents, key.public)


def _meta_data(unit: plan.UnitPlan, tray: plan.ComputeTray) -> dict[str, Any]:
    keys = {f"rackwright-{n}": key for n, key in enumerate(unit.access.authorized_keys, 1)}
    return {
        "hostname": tray.name,
        "name": tray.name,
        "local-hostname": f"{tray.name}.{unit.domain}",
        "public_keys": keys,
    }


def _network_data(unit: plan.UnitPlan, interface: plan.Interface) -> dict[str, Any]:
    network = ipaddress.ip_interface(f"{interface.address}/{interface.prefix_length}").network
    link = {
        "id": interface.name,
        "name": interface.name,
        "type": "phy",
        "ethernet_mac_address": interface.mac,
        "mtu": BYTES_IN_A_FRAME,
    }
    default = {"network": "0.0.0.0", "netmask": "0.0.0.0", "gateway": interface.gateway}  # noqa: S104
    address = {
        "id": f"{interface.name}-ipv4",
        "link": interface.name,
        "type": "ipv4",
        "ip_address": interface.address,
        "netmask": str(network.netmask),
        "routes": [default],
    }
    services = [{"type": "dns", "address": server} for server in unit.nameservers]
    return {"links": [link], "networks": [address], "services": services}


def _cloud_config(access: plan.Access, key: HostKey) -> dict[str, Any]:
    return {
        "disable_root": access.user != "root",
        "ssh_pwauth": False,
        "ssh_deletekeys": True,
        "ssh_keys": {
            "ed25519_private": key.private,
            "ed25519_public": key.public,
            "ed25519_certificate": key.certificate,
        },
        "users": [{"name": access.user, "ssh_authorized_keys": list(access.authorized_keys)}],
    }
