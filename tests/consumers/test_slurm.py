"""A cluster with everything an example site has not: a backup, paired blocks, topology.yaml."""

from __future__ import annotations

from pathlib import Path

import pytest

import worlds
from rackwright import render, sandbox, tree, verify
from rackwright.problems import Problem, RackwrightError

IMAGE = Path.home() / ".cache/rackwright/node-image"
SLURM = """block_sizes: [16, 32]
      spares: 2
      backup: svc02
      state_folder: /shared/slurm
      version: "26.05.1" """
BACKUP = """ironic, scheduler]
  - {name: svc02, address: 10.63.0.11, interface: bond0, standby: [scheduler]}
"""
YAML = "pools/train/slurm/topology.yaml"

pytestmark = pytest.mark.lab


@pytest.fixture(autouse=True)
def _permission() -> None:
    try:
        sandbox.require_permission()
    except RackwrightError as error:
        pytest.skip(f"no consumers here: {error.message} ({error.hint})")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = worlds.copy(tmp_path)
    worlds.rebuild(folder, {1: {"a01": 1, "a02": 2, "a03": 3}}, planned={"a03"})
    worlds.change(
        folder,
        [
            {"file": "site.yaml", "replace": "block_sizes: [18] ", "by": SLURM},
            {"file": "site.yaml", "replace": "ironic, scheduler]\n", "by": BACKUP},
        ],
    )
    tree.write(render.render(folder), folder / "rendered")
    return folder


def complaints(site: Path) -> tuple[Problem, ...]:
    work = verify.begin(site, ("slurm",), (), IMAGE)
    return work.problems(list(work.verdicts()))


def edit(site: Path, path: str, replace: str, by: str) -> None:
    file = site / "rendered" / path
    text = file.read_text()
    assert replace in text
    file.write_text(text.replace(replace, by, 1))


def test_a_backup_stands_by_and_jobs_land_on_pairs_beside_a_planned_rack(site: Path) -> None:
    assert complaints(site) == ()


def test_a_key_that_slurm_passes_over_is_found(site: Path) -> None:
    edit(site, YAML, "block_sizes:", "blok_sizes:")
    (found,) = complaints(site)
    assert found.message == "'blok_sizes' is no key of block"
    assert found.at.line == 6


def test_a_backup_that_the_controller_does_not_know_does_not_stand_by(site: Path) -> None:
    edit(site, "pools/train/slurm/slurm.conf", "SlurmctldHost=svc02(10.63.0.11)\n", "")
    (found,) = complaints(site)
    assert "svc02 does not stand by" in found.message
