"""What is rendered of pools that Kubernetes schedules, are divided, or are somebody's."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import worlds
from rackwright import expand, render, spec, tree
from rackwright.rules import proving

HALVES = """\
    nvlink_partitions:
      - {name: left, first: 1, count: 9}
      - {name: right, first: 10, count: 9}
"""
TENANCY = """\
tenancy:
  planned_tenants: 15
  p_keys: {first: 0x101, last: 0x10f}
  vnis: {first: 10101, last: 10115}
  tenants: [{name: alpha, index: 3}]

pools:
"""


def divided(site: Path) -> Path:
    worlds.pool(worlds.copy(site), HALVES)
    changes = [{"file": "site.yaml", "replace": "block_sizes: [18]", "by": "block_sizes: [9, 18]"}]
    worlds.change(site, changes)
    return site


def variables(files: dict[str, str], site: Path, host: str = "a01-p1-dgx-01-c10") -> dict[str, Any]:
    """Return what Ansible itself makes of a host's variables."""
    tree.write(files, site / "rendered")
    sources = ("site/ansible", "pools/train/ansible", "h1-su01/racks/a01.json")
    done = subprocess.run(
        [
            Path(sys.executable).parent / "ansible-inventory",
            *(part for each in sources for part in ("-i", site / "rendered" / each)),
            "--host",
            host,
        ],
        env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_a_kubernetes_pool_has_no_file_of_slurm_and_no_imex_list(tmp_path: Path) -> None:
    files = render.render(worlds.kubernetes(worlds.copy(tmp_path)))
    assert [path for path in files if "slurm" in path or "/imex/" in path] == []
    assert "left to the cluster's ComputeDomains" in files["pools/train/SUMMARY.md"]
    assert "no cluster is made" in files["SUMMARY.md"]
    known = variables(files, tmp_path)
    assert known["compute_node_masked"] == ["nvidia-imex"]
    assert [each["name"] for each in known["compute_node_services"]] == ["chrony"]
    assert known["compute_node_secrets"] == []
    assert [file["path"] for file in known["pool_files"]] == [
        "/etc/default/grub.d/60-rackwright.cfg"
    ]
    assert [file["path"] for file in known["rack_files"]] == ["/etc/hosts"]


def test_a_pool_where_nobody_runs_imex_says_so(tmp_path: Path) -> None:
    settings = "    kubernetes: {compute_domains: false}\n"
    files = render.render(worlds.kubernetes(worlds.copy(tmp_path), settings))
    assert "IMEX: run by nobody" in files["pools/train/SUMMARY.md"]


def test_a_kubernetes_pool_whose_hosts_run_imex_has_its_list(tmp_path: Path) -> None:
    settings = "    kubernetes: {compute_domains: false, host_imex: true}\n"
    files = render.render(worlds.kubernetes(worlds.copy(tmp_path), settings))
    assert "h1-su01/imex/a01/nodes_config.cfg" in files
    known = variables(files, tmp_path)
    assert "compute_node_masked" not in known
    assert [each["name"] for each in known["compute_node_services"]] == ["chrony", "nvidia-imex"]


def test_a_partition_has_an_imex_list_of_its_own_trays_and_no_others(tmp_path: Path) -> None:
    files = render.render(divided(tmp_path))
    lists = {path: text for path, text in files.items() if path.endswith("nodes_config.cfg")}
    assert sorted(lists) == [
        "h1-su01/imex/a01/left/nodes_config.cfg",
        "h1-su01/imex/a01/right/nodes_config.cfg",
    ]
    left, right = (lists[path].split() for path in sorted(lists))
    assert (left[0], left[-1], right[0]) == ("10.65.0.11", "10.65.0.19", "10.65.0.20")
    assert len(left) == len(right) == 9


@pytest.mark.parametrize(("tray", "part"), [("c09", "left"), ("c10", "right")])
def test_a_tray_gets_the_list_of_its_partition(tray: str, part: str, tmp_path: Path) -> None:
    known = variables(render.render(divided(tmp_path)), tmp_path, f"a01-p1-dgx-01-{tray}")
    sources = [file["source"] for file in known["rack_files"]]
    assert sources == [
        "h1-su01/hosts/a01",
        f"h1-su01/imex/a01/{part}/config.cfg",
        f"h1-su01/imex/a01/{part}/nodes_config.cfg",
    ]


def test_a_partition_is_a_block(tmp_path: Path) -> None:
    text = render.render(divided(tmp_path))["pools/train/slurm/topology.conf"]
    assert text.splitlines()[0].endswith("one block per NVLink partition")
    assert "BlockName=a01.left Nodes=a01-p1-dgx-01-c[01-09]\n" in text
    assert text.endswith("BlockName=a01.right Nodes=a01-p1-dgx-01-c[10-18]\nBlockSizes=9,18\n")


def test_a_new_rack_changes_no_list_and_no_block_of_a_divided_one(tmp_path: Path) -> None:
    trees = []
    for name, racks in (("one", {"a05": 5}), ("two", {"a02": 2, "a05": 5})):
        site = divided(tmp_path / name)
        worlds.rebuild(site, {1: racks})
        trees.append(render.render(site))
    before, after = trees
    mine = [path for path in before if "/imex/" in path or path.endswith("racks/a05.json")]
    assert len(mine) == 5
    assert all(after[path] == before[path] for path in mine)
    blocks = [tree["pools/train/slurm/topology.conf"].splitlines() for tree in trees]
    assert set(blocks[0]) <= set(blocks[1])


def test_a_domain_of_two_racks_is_divided_as_one(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path)
    worlds.rebuild(site, {1: {"a01": 1, "a02": 2}}, planned={"a01", "a02"})
    text = (site / "site.yaml").read_text()
    text = text.replace("gb300-nvl72,", "gb200-nvl36x2, nvlink_domain: a,")
    (site / "site.yaml").write_text(text)
    parts = "[{name: x, first: 1, count: 4}, {name: y, first: 5, count: 14}]"
    worlds.pool(site, f"    nvlink_partitions: {parts}\n")
    changes = [{"file": "site.yaml", "replace": "block_sizes: [18]", "by": "block_sizes: [4]"}]
    worlds.change(site, changes)
    racks = {rack.name: rack.partitions for rack in expand.expand_all(spec.load(site))[0].racks}
    assert list(racks["a01"].values()) == ["x"] * 4 + ["y"] * 5
    assert set(racks["a02"].values()) == {"y"}


def test_a_tenant_has_the_numbers_of_its_index(tmp_path: Path) -> None:
    site = worlds.pool(worlds.copy(tmp_path), "    tenant: alpha\n")
    worlds.change(site, [{"file": "site.yaml", "replace": "pools:\n", "by": TENANCY}])
    files = render.render(site)
    assert "| alpha | 0x0103 | 10103 | train |" in files["site/SUMMARY.md"]
    assert (
        "| P_Keys |  | one a tenant | 15 tenants | 15 tenants | 0 tenants |"
        in (files["SUMMARY.md"])
    )
    known = yaml.safe_load(files["pools/train/ansible/group_vars/pool_train.yml"])
    assert known["tenant"] == {"name": "alpha", "p_key": 0x103, "vni": 10103, "vrf": "alpha"}


def test_kernel_and_acceptance_are_on_the_page_of_the_pool(tmp_path: Path) -> None:
    kernel = '{version: "6.8.0-1043-nvidia-64k", arguments: [init_on_alloc=1, quiet]}'
    site = worlds.pool(worlds.copy(tmp_path), f"    acceptance: nvl72\n    kernel: {kernel}\n")
    files = render.render(site)
    page = files["pools/train/SUMMARY.md"]
    assert "- Kernel: 6.8.0-1043-nvidia-64k.\n- Kernel arguments: `numa_balancing=disable " in page
    assert "| trays in one ClusterUUID | all of the domain |" in page
    assert "dcgmi diag" in page
    assert "nothing runs them yet" in files["SUMMARY.md"]
    known = yaml.safe_load(files["pools/train/ansible/group_vars/pool_train.yml"])
    assert known["kernel_arguments"][-2:] == ["init_on_alloc=1", "quiet"]


def test_every_test_of_a_profile_has_a_source() -> None:
    assert set(proving.profiles()) == {"dcgm", "nvl72", "cluster"}
    for profile in proving.profiles().values():
        assert profile.tests
        assert all(test.test and test.expect and test.source for test in profile.tests)
