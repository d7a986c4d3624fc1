"""Mount units and the user CA: rendered only where a site has them, and as systemd reads them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import worlds
from rackwright import render, yamlfile

MOUNTS = """\
    scheduler: slurm
    mounts:
      - {path: /home, kind: nfs, servers: [10.66.0.7], export: /home, options: [nconnect=16, hard]}
      - path: /scratch/fast
        kind: lustre
        servers: [10.66.0.5@o2ib, 10.66.0.6@o2ib]
        export: scratch
        client: 2.16.1
      - {path: /data, kind: wekafs, servers: [weka1.example, weka2.example], export: data}
"""
CA = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJWoBxUvKYQwqNtR2sCkfCDpSxXFUeYb6IAtrvTP9rbE"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    site = worlds.copy(tmp_path / "site")
    by = f"access:\n  user_ca: {CA}\n"
    login = "factory: {user: root, password: file:label}"
    worlds.change(
        site,
        [
            {"file": "site.yaml", "replace": "    scheduler: slurm\n", "by": MOUNTS},
            {"file": "site.yaml", "replace": "access:\n", "by": by},
            {
                "file": "site.yaml",
                "replace": "file:bmc-power-shelf",
                "by": f"file:bmc-power-shelf, {login}",
            },
        ],
    )
    return dict(render.render(site))


def test_each_kind_is_mounted_from_what_its_program_wants(files: dict[str, str]) -> None:
    sources = {
        "home.mount": "What=10.66.0.7:/home\n",
        "scratch-fast.mount": "What=10.66.0.5@o2ib:10.66.0.6@o2ib:/scratch\n",
        "data.mount": "What=weka1.example,weka2.example/data\n",
    }
    for name, line in sources.items():
        assert line in files[f"pools/train/storage/{name}"]
    assert "Options=_netdev,nconnect=16,hard\n" in files["pools/train/storage/home.mount"]


def test_systemd_takes_the_units(files: dict[str, str], tmp_path: Path) -> None:
    if not (program := shutil.which("systemd-analyze")):
        pytest.skip("there is no systemd-analyze")
    units = [path for path in files if path.endswith(".mount")]
    assert len(units) == 3
    for path in units:
        unit = tmp_path / Path(path).name
        unit.write_text(files[path])
        said = subprocess.run(
            [program, "verify", "--man=no", unit], capture_output=True, text=True, check=False
        )
        assert (said.returncode, said.stderr) == (0, "")


def test_the_units_are_shipped_and_started(files: dict[str, str]) -> None:
    path = "pools/train/ansible/group_vars/pool_train.yml"
    data = yamlfile.parse(files[path], path).data
    shipped = {file["path"]: file["source"] for file in data["pool_files"]}
    for service in data["pool_services"]:
        assert shipped[f"/etc/systemd/system/{service['name']}"] in files
        assert not any(place.startswith(service["reads"]) for place in shipped)
    assert len(data["pool_services"]) == 3


def test_the_user_ca_is_trusted_by_sshd_and_sshd_is_younger(files: dict[str, str]) -> None:
    assert files["site/ssh/user_ca.pub"] == f"{CA}\n"
    path = "site/ansible/group_vars/all.yml"
    data = yamlfile.parse(files[path], path).data
    shipped = {file["path"]: file["source"] for file in data["site_files"]}
    keys = files["site/ssh/user_ca.conf"].split("TrustedUserCAKeys ")[1].strip()
    assert shipped[keys] == "site/ssh/user_ca.pub"
    assert {"name": "ssh", "reads": "/etc/ssh"} in data["site_services"]


def test_the_pages_say_what_is_mounted_and_how_bmcs_come(files: dict[str, str]) -> None:
    page = files["pools/train/SUMMARY.md"]
    assert "| `/home` | nfs | 10.66.0.7 | /home | nconnect=16 hard | the kernel's |" in page
    assert "| lustre | 10.66.0.5@o2ib 10.66.0.6@o2ib | scratch | | 2.16.1 |" in page
    page = files["site/SUMMARY.md"]
    assert "BMCs of power-shelf leave the factory with the user `root`" in page


def test_a_site_without_them_has_none_of_it() -> None:
    files = render.render(worlds.ONE_RACK)
    assert not [path for path in files if "storage" in path or "ssh/" in path]
    assert not [path for path, text in files.items() if "pool_services" in text]
    assert "/etc/ssh" not in files["site/ansible/group_vars/all.yml"]
