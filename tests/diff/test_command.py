"""`rackwright diff` and `rackwright units` as they are typed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import worlds
from rackwright import cli
from repositories import SITE, Git, commit, rendered, swap


def typed(*words: str, seed: str = "0", **more: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,  # noqa: TID251
        "PYTHONPATH": str(Path(cli.__file__).parents[1]),
        "PYTHONHASHSEED": seed,
        **more,
    }
    return subprocess.run(
        [sys.executable, "-c", "from rackwright.cli import main; main()", *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_difference_it_exits_0_and_says_so(git: Git) -> None:
    done = typed("diff", "--exit-code")
    assert (done.returncode, done.stderr) == (0, "")
    assert "nothing differs" in done.stdout


def test_with_one_it_exits_0_and_with_exit_code_1(git: Git) -> None:
    swap(SITE)
    assert typed("diff").returncode == 0
    assert typed("diff", "--exit-code").returncode == 1


def test_a_gate_exits_1_and_shows_its_line_and_the_values_behind_it(git: Git) -> None:
    gates = "\ngates: {forbid: [replace]}\n\npools:"
    worlds.change(SITE, [{"file": "site.yaml", "replace": "\npools:", "by": gates}])
    commit(git, "gates")
    swap(SITE)
    done = typed("diff", "HEAD")
    assert done.returncode == 1
    assert done.stdout.endswith(
        "infra/sites/one-rack/site.yaml:35:9: error: the change would replace, and that is "
        "forbidden [gate-forbidden]\n"
        "  35 | gates: {forbid: [replace]}\n"
        "     |         ^^^^^^\n"
        "     = because: 1 compute tray: a01\n"
        "     = hint: take it out of `forbid` first\n\n"
        "1 error in infra/sites/one-rack/site.yaml\n"
    )


@pytest.mark.parametrize("form", ["text", "json", "markdown", "github"])
def test_every_form_is_the_same_every_time(form: str, git: Git) -> None:
    swap(SITE)
    worlds.change(
        SITE,
        [
            {"file": "site.yaml", "replace": "images/dgx-node", "by": "images/other"},
            {"file": "site.yaml", "replace": "block_sizes: [18]", "by": "block_sizes: [9, 18]"},
            {"file": "site.yaml", "replace": "10.65.0.0/16", "by": "10.66.0.0/16"},
        ],
    )
    said = {typed("diff", "HEAD", "--format", form, seed=seed).stdout for seed in ("0", "1", "2")}
    assert len(said) == 1
    assert said != {""}


def test_a_site_that_is_named_alone_is_compared_with_its_own_rendered_files(git: Git) -> None:
    swap(SITE)
    assert typed("diff", str(SITE)).stdout == typed("diff").stdout


def test_among_several_sites_one_is_named(git: Git, tmp_path: Path) -> None:
    worlds.copy(tmp_path / "infra/sites/other")
    unnamed = typed("diff")
    assert unnamed.returncode == 2
    assert "say which site" in unnamed.stderr
    assert typed("diff", "HEAD", "--site", str(SITE)).returncode == 0
    assert typed("diff", str(SITE)).returncode == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("a", "b", "c"), "two sides can be compared, not more"),
        (("nowhere",), "'nowhere' is no folder with a site.yaml, and no revision of git"),
        (("--format", "html"), "'html' is not one of"),
    ],
)
def test_what_cannot_be_compared_is_wrong_usage(
    words: tuple[str, ...], said: str, git: Git
) -> None:
    done = typed("diff", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_without_git_a_revision_says_how_to_get_it(git: Git, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = typed("diff", "HEAD", PATH=str(tmp_path / "empty"))
    assert done.returncode == 3
    assert done.stderr == "error: git is not installed\n  hint: apt-get install git\n"


def test_every_dry_run_ends_with_what_it_knows_and_what_it_does_not(git: Git) -> None:
    swap(SITE)
    rendered(SITE)
    for words in (("check",), ("diff", "HEAD")):
        said = typed(*words).stdout
        for standing in ("evaluated", "not checked", "not simulated"):
            assert f"\n{standing}" in said or f"\n  {standing}" in said
    found = json.loads(typed("diff", "HEAD", "--format", "json").stdout)
    by = {each["by"] for each in found["statements"]}
    assert by == {"diff", "preview", "verify", "lab"}
    page = typed("diff", "HEAD", "--format", "markdown").stdout
    assert all(each["what"].split("*")[0] in page.replace("\\", "") for each in found["statements"])


def test_check_says_in_json_what_it_knows_too(git: Git) -> None:
    lines = [json.loads(line) for line in typed("check", "--format", "json").stdout.splitlines()]
    assert {line["standing"] for line in lines} == {"evaluated", "not checked", "not simulated"}


def test_units_are_listed_as_a_table_as_json_and_as_names(git: Git) -> None:
    swap(SITE)
    rendered(SITE)
    (found,) = json.loads(typed("units", "--changed-since", "main", "--format", "json").stdout)
    assert (found["stack"], found["sign"]) == ("one-rack.h1-su01", "~")
    assert typed("units", "--stacks", "--format", "names").stdout == "one-rack.h1-su01\n"
    assert "one-rack.h1-su01" in typed("units").stdout
    assert typed("units", "--changed-since", "nowhere").returncode == 2
