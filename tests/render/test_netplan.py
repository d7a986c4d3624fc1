"""What a rack's netplan file says is what the config drives of its trays say."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Any

import pytest

import worlds
from rackwright import plan, render, yamlfile
from rackwright.provision.config_drive import config_drive
from rackwright.provision.host_key import HostKey

KEY = HostKey(private="", public="", certificate="")


def entries(text: str) -> dict[str, Any]:
    return yamlfile.parse(text, "netplan").data["network"]["ethernets"]


@pytest.mark.parametrize("site", sorted(worlds.SITES.iterdir()), ids=lambda site: site.name)
def test_every_tray_is_told_the_same_by_its_config_drive(site: Path) -> None:
    for name in plan.read_site(site).units:
        unit = plan.read_unit(site, name)
        for rack in unit.racks:
            path = site / "rendered" / name / "netplan" / f"{rack.name}.yaml"
            ports = entries(path.read_text())
            assert len(ports) == len(rack.compute_trays)
            for tray in rack.compute_trays:
                told = config_drive(unit, tray, KEY).documents["network_data"]
                assert told == _as_network_data(ports[tray.name])


def _as_network_data(port: dict[str, Any]) -> dict[str, Any]:
    name, address = port["set-name"], ipaddress.ip_interface(port["addresses"][0])
    route = {"network": "0.0.0.0", "netmask": "0.0.0.0", "gateway": port["routes"][0]["via"]}
    return {
        "links": [
            {
                "id": name,
                "name": name,
                "type": "phy",
                "ethernet_mac_address": port["match"]["macaddress"],
                "mtu": port["mtu"],
            }
        ],
        "networks": [
            {
                "id": f"{name}-ipv4",
                "link": name,
                "type": "ipv4",
                "ip_address": str(address.ip),
                "netmask": str(address.netmask),
                "routes": [route],
            }
        ],
        "services": [
            {"type": "dns", "address": server} for server in port["nameservers"]["addresses"]
        ],
    }


def test_a_host_has_ipv6_where_its_network_has(tmp_path: Path) -> None:
    files = render.render(worlds.every_network(worlds.copy(tmp_path)))
    port = entries(files["h1-su01/netplan/a01.yaml"])["a01-p1-dgx-01-c01"]
    assert port["addresses"] == ["10.65.0.11/26", "fd00:65::b/64"]
    assert [route["via"] for route in port["routes"]] == ["10.65.0.1", "fd00:65::1"]
