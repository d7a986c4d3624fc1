from __future__ import annotations

from pathlib import Path

import pytest

import worlds
from rackwright import render
from rackwright.render.slurm import hostlist


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (["a-c01"], "a-c[01]"),
        (["a-c01", "a-c02", "a-c03"], "a-c[01-03]"),
        (["a-c01", "a-c03", "a-c04", "a-c18"], "a-c[01,03-04,18]"),
    ],
)
def test_names_are_written_in_slurms_short_form(names: list[str], short: str) -> None:
    assert hostlist(names) == short


def changed(tmp_path: Path, trays: str) -> dict[str, str]:
    site = worlds.copy(tmp_path)
    steps = [
        {"file": "site.yaml", "replace": "pool: train}", "by": f"pool: train, trays: {trays}}}"},
        {"file": "site.yaml", "replace": "[18]", "by": "[16]"},
    ]
    csv = "as-built/h1-su01.csv"
    if "open" in trays:
        lines = (site / csv).read_text().splitlines(keepends=True)
        row = next(line for line in lines if ",c09," in line)
        steps.append({"file": csv, "replace": row, "by": ""})
    worlds.change(site, steps)
    return dict(render.render(site))


def test_an_open_tray_is_in_no_line(tmp_path: Path) -> None:
    files = changed(tmp_path, "{c09: {open: RMA 4711}}")
    topology = files["pools/train/slurm/topology.conf"]
    assert "BlockName=a01 Nodes=a01-p1-dgx-01-c[01-08,10-18]\n" in topology
    assert "NodeAddr=10.65.0.[11-18,20-28] " in files["pools/train/slurm/slurm.conf"]
    assert len(files["h1-su01/imex/a01/nodes_config.cfg"].splitlines()) == 17


def test_a_held_tray_takes_no_jobs_and_says_why(tmp_path: Path) -> None:
    files = changed(tmp_path, "{c09: {hold: 'waits for a \"cable\"'}}")
    (line,) = [x for x in files["pools/train/slurm/slurm.conf"].splitlines() if "c[09]" in x]
    assert line.endswith("State=DRAIN Reason=\"waits for a 'cable'\"")
    assert "c[01-18]" in files["pools/train/slurm/topology.conf"]


def test_every_host_may_speak_last() -> None:
    folder = worlds.ONE_RACK / "rendered/pools/train/slurm"
    last = (folder / "slurm.conf").read_text().splitlines()[-1]
    assert last == "Include /etc/slurm/local.conf"
    last = (folder / "cgroup.conf").read_text().splitlines()[-1]
    assert last == "Include /etc/slurm/cgroup.local.conf"
