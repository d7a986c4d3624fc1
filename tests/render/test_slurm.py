from __future__ import annotations

import json
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


def paired(tmp_path: Path, more: str = "") -> dict[str, str]:
    site = worlds.copy(tmp_path)
    worlds.rebuild(site, {1: {"a01": 1, "a02": 2}}, planned={"a02"})
    by = f"[18, 36]{more}"
    worlds.change(site, [{"file": "site.yaml", "replace": "[18]", "by": by}])
    return dict(render.render(site))


def test_where_blocks_are_paired_a_planned_rack_has_its_place_already(tmp_path: Path) -> None:
    files = paired(tmp_path)
    (line,) = [x for x in files["pools/train/slurm/slurm.conf"].splitlines() if "a02" in x]
    assert line.startswith("NodeName=a02-p1-dgx-02-c[01-18] NodeAddr=10.65.0.[75-92] ")
    assert line.endswith(" State=FUTURE")
    assert (
        "BlockName=a02 Nodes=a02-p1-dgx-02-c[01-18]\n" in files["pools/train/slurm/topology.conf"]
    )


def test_a_rack_that_is_installed_changes_only_its_own_line_of_a_paired_cluster(
    tmp_path: Path,
) -> None:
    before = paired(tmp_path / "before")
    site = worlds.copy(tmp_path / "after")
    worlds.rebuild(site, {1: {"a01": 1, "a02": 2}})
    worlds.change(site, [{"file": "site.yaml", "replace": "[18]", "by": "[18, 36]"}])
    after = render.render(site)
    topology, conf = (f"pools/train/slurm/{name}.conf" for name in ("topology", "slurm"))
    assert before[topology] == after[topology]
    changed = set(before[conf].splitlines()) ^ set(after[conf].splitlines())
    assert all("a02" in line for line in changed)
    assert len(changed) == 2


@pytest.mark.parametrize(
    ("version", "name"), [("24.11.5", "topology.conf"), ("25.05.0", "topology.yaml")]
)
def test_a_version_is_given_the_topology_that_it_reads(
    version: str, name: str, tmp_path: Path
) -> None:
    files = paired(tmp_path, f'\n      version: "{version}"')
    found = [path for path in files if "/topology." in path]
    assert found == [f"pools/train/slurm/{name}"]
    assert f'"/etc/slurm/{name}"' in files["pools/train/ansible/group_vars/pool_train.yml"]
    assert f"/etc/slurm/{name}" in files["site/plan.json"]


def test_a_backup_has_the_files_of_the_pool_and_is_named_second(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path)
    node = "{name: svc02, address: 10.63.0.11, interface: bond0, standby: [scheduler]}"
    slurm = "controller: svc01\n      backup: svc02\n      state_folder: /shared/slurm\n"
    worlds.change(
        site,
        [
            {"file": "site.yaml", "replace": "controller: svc01\n", "by": slurm},
            {
                "file": "site.yaml",
                "replace": "ironic, scheduler]\n",
                "by": f"ironic, scheduler]\n  - {node}\n",
            },
        ],
    )
    files = render.render(site)
    conf = files["pools/train/slurm/slurm.conf"]
    assert "SlurmctldHost=svc01(10.63.0.10)\nSlurmctldHost=svc02(10.63.0.11)\n" in conf
    assert "StateSaveLocation=/shared/slurm\n" in conf
    nodes = {each["name"]: each for each in json.loads(files["site/plan.json"])["service_nodes"]}
    paths = [
        [file["path"] for file in nodes[name]["files"] if "slurm" in file["path"]]
        for name in ("svc01", "svc02")
    ]
    assert paths[0] == paths[1] != []


def test_the_scripts_can_be_run(tmp_path: Path) -> None:
    nodes = json.loads((worlds.ONE_RACK / "rendered/site/plan.json").read_text())["service_nodes"]
    modes = {file["path"]: file["mode"] for file in nodes[0]["files"]}
    assert modes["/etc/slurm/prolog.sh"] == modes["/etc/slurm/epilog.sh"] == "0755"
