from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

import plans
from rackwright import configure, plan
from rackwright.configure import jobs
from rackwright.problems import PlanError, SecretError, ToolMissing
from rackwright.secrets import Secrets


def test_a_job_has_the_hosts_of_its_rack_in_tray_order(site: Path) -> None:
    (job,) = jobs.rack_jobs(site)
    assert (job.unit, job.rack, job.pools) == ("h1-su01", "a01", ("train",))
    assert job.hosts[0] == "a01-p1-dgx-01-c01"
    assert len(job.hosts) == 18


def test_a_tray_on_hold_is_no_host_of_the_job() -> None:
    rack = plans.rack(compute=2)
    first = replace(rack.compute_trays[0], hold="broken fan")
    rack = replace(rack, compute_trays=(first, rack.compute_trays[1]))
    job = jobs.rack_job(Path("/site"), "h1-su01", rack)
    assert (job.held, job.hosts) == (("a01-p1-dgx-01-c01",), ("a01-p1-dgx-01-c02",))


def test_a_rack_to_be_decommissioned_is_left_alone() -> None:
    approved = plan.Decommission(approval="CHG-7", sanitise=True)
    rack = replace(plans.rack(), decommission=approved)
    assert "CHG-7" in jobs.rack_job(Path("/site"), "h1-su01", rack).hold


def test_an_unknown_rack_is_refused_with_the_ones_there_are(site: Path) -> None:
    with pytest.raises(PlanError, match="no installed rack z99") as raised:
        jobs.rack_jobs(site, ("z99",))
    assert raised.value.hint == "it has a01"


def test_the_command_reads_site_pool_and_rack_in_this_order(site: Path, secrets: Secrets) -> None:
    words = configure.command(site, "a01", secrets)
    sources = [word.partition("=")[2] for word in words if word.startswith("--inventory=")]
    rendered = site / "rendered"
    assert sources == [
        f"{rendered}/site/ansible",
        f"{rendered}/pools/train/ansible",
        f"{rendered}/h1-su01/racks/a01.json",
    ]
    assert "--forks=18" in words


def test_the_command_names_secret_files_and_holds_no_secret(site: Path, secrets: Secrets) -> None:
    (secrets.folder / "slurm.key").write_text("very secret")
    words = configure.command(site, "a01", secrets)
    assert f"--private-key={secrets.folder}/ssh-admin" in words
    assert "very secret" not in " ".join(words)


def test_a_missing_secret_is_named_by_its_reference(site: Path, secrets: Secrets) -> None:
    (secrets.folder / "slurm.key").unlink()
    with pytest.raises(SecretError, match=r"file:slurm.key leads to no file"):
        configure.command(site, "a01", secrets)


def test_a_missing_ansible_is_said_before_anything_runs(
    site: Path, secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(ToolMissing, match=r"ansible-playbook is not in /nowhere"):
        configure.command(site, "a01", secrets)


def test_plain_ansible_understands_the_command(site: Path, secrets: Secrets) -> None:
    hosts = _output([*configure.command(site, "a01", secrets), "--list-hosts"])
    assert hosts.count("a01-p1-dgx-01-c") == 18


def test_plain_ansible_understands_the_command_for_service_nodes(
    site: Path, secrets: Secrets
) -> None:
    assert "svc01" in _output([*configure.services_command(site, secrets), "--list-hosts"])


def test_plain_ansible_leaves_a_tray_on_hold_alone_too(site: Path, secrets: Secrets) -> None:
    path = site / "rendered/h1-su01/racks/a01.json"
    inventory = json.loads(path.read_text())
    inventory["all"]["children"]["held"]["hosts"] = {"a01-p1-dgx-01-c05": {}}
    path.write_text(json.dumps(inventory))
    assert "c05" not in _output([*configure.command(site, "a01", secrets), "--list-hosts"])


def test_the_digest_changes_with_the_inputs(site: Path) -> None:
    before = jobs.digest(site)
    (site / "rendered/inputs.sha256").write_text("0" * 64 + "  site.yaml\n")
    assert jobs.digest(site) != before


def _output(words: list[str]) -> str:
    done = subprocess.run(
        words,
        check=True,
        capture_output=True,
        text=True,
        env={"PATH": os.defpath},
    )
    assert "WARNING" not in done.stderr
    return done.stdout
