from __future__ import annotations

import yaml

import plans
from rackwright.provision.config_drive import config_drive, names
from rackwright.provision.host_key import HostKey

UNIT = plans.unit_plan()
TRAY = UNIT.racks[0].compute_trays[0]
DRIVE = config_drive(UNIT, TRAY, HostKey("PRIVATE", "PUBLIC", "CERTIFICATE")).documents


def test_a_host_learns_its_name() -> None:
    assert DRIVE["meta_data"]["hostname"] == "a01-p1-dgx-01-c01"


def test_a_host_learns_its_address_and_gateway() -> None:
    (network,) = DRIVE["network_data"]["networks"]
    assert (network["ip_address"], network["netmask"]) == ("10.65.0.11", "255.255.255.192")
    assert network["routes"][0]["gateway"] == "10.65.0.1"


def test_a_host_finds_its_interface_by_its_mac_address() -> None:
    (link,) = DRIVE["network_data"]["links"]
    assert (link["id"], link["ethernet_mac_address"]) == ("bond0", "3c:6d:66:00:02:01")


def test_ironic_takes_the_links_as_they_are() -> None:
    assert all(link["mtu"] for link in DRIVE["network_data"]["links"])


def test_the_cloud_config_holds_the_host_key_and_who_may_log_in() -> None:
    text = DRIVE["user_data"]
    config = yaml.safe_load(text)
    assert text.startswith("#cloud-config\n")
    assert config["ssh_keys"]["ed25519_private"] == "PRIVATE"
    assert config["ssh_keys"]["ed25519_certificate"] == "CERTIFICATE"
    assert config["users"] == [
        {"name": "root", "ssh_authorized_keys": list(UNIT.access.authorized_keys)}
    ]


def test_a_certificate_is_good_for_the_name_and_the_address() -> None:
    assert names(UNIT, TRAY) == (
        "a01-p1-dgx-01-c01",
        "a01-p1-dgx-01-c01.one-rack.example",
        "10.65.0.11",
    )
