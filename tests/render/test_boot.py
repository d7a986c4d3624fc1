from __future__ import annotations

import json
from pathlib import Path

import worlds
from rackwright import render

BOOT = (
    "    network_boot:\n      kernel: http://10.63.0.10:8080/images/vmlinuz\n"
    "      initrd: http://10.63.0.10:8080/images/initrd\n"
)


def test_dhcp_offers_nothing_to_boot_unless_a_pool_says_so() -> None:
    files = render.render(worlds.ONE_RACK)
    assert [path for path in files if path.endswith(".ipxe")] == []
    assert "HTTPClient" not in files["site/kea/kea-dhcp4.conf"]
    assert "boot-folder" not in files["h1-su01/kea/subnets.json"]


def test_a_host_is_led_to_the_script_of_its_pool(tmp_path: Path) -> None:
    files = render.render(worlds.pool(worlds.copy(tmp_path), BOOT))
    folder = '"boot-folder", "data": "http://10.63.0.10:8080/pools/train/boot/"'
    assert files["h1-su01/kea/subnets.json"].count(folder) == 1
    script = files["pools/train/boot/boot.ipxe"]
    assert "kernel http://10.63.0.10:8080/images/vmlinuz initrd=initrd init_on_alloc=0" in script
    assert "s=${210:string} || goto failed\n" in script


def test_what_dhcp_points_at_is_on_the_node_that_answers_it(tmp_path: Path) -> None:
    files = render.render(worlds.pool(worlds.copy(tmp_path), BOOT))
    (node,) = json.loads(files["site/plan.json"])["service_nodes"]
    served = [file for file in node["files"] if file["path"].startswith("/srv/boot/")]
    assert {file["path"].removeprefix("/srv/boot/") for file in served} == {
        "site/boot/boot.ipxe",
        "pools/train/boot/boot.ipxe",
        "pools/train/boot/user-data",
        "pools/train/boot/meta-data",
        "pools/train/boot/network-config",
        "site/ztp/nvos.json",
        "site/ztp/nvos.txt",
    }
    assert all(file["path"] == f"/srv/boot/{file['source']}" for file in served)


def test_no_secret_is_in_what_cloud_init_fetches(tmp_path: Path) -> None:
    files = render.render(worlds.pool(worlds.copy(tmp_path), BOOT))
    assert "PRIVATE" not in files["pools/train/boot/user-data"]
    assert files["pools/train/boot/user-data"].startswith("#cloud-config\n")
