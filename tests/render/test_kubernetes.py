"""What a Kubernetes cluster on a pool's nodes is given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

import worlds
from rackwright import render

FOLDER = "pools/train/kubernetes"


def rendered(folder: Path, settings: str = worlds.KUBERNETES, trays: str = "") -> dict[str, str]:
    site = worlds.kubernetes(worlds.copy(folder), settings)
    if trays:
        by = f"pool: train, trays: {trays}}}"
        worlds.change(site, [{"file": "site.yaml", "replace": "pool: train}", "by": by}])
    return dict(render.render(site))


def nodes(files: dict[str, str]) -> dict[str, Any]:
    found = yaml.safe_load_all(files[f"{FOLDER}/nodes.yaml"])
    return {each["metadata"]["name"]: each for each in found if each}


def test_every_node_says_which_nvlink_domain_it_is_in(tmp_path: Path) -> None:
    found = nodes(rendered(tmp_path))
    assert len(found) == 18
    labels = found["a01-p1-dgx-01-c07"]["metadata"]["labels"]
    assert labels["accelerator.topograph.run/domain"] == "a01"
    assert labels["topology.kubernetes.io/zone"] == "h1"


def test_a_held_tray_takes_no_pod(tmp_path: Path) -> None:
    found = nodes(rendered(tmp_path, trays="{c07: {hold: waits for a cable}}"))
    held = [name for name, node in found.items() if node.get("spec", {}).get("unschedulable")]
    assert held == ["a01-p1-dgx-01-c07"]


def test_the_operator_brings_no_second_driver_and_runs_imex_where_the_pool_says_so(
    tmp_path: Path,
) -> None:
    values = yaml.safe_load(rendered(tmp_path / "a")[f"{FOLDER}/gpu-operator-values.yaml"])
    assert values["driver"] == {"enabled": False}
    assert values["draDriver"]["computeDomains"]["enabled"] is True
    assert values["clusterPolicy"]["deployCR"] is not values["gpuCluster"]["deployCR"]
    files = rendered(tmp_path / "b", "    kubernetes: {compute_domains: false}\n")
    values = yaml.safe_load(files[f"{FOLDER}/gpu-operator-values.yaml"])
    assert values["draDriver"]["computeDomains"]["enabled"] is False
    assert f"{FOLDER}/compute-domain.yaml" not in files


def test_a_compute_domain_is_as_large_as_what_shares_nvlink(tmp_path: Path) -> None:
    domain = yaml.safe_load(rendered(tmp_path)[f"{FOLDER}/compute-domain.yaml"])
    assert domain["kind"] == "ComputeDomain"
    assert domain["spec"]["numNodes"] == 18


def test_a_pool_of_slurm_has_none_of_it() -> None:
    assert not [path for path in render.render(worlds.ONE_RACK) if "kubernetes" in path]
