from __future__ import annotations

import json

import pytest

from rackwright.lab.installation import Installation, disk, read
from rackwright.problems import ServiceFailed

USER_DATA = {
    "ssh_keys": {"ed25519_private": "KEY", "ed25519_certificate": "CERTIFICATE"},
    "users": [{"name": "root", "ssh_authorized_keys": ["ssh-ed25519 AAAA"]}],
}
NETWORK = {
    "links": [{"id": "bond0", "type": "phy", "ethernet_mac_address": "3c:6d:66:00:00:01"}],
    "networks": [
        {
            "id": "in-band",
            "type": "ipv4",
            "link": "bond0",
            "ip_address": "10.65.0.11",
            "netmask": "255.255.255.192",
            "routes": [{"network": "0.0.0.0", "netmask": "0.0.0.0", "gateway": "10.65.0.1"}],
        }
    ],
}


def drive(**user_data: object) -> dict[str, bytes]:
    return {
        "openstack/latest/meta_data.json": b'{"hostname": "a01-p1-dgx-01-c01"}',
        "openstack/latest/network_data.json": json.dumps(NETWORK).encode(),
        "openstack/latest/user_data": b"#cloud-config\n"
        + json.dumps(USER_DATA | user_data).encode(),
    }


def test_a_config_drive_says_name_address_and_keys() -> None:
    assert read(drive()) == Installation(
        hostname="a01-p1-dgx-01-c01",
        address="10.65.0.11/26",
        gateway="10.65.0.1",
        interface="bond0",
        host_key="KEY",
        host_certificate="CERTIFICATE",
        authorized_keys=("ssh-ed25519 AAAA",),
    )


@pytest.mark.parametrize("missing", ["meta_data.json", "network_data.json", "user_data"])
def test_a_drive_that_lacks_a_file_is_refused_by_its_name(missing: str) -> None:
    files = drive()
    del files[f"openstack/latest/{missing}"]
    with pytest.raises(ServiceFailed, match=missing):
        read(files)


def test_a_drive_without_a_host_certificate_is_refused() -> None:
    with pytest.raises(ServiceFailed, match="ed25519_certificate"):
        read(drive(ssh_keys={"ed25519_private": "KEY"}))


def test_user_data_that_is_no_cloud_config_is_refused() -> None:
    with pytest.raises(ServiceFailed, match="#cloud-config"):
        read(drive() | {"openstack/latest/user_data": b"#!/bin/sh\n"})


def test_a_fresh_disk_proves_itself_by_certificate_and_hides_its_key() -> None:
    files = {file.path: file for file in disk(read(drive()))}
    assert files["etc/hostname"].content == "a01-p1-dgx-01-c01\n"
    assert files["etc/ssh/ssh_host_ed25519_key"].mode == 0o600
    assert "HostCertificate" in str(files["etc/ssh/sshd_config.d/host-certificate.conf"].content)
