"""What CI does with a repository of sites: the script for real, the files by their schemas."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import repositories
import worlds
from repositories import SITE, Git, commit, rendered, swap
from test_init import pulumi

TOP = Path(__file__).parents[1]
CI = TOP / "infra/ci"
STACK = "one-rack.h1-su01"
TYPED = f'#!/bin/sh\nexec {sys.executable} -c "from rackwright.cli import main; main()" "$@"\n'


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """A repository with the example on `main`, and a branch to change it on; one stands in it."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/rackwright").write_text(TYPED)
    (tmp_path / "bin/rackwright").chmod(0o755)
    (tmp_path / "repository").mkdir()
    monkeypatch.chdir(tmp_path / "repository")
    found = repositories.begin(tmp_path / "repository")
    found("checkout", "--quiet", "-b", "change")
    return found


def run(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path.cwd().parent / 'bin'}:{os.environ['PATH']}"  # noqa: TID251
    return subprocess.run(
        ["sh", CI / "rackwright.sh", *words],
        env={
            "PATH": path,
            "PYTHONPATH": str(TOP / "infra"),
            "HOME": str(Path.cwd().parent),
            "BASE": "main",
            "VERIFY": "no",
            **more,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def comment() -> str:
    return Path("review/comment.md").read_text()


def test_a_good_change_gets_a_comment_that_says_what_it_means(git: Git) -> None:
    swap(SITE)
    rendered(SITE)
    commit(git, "swap a tray")
    done = run("review")
    assert done.returncode == 0, done.stdout + done.stderr
    said = comment()
    assert said.startswith("<!-- rackwright diff one-rack -->\n")
    assert "replaces 1 compute tray" in said
    assert "| check one-rack | passed |" in said
    assert "| render --check one-rack | passed |" in said
    assert "| verify one-rack | **not done**: VERIFY=no |" in said
    assert f"| pulumi preview {STACK} | **not done**: no PULUMI_BACKEND_URL" in said


def test_what_main_did_since_is_not_part_of_the_change(git: Git) -> None:
    swap(SITE)
    rendered(SITE)
    commit(git, "swap a tray")
    git("checkout", "--quiet", "main")
    (SITE / "site.yaml").write_text((SITE / "site.yaml").read_text() + "# later\n")
    rendered(SITE)
    commit(git, "main goes on")
    git("checkout", "--quiet", "change")
    assert run("diff").returncode == 0
    assert "inputs.sha256" in Path("review/diff-one-rack.md").read_text()
    assert run("stacks").stdout == f"{STACK}\n"


def test_a_change_that_was_not_rendered_fails_and_is_shown_all_the_same(git: Git) -> None:
    swap(SITE)
    commit(git, "swap a tray, and forget to render")
    done = run("review")
    assert done.returncode == 1
    assert "| render --check one-rack | **failed** with 1 |" in comment()
    assert "| pulumi preview | **not done**: nobody knows which stacks" in comment()
    assert "replaces 1 compute tray" in comment()


def test_a_mistake_fails_and_is_annotated_at_its_line(git: Git) -> None:
    worlds.change(SITE, [{"file": "site.yaml", "replace": "[18]", "by": "[36]"}])
    commit(git, "a block that is too large")
    done = run("check", FORMAT="github")
    assert done.returncode == 1
    assert "::error file=infra/sites/one-rack/site.yaml,line=" in done.stdout


def test_a_gate_fails_until_somebody_sets_the_label(git: Git) -> None:
    gates = "\ngates: {require_label: {replace: metal approved}}\n\npools:"
    worlds.change(SITE, [{"file": "site.yaml", "replace": "\npools:", "by": gates}])
    swap(SITE)
    rendered(SITE)
    commit(git, "swap a tray")
    assert run("diff", LABELS="other").returncode == 1
    assert (
        "does not carry the label 'metal approved'" in Path("review/diff-one-rack.md").read_text()
    )
    assert run("diff", LABELS="other,metal approved").returncode == 0


def test_nothing_is_previewed_where_no_stack_changes(git: Git) -> None:
    git("commit", "--quiet", "--allow-empty", "--message", "nothing")
    assert run("stacks").stdout == ""
    assert run("review").returncode == 0
    assert "nothing differs" in comment()
    assert "pulumi preview" not in comment()


def test_a_site_that_is_taken_away_altogether_is_said_first(git: Git) -> None:
    shutil.copytree(SITE, SITE.with_name("two"))
    git("checkout", "--quiet", "main")
    commit(git, "a second site")
    git("checkout", "--quiet", "-B", "change")
    shutil.rmtree(SITE.with_name("two"))
    commit(git, "take it away")
    assert run("review").returncode == 0
    assert comment().startswith("> **Removed**: the whole site infra/sites/two.")


def test_a_word_that_is_no_verb_is_wrong_usage(git: Git) -> None:
    assert run("reviw").returncode == 2
    assert run("help").stdout.startswith("What CI does")


def test_what_a_preview_says_cannot_end_its_block_and_is_cut_where_it_is_too_long(
    git: Git,
) -> None:
    Path("review").mkdir()
    Path("review/preview-a.b.txt").write_text("~~~~~~~~\n# heading\n" + "x" * 70_000)
    assert run("comment").returncode == 0
    assert "\n ~~~~~~~~\n# heading" in comment()
    assert "… cut: all of it is in the job's artefact" in comment()
    assert len(comment()) < 65_536


@pytest.fixture
def backend(git: Git, tmp_path: Path) -> dict[str, str]:
    """Pulumi with a state in a folder, a project around the site, and its stack."""
    cli = pulumi()
    for name in ("Pulumi.yaml", "infra/__main__.py"):
        shutil.copy(TOP / name, name)
    Path(".venv").symlink_to(sys.prefix)
    Path(".gitignore").write_text(".venv\nreview/\n")
    commit(git, "a project")
    git("branch", "--force", "main")
    (tmp_path / "state").mkdir()
    (tmp_path / "bin/pulumi").symlink_to(cli)
    return {
        "PULUMI_BACKEND_URL": f"file://{tmp_path / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "none",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }


def test_pulumi_previews_the_stack_that_changes_tray_by_tray(
    backend: dict[str, str], git: Git, tmp_path: Path
) -> None:
    swap(SITE)
    rendered(SITE)
    commit(git, "swap a tray")
    new = run("review", **backend)
    assert f"a new one: pulumi stack init {STACK}" in comment(), new.stderr
    subprocess.run(
        [tmp_path / "bin/pulumi", "stack", "init", STACK, "--non-interactive"],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), **backend},  # noqa: TID251
        capture_output=True,
        check=True,
    )
    shutil.rmtree("review")
    done = run("review", **backend)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"| pulumi preview {STACK} | passed |" in comment()
    assert "1643225099999" in comment()


@pytest.mark.parametrize(
    ("file", "schema"), [("github.yaml", "github-workflows"), ("gitlab.yaml", "gitlab-ci")]
)
def test_the_file_of_a_ci_has_the_form_that_its_maker_publishes(file: str, schema: str) -> None:
    own = Path(sys.executable).with_name("check-jsonschema")
    program = str(own) if own.exists() else shutil.which("check-jsonschema")
    if program is None:
        pytest.skip("check-jsonschema is not installed: make environment")
    done = subprocess.run(
        [program, "--builtin-schema", f"vendor.{schema}", CI / file],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", ["github.yaml", "gitlab.yaml"])
def test_what_strangers_write_reaches_no_shell_but_through_the_environment(file: str) -> None:
    text = yaml.safe_load((CI / file).read_text())
    scripts = [
        step["run"]
        for job in text.get("jobs", {}).values()
        for step in job["steps"]
        if "run" in step
    ]
    assert not [script for script in scripts if "${{" in script]


def test_the_script_is_one_that_every_shell_can_read() -> None:
    for shell in ("sh", "dash", "bash"):
        if shutil.which(shell):
            subprocess.run([shell, "-n", CI / "rackwright.sh"], check=True)


def test_the_hooks_for_pre_commit_are_a_manifest() -> None:
    program = Path(sys.executable).with_name("pre-commit")
    subprocess.run([program, "validate-manifest", TOP / ".pre-commit-hooks.yaml"], check=True)


def test_the_hooks_run_the_program_of_the_repository(git: Git, tmp_path: Path) -> None:
    hooks = yaml.safe_load((TOP / ".pre-commit-hooks.yaml").read_text())
    local = {"repo": "local", "hooks": hooks}
    Path(".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [local]}))
    swap(SITE)
    git("add", "--all")
    program = Path(sys.executable).with_name("pre-commit")
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"  # noqa: TID251
    done = subprocess.run(
        [program, "run"],
        env={"PATH": path, "PYTHONPATH": str(TOP / "infra"), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "rackwright check" in done.stdout
    assert "files were modified by this hook" in done.stdout


def test_a_shallow_clone_says_what_to_fetch(git: Git, tmp_path: Path) -> None:
    done = run("diff", BASE="origin/main")
    assert done.returncode == 2
    assert "'origin/main' is no folder with a site.yaml, and no revision of git" in done.stderr
    assert "in a shallow clone, fetch it first" in done.stderr
