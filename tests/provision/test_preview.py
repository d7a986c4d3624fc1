"""Plain Pulumi, with nothing of our command line: what a preview shows of a rack that is up.

The state is imported as `pulumi up` of the example left it, so no metal is asked.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import repositories
import worlds
from rackwright import plan
from rackwright.provision import difference
from rackwright.provision.inputs import properties
from test_init import pulumi

TOP = Path(__file__).parents[2]
STACK = "one-rack.h1-su01"
URN = f"urn:pulumi:{STACK}::rackwright::"
PROVIDER = f"{URN}pulumi:providers:rackwright::default"
ID = "11111111-2222-4333-8444-555555555555"
Pulumi = Callable[..., subprocess.CompletedProcess[str]]


def resources(site: Path) -> list[dict[str, Any]]:
    """Return what Pulumi records of the example's stack once its rack is up."""
    unit = plan.read_unit(site, "h1-su01")
    (rack,) = unit.racks
    aims = difference.aims(rack)
    stack = f"{URN}pulumi:pulumi:Stack::rackwright-{STACK}"
    return [
        {"urn": stack, "custom": False, "type": "pulumi:pulumi:Stack"},
        {"urn": PROVIDER, "custom": True, "id": ID, "type": "pulumi:providers:rackwright"},
        {
            "urn": f"{URN}rackwright:index:Rack::a01",
            "custom": True,
            "id": "one-rack/a01",
            "type": "rackwright:index:Rack",
            "inputs": properties(unit, rack) | aims,
            "outputs": {**aims, "ready": True, "retired": []},
            "parent": stack,
            "provider": f"{PROVIDER}::{ID}",
        },
    ]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A clean checkout of a repository with one site, as its users have it."""
    for name in ("Pulumi.yaml", "infra/__main__.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(TOP / name, tmp_path / name)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    shutil.copytree(worlds.ONE_RACK, tmp_path / "infra/sites/one-rack")
    (tmp_path / "state").mkdir()
    return tmp_path


@pytest.fixture
def run(project: Path) -> Pulumi:
    """What types `pulumi WORDS --stack …` in the project, with the rack in its state."""
    cli = pulumi()

    def typed(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [cli, *words, "--stack", STACK, "--non-interactive"],
            cwd=project,
            env={
                "PATH": os.environ["PATH"],  # noqa: TID251
                "HOME": str(project),
                "PYTHONPATH": str(TOP / "infra"),
                "PULUMI_BACKEND_URL": f"file://{project / 'state'}",
                "PULUMI_CONFIG_PASSPHRASE": "none",
                "PULUMI_SKIP_UPDATE_CHECK": "true",
                "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            },
            capture_output=True,
            text=True,
            check=False,
        )

    assert typed("stack", "init").returncode == 0
    state = json.loads(typed("stack", "export").stdout)
    state["deployment"]["resources"] = resources(project / "infra/sites/one-rack")
    (project / "state.json").write_text(json.dumps(state))
    imported = typed("stack", "import", "--file", "state.json")
    assert imported.returncode == 0, imported.stderr
    return typed


def test_a_preview_shows_a_swapped_tray_by_its_path_and_no_other(
    run: Pulumi, project: Path
) -> None:
    site = project / "infra/sites/one-rack"
    repositories.swap(site)
    repositories.rendered(site)
    said = run("preview", "--diff", "--color", "never").stdout
    moved = [line.strip() for line in said.splitlines() if line.lstrip().startswith("~")]
    serial = '~ serial: "1643225044153" => "1643225099999"'
    assert moved[1:] == [
        "~ rack : {",
        "~ compute_trays: {",
        "~ c05: {",
        serial,
        "~ trays: {",
        "~ c05: {",
        serial,
        "~ 1 to update",
    ]


def test_a_stale_plan_is_refused_with_the_command_that_renews_it(
    run: Pulumi, project: Path
) -> None:
    site = project / "infra/sites/one-rack"
    repositories.swap(site)
    done = run("preview", "--diff")
    assert done.returncode != 0
    said = " ".join((done.stdout + done.stderr).split())
    assert f"(rackwright render {site}, and have the difference reviewed)" in said


def test_a_rack_that_is_as_it_was_changes_nothing(run: Pulumi) -> None:
    said = run("preview", "--diff", "--color", "never").stdout
    assert "2 unchanged" in said
    assert "rackwright:index:Rack" not in said
