"""The playbooks are plain Ansible: its own programs read them and find no fault."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import worlds
from rackwright import data

PLAYBOOKS = data.folder("playbooks")
BIN = Path(sys.executable).parent
RENDERED = worlds.ONE_RACK / "rendered"
SOURCES = (
    f"--inventory={RENDERED}/site/ansible",
    f"--inventory={RENDERED}/pools/train/ansible",
    f"--inventory={RENDERED}/h1-su01/racks/a01.json",
)


def run(*words: str, cwd: Path = PLAYBOOKS) -> str:
    """Return what one of Ansible's programs prints; a failure or a warning fails the test."""
    environment = {
        "ANSIBLE_CONFIG": str(RENDERED / "site/ansible/ansible.cfg"),
        "NO_COLOR": "1",
        "PATH": f"{BIN}:{os.defpath}",
    }
    done = subprocess.run(
        [BIN / words[0], *words[1:]],
        capture_output=True,
        text=True,
        env=environment,
        cwd=cwd,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def inventory():
    return json.loads(run("ansible-inventory", *SOURCES, "--list"))


def test_the_three_sources_hold_the_rack_and_its_variables(inventory) -> None:
    assert len(inventory["rack_a01"]["hosts"]) == 18
    variables = inventory["_meta"]["hostvars"]["a01-p1-dgx-01-c03"]
    assert {"site_files", "rack_files", "pool_files", "rendered"} <= variables.keys()


def test_every_file_a_node_gets_is_rendered(inventory) -> None:
    variables = inventory["_meta"]["hostvars"]["a01-p1-dgx-01-c03"]
    listed = [*variables["site_files"], *variables["rack_files"], *variables["pool_files"]]
    listed += inventory["_meta"]["hostvars"]["svc01"]["service_files"]
    assert [file["source"] for file in listed if not (RENDERED / file["source"]).is_file()] == []


@pytest.mark.parametrize("playbook", ["configure.yaml", "services.yaml"])
def test_ansible_accepts_the_playbook_on_the_three_sources(playbook: str) -> None:
    assert "WARNING" not in run("ansible-playbook", *SOURCES, playbook, "--syntax-check")


def test_the_linter_for_production_finds_nothing() -> None:
    run("ansible-lint", "--offline", "--profile", "production")


def test_yamllint_finds_nothing() -> None:
    assert run("yamllint", "--strict", ".") == ""
