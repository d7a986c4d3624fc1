"""A new repository: nothing is wrong with it, and only the wheel is needed to work with it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from ipaddress import IPv4Network
from itertools import combinations
from pathlib import Path

import pytest

import worlds
from rackwright import factory, init, plan, render, tree, yamlfile
from rackwright.problems import CannotBegin, RackwrightError
from rackwright.provision import program
from rackwright.rules.access import PLACEHOLDER_KEY
from rackwright.spec import layout, reading
from rackwright.spec.site import Site

TOP = Path(__file__).parents[1]
SITE = Path("infra/sites/dawn")
UNIT = "dawn.h1-su01"


def test_a_fresh_site_checks_clean_and_renders(tmp_path: Path) -> None:
    init.write(tmp_path / "dawn")
    site = tmp_path / "dawn" / SITE
    assert render.check(site) == ()
    tree.write(render.render(site), site / "rendered")
    assert program.planned(tmp_path / "dawn", UNIT).racks == ()
    assert plan.read_site(site).site == "dawn"


def test_a_fresh_site_is_a_production_site_of_planned_racks() -> None:
    text = init.files("dawn")["infra/sites/dawn/site.yaml"]
    data = yamlfile.parse(text, "site.yaml").data
    assert data["purpose"] == "production"
    assert data["defaults"]["racks"]["state"] == "planned"
    assert max(map(len, text.splitlines())) <= 100


def test_its_comment_installs_the_first_rack_of_one_unit_alone() -> None:
    text = init.files("dawn")["infra/sites/dawn/site.yaml"]
    before, mark, after = text.partition("      # exceptions:\n")
    lines = (mark + after).splitlines()
    shown = "\n".join(line.replace("# ", "", 1) for line in lines[:5])
    two = before.replace("\n      count: 1\n", "\n      count: 2\n")
    data = yamlfile.parse("\n".join((two + shown, *lines[5:])), "site.yaml").data
    (hall,) = layout.resolve(reading.read(Site, data))
    racks = [rack for unit in hall.scalable_units for rack in unit.racks]
    assert [rack.name for rack in racks if rack.state == "installed"] == ["h1-su01-r01"]
    assert len(racks) == 16


def test_its_prefixes_may_grow_by_two_bits_and_stay_apart() -> None:
    data = yamlfile.parse(init.files("dawn")["infra/sites/dawn/site.yaml"], "site.yaml").data
    written = [
        IPv4Network(data["networks"][name]["prefix"])
        for name in ("services", "out_of_band", "in_band")
    ]
    grown = [prefix.supernet(2) for prefix in written]
    assert not any(one.overlaps(other) for one, other in combinations(grown, 2))
    addresses = [prefix.network_address for prefix in grown]
    assert addresses == [prefix.network_address for prefix in written]


def test_its_project_and_its_program_are_those_of_this_repository() -> None:
    files = init.files("dawn")
    ours = yamlfile.parse((TOP / "Pulumi.yaml").read_text(), "Pulumi.yaml").data
    theirs = yamlfile.parse(files["Pulumi.yaml"], "Pulumi.yaml").data
    assert {**theirs, "name": ours["name"]} == ours
    program_text = files["infra/__main__.py"]
    assert len(program_text.splitlines()) <= 4
    assert program_text.splitlines()[-1] == (TOP / "infra/__main__.py").read_text().splitlines()[-1]


@pytest.mark.parametrize("name", [".github/workflows/rackwright.yaml", ".gitlab-ci.yml"])
def test_its_ci_calls_the_script_that_it_has(name: str) -> None:
    files = init.files("dawn")
    assert "sh infra/ci/rackwright.sh" in files[name]
    assert files["infra/ci/rackwright.sh"].startswith("#!/bin/sh\n")


def test_its_column_map_is_one_and_works_once_racks_are_there(tmp_path: Path) -> None:
    init.write(tmp_path / "dawn")
    site = tmp_path / "dawn" / SITE
    planned = {"file": "site.yaml", "replace": "state: planned", "by": "state: installed"}
    worlds.change(site, [planned])
    delivery = tmp_path / "delivery.csv"
    delivery.write_text(
        "Rack,Position,Serial Number,BMC MAC,PXE MAC\n"
        "h1-su01-r01,c07,S-1,3C6D66000001,3C6D66000002\n"
    )
    found = factory.read(site, "h1-su01", delivery, site / "factory/columns.yaml")
    factory.write(found)
    text = (site / "as-built/h1-su01.csv").read_text()
    assert text.endswith("\nh1-su01-r01,c07,S-1,3c:6d:66:00:00:01,3c:6d:66:00:00:02\n")


def test_the_site_is_called_as_the_folder_is_or_as_is_said(tmp_path: Path) -> None:
    init.write(tmp_path / "dusk")
    init.write(tmp_path / "My Cluster", "dawn")
    assert (tmp_path / "dusk/infra/sites/dusk/site.yaml").is_file()
    assert (tmp_path / "My Cluster" / SITE / "site.yaml").is_file()


@pytest.mark.parametrize("name", ["Dawn", "9", "a b", "a/b", "..", "a\n"])
def test_a_name_no_site_can_have_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(CannotBegin, match="a site cannot be called"):
        init.write(tmp_path / "dawn", name)
    assert list(tmp_path.iterdir()) == []


def test_nothing_that_is_there_is_touched(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine")
    for taken in (tmp_path, tmp_path / "notes"):
        with pytest.raises(CannotBegin, match="is not an empty folder"):
            init.write(taken, "dawn")
    assert [path.name for path in tmp_path.iterdir()] == ["notes"]


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RackwrightError, match="cannot be written"):
        init.write(tmp_path / "file/dawn")


def test_an_installed_rack_asks_for_keys_of_ones_own(tmp_path: Path) -> None:
    init.write(tmp_path / "dawn")
    site = tmp_path / "dawn" / SITE
    planned = {"file": "site.yaml", "replace": "state: planned", "by": "state: installed"}
    worlds.change(site, [planned])
    left = [problem for problem in render.check(site) if problem.code == "placeholder-left"]
    text = (site / "site.yaml").read_text()
    assert len(left) == text.count(PLACEHOLDER_KEY) + text.count("sha256: ") == 3


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel; what the wheel needs comes from the one of these tests."""
    folder = tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(build, cwd=TOP, capture_output=True, check=True)
    environment = folder / "environment"
    venv.create(environment, with_pip=False)
    (packages,) = environment.glob("lib/python*/site-packages")
    (packages / "these.pth").write_text(sysconfig.get_path("purelib"))
    (wheel,) = folder.glob("*.whl")
    python = str(environment / "bin/python")
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index"]
    subprocess.run([*pip, wheel], capture_output=True, check=True)
    return environment


@pytest.fixture(scope="module")
def repository(installed: Path) -> Path:
    """A fresh repository that the console script wrote, with the environment in its place."""
    folder = installed.parent / "dawn"
    assert typed(installed, "init", folder).returncode == 0
    (folder / ".venv").symlink_to(installed)
    return folder


def typed(installed: Path, *words: str | Path, cwd: Path = TOP) -> subprocess.CompletedProcess[str]:
    """Type `rackwright WORDS`, with nothing of the checkout to be found."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}  # noqa: TID251
    return subprocess.run(
        [installed / "bin/rackwright", *words],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_console_script_writes_over_nothing(installed: Path, repository: Path) -> None:
    again = typed(installed, "init", repository)
    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr.startswith(f"error: {repository} is not an empty folder")
    bad = typed(installed, "init", installed.parent / "Dusk")
    assert (bad.returncode, (installed.parent / "Dusk").exists()) == (2, False)
    assert "  hint: give it a name with --site" in bad.stderr


def test_the_wheel_alone_checks_and_renders_a_fresh_repository(
    installed: Path, repository: Path
) -> None:
    for words in (("check",), ("render",), ("render", "--check"), ("check", "--format", "github")):
        ended = typed(installed, *words, SITE, cwd=repository)
        assert ended.returncode == 0, ended.stdout + ended.stderr
    assert tree.read(repository / SITE / "rendered") == render.render(repository / SITE)


def test_pulumi_previews_a_fresh_repository(installed: Path, repository: Path) -> None:
    assert typed(installed, "render", SITE, cwd=repository).returncode == 0
    said = previewed(repository, UNIT)
    assert "pulumi:pulumi:Stack" in said
    assert "rackwright:index:Rack" not in said
    assert (repository / f"infra/stacks/Pulumi.{UNIT}.yaml").is_file()


def test_pulumi_previews_a_rack_through_the_provider_of_the_wheel(repository: Path) -> None:
    shutil.copytree(worlds.ONE_RACK, repository / "infra/sites/one-rack", dirs_exist_ok=True)
    said = previewed(repository, "one-rack.h1-su01")
    assert "rackwright:index:Rack" in said


def previewed(repository: Path, stack: str) -> str:
    """Return what `pulumi preview` says of a new stack whose state is a folder beside."""
    cli, state = pulumi(), repository.parent / "state"
    state.mkdir(exist_ok=True)
    environment = {
        "PATH": os.environ["PATH"],  # noqa: TID251
        "HOME": str(repository.parent),
        "PULUMI_BACKEND_URL": f"file://{state}",
        "PULUMI_CONFIG_PASSPHRASE": "dawn",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }
    for words in (("stack", "init"), ("preview", "--suppress-progress")):
        ended = subprocess.run(
            [cli, *words, "--stack", stack, "--non-interactive"],
            cwd=repository,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def pulumi() -> Path:
    """Return the Pulumi CLI that set-up found or built; without one the test has nothing to run."""
    sys.path[:0] = [str(TOP / "infra/tools"), str(TOP / "infra/tools/pulumi")]
    try:
        import commands
        import pulumi_cli
    finally:
        del sys.path[:2]
    try:
        return pulumi_cli.installed()
    except commands.SetupError as error:
        pytest.skip(f"{error.message}: {error.hint}")
