from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import worlds
from rackwright.render.ansible import ssh_patterns

RENDERED = worlds.ONE_RACK / "rendered"
SOURCES = ("site/ansible", "pools/train/ansible", "h1-su01/racks/a01.json")
HOST = "a01-p1-dgx-01-c07"


@pytest.fixture(scope="module")
def inventory() -> dict[str, Any]:
    """What Ansible itself makes of the three sources of a rack's run."""
    sources = [part for source in SOURCES for part in ("-i", str(RENDERED / source))]
    listed = subprocess.run(
        [Path(sys.executable).parent / "ansible-inventory", *sources, "--list"],
        env={
            "ANSIBLE_CONFIG": str(RENDERED / "site/ansible/ansible.cfg"),
            "LC_ALL": "C.UTF-8",
            "PATH": "/usr/bin:/bin",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert "WARNING" not in listed.stderr
    return json.loads(listed.stdout)


def test_a_host_is_reached_at_its_rendered_address(inventory: dict[str, Any]) -> None:
    known = inventory["_meta"]["hostvars"][HOST]
    assert (known["ansible_host"], known["ansible_user"]) == ("10.65.0.17", "root")


def test_a_host_has_the_variables_of_site_rack_and_pool(inventory: dict[str, Any]) -> None:
    known = inventory["_meta"]["hostvars"][HOST]
    assert (known["domain"], known["rack"], known["pool"]) == ("one-rack.example", "a01", "train")


@pytest.mark.parametrize("group", ["compute", "rack_a01", "pool_train"])
def test_a_rack_is_in_its_groups(group: str, inventory: dict[str, Any]) -> None:
    hosts = inventory[group].get("hosts") or inventory[inventory[group]["children"][0]]["hosts"]
    assert len(hosts) == 18


def test_every_file_a_host_gets_is_rendered(inventory: dict[str, Any]) -> None:
    for known in inventory["_meta"]["hostvars"].values():
        for name in ("site_files", "rack_files", "pool_files", "service_files"):
            for file in known.get(name, ()):
                assert (RENDERED / file["source"]).is_file()


def test_no_path_gets_two_files(inventory: dict[str, Any]) -> None:
    for known in inventory["_meta"]["hostvars"].values():
        names = ("site_files", "rack_files", "pool_files", "service_files")
        paths = [file["path"] for name in names for file in known.get(name, ())]
        assert len(paths) == len(set(paths))


def test_rendered_is_found_from_any_source(inventory: dict[str, Any]) -> None:
    assert inventory["_meta"]["hostvars"][HOST]["rendered"] == "{{ inventory_dir }}/../.."
    assert (RENDERED / "h1-su01/racks" / "../..").resolve() == RENDERED.resolve()
    assert (RENDERED / "site/ansible" / "../..").resolve() == RENDERED.resolve()


def test_hosts_prove_themselves_by_certificate_and_nothing_else() -> None:
    lines = (RENDERED / "site/ansible/known_hosts").read_text().splitlines()
    assert all(line.startswith(("#", "@cert-authority ")) for line in lines)


@pytest.mark.parametrize(
    ("prefix", "patterns"),
    [
        ("10.65.0.0/16", ("10.65.*",)),
        ("10.63.0.0/24", ("10.63.0.*",)),
        ("10.63.0.64/26", ("10.63.0.*",)),
        ("10.63.0.0/23", ("10.63.0.*", "10.63.1.*")),
        ("10.0.0.0/8", ("10.*",)),
        ("10.64.0.0/14", ("10.64.*", "10.65.*", "10.66.*", "10.67.*")),
    ],
)
def test_known_hosts_patterns_cover_a_prefix(prefix: str, patterns: tuple[str, ...]) -> None:
    assert ssh_patterns(prefix) == patterns
