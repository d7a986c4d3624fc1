"""The command line with what a person may type, or find, at three in the morning."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import worlds
from rackwright import cli, tree, verbs, verify
from rackwright.problems import PlanError

VERBS = ["check", "render", "report", "configure", "status"]
BEGINNING = "from rackwright.cli import main; main()"
PLAN = "rendered/site/plan.json"
UNIT = "rendered/h1-su01/plan.json"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A rendered copy of the example; no secrets, and a place of its own for records."""
    shutil.copytree(worlds.ONE_RACK, tmp_path / "site")
    monkeypatch.setenv("RACKWRIGHT_SECRETS", str(tmp_path / "secrets"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path / "site")
    return Path()


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    def ran(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["rackwright", *words])
        code: object = 0
        try:
            cli.main()
        except SystemExit as leaving:
            code = leaving.code
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return int(str(code or 0)), said.out + said.err

    return ran


def process(*words: str, **files: int) -> subprocess.CompletedProcess[str]:
    """Run the program as a process of its own, with real files for its output."""
    return subprocess.run(
        [sys.executable, "-c", BEGINNING, *words],
        env={**os.environ, "PYTHONPATH": str(Path(cli.__file__).parents[1])},  # noqa: TID251
        stdout=files.get("stdout", subprocess.PIPE),
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("verb", VERBS)
def test_a_folder_that_is_no_site_is_wrong_usage(verb: str, run, tmp_path: Path) -> None:
    code, said = run(verb, str(tmp_path / "nowhere"))
    assert code == 2
    assert "nowhere holds no site.yaml\n" in said


@pytest.mark.parametrize(
    ("change", "unread"),
    [
        ({"replace": "version: 1", "by": "version: 1\nfedes: 1"}, True),
        (
            {"replace": "version: 1", "by": "version: 1\naccept: [{code: no-code, reason: why}]"},
            False,
        ),
    ],
)
def test_check_says_where_the_rules_were_not_asked(
    change: dict[str, str], unread: bool, run, site: Path
) -> None:
    worlds.change(site, [{"file": "site.yaml", **change}])
    code, said = run("check")
    assert (code, "judged after that" in said) == (1, unread)


@pytest.mark.parametrize("name", ["x" * 5000, "a\nb", "\x00", "\udcff", "", "site.yaml/.."])
def test_an_odd_name_of_a_site_is_wrong_usage(name: str, run, site: Path) -> None:
    code, said = run("check", name or "./nothing")
    assert code == 2
    assert "holds no site.yaml" in said


def test_the_file_instead_of_its_folder_is_explained(run, site: Path) -> None:
    code, said = run("check", str(site.resolve() / "site.yaml"))
    assert code == 2
    assert f": name the folder, {site.resolve()}" in said


def test_a_misspelt_site_is_named(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(worlds.SITES.parents[1])
    _, said = run("check", "one-rak")
    assert "one-rak holds no site.yaml: did you mean tests/sites/one-rack?" in said


@pytest.mark.parametrize("verb", ["check", "render"])
def test_a_folder_in_the_place_of_site_yaml(verb: str, run, site: Path) -> None:
    (site / "site.yaml").unlink()
    (site / "site.yaml").mkdir()
    code, said = run(verb, ".")
    assert code == 1
    assert "site.yaml cannot be read: it is a folder [unreadable]" in said


@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_every_form_can_print_any_file(form: str, run, site: Path) -> None:
    (site / "as-built/\udcff.csv").touch()
    (site / "site.yaml").write_bytes(b"a: \xff\n")
    code, said = run("check", ".", "--format", form)
    assert code == 1
    assert "UTF-8" in said


def test_a_file_in_the_place_of_rendered(run, site: Path) -> None:
    shutil.rmtree("rendered")
    Path("rendered").touch()
    code, said = run("render", ".")
    assert code == 1
    assert said.startswith("error: rendered")
    assert "cannot be written" in said
    assert run("render", ".", "--check")[0] == 1


def test_a_folder_in_the_place_of_a_rendered_file(run, site: Path) -> None:
    Path(PLAN).unlink()
    Path(PLAN).mkdir()
    code, said = run("render", ".")
    assert code == 1
    assert f"{PLAN}.unfinished cannot be written: Is a directory" in said


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_rendered_folder_that_is_read_only(run, site: Path) -> None:
    Path(PLAN).unlink()
    Path("rendered/site").chmod(0o500)
    assert run("render", ".")[0] == 1


def test_a_write_that_is_refused(run, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    Path(PLAN).unlink()
    monkeypatch.setattr(tree.os, "write", full)
    code, said = run("render", ".")
    assert code == 1
    assert "cannot be written: No space left on device" in said
    assert "hint:" in said


def test_a_full_disk(tmp_path: Path) -> None:
    worlds.copy(tmp_path / "site")
    render = f"{sys.executable} -c '{BEGINNING}' render {tmp_path}/site"
    script = f"mount -t tmpfs -o size=40k none {tmp_path}/site/rendered && exec {render}"
    (tmp_path / "site/rendered").mkdir()
    done = subprocess.run(
        ["unshare", "--mount", *(["--map-root-user"] if os.geteuid() else []), "sh", "-c", script],
        env={**os.environ, "PYTHONPATH": str(Path(cli.__file__).parents[1])},  # noqa: TID251
        capture_output=True,
        text=True,
        check=False,
    )
    if "unshare" in done.stderr or "mount" in done.stderr:
        pytest.skip(f"no private mounts here: {done.stderr.strip()}")
    assert done.returncode == 1
    assert "cannot be written: No space left on device\n  hint: " in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("verb", ["configure", "status"])
@pytest.mark.parametrize("file", [PLAN, UNIT])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "7",
        '{"version": 9}',
        '{"version": 1}',
        "[" * 100_000,
        "\x00",
        "\udcff",
    ],
    ids=lambda text: text[:14],
)
def test_a_plan_that_is_none(verb: str, file: str, text: str, run, site: Path) -> None:
    Path(file).write_bytes(text.encode("utf-8", "surrogateescape"))
    code, said = run(verb, ".")
    assert code == 1
    assert f"error: {file}" in said
    assert "\n  hint: render the site again\n" in said
    assert "<class" not in said
    assert "Error" not in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"site": 7}, "Expected `str`, got `int` - at `site`"),
        ({"units": "h1"}, "Expected `array`, got `str` - at `units`"),
        ({"units": [None]}, "Expected `str`, got `null` - at `units[0]`"),
        ({"ironic": []}, "Expected `object`, got `array` - at `ironic`"),
        ({"ironic": {}}, "Object missing required field `url` - at `ironic`"),
        ({"more": 1}, "Object contains unknown field `more`"),
    ],
)
def test_a_plan_of_another_form_says_where(change: dict, said: str, run, site: Path) -> None:
    Path(PLAN).write_text(json.dumps({**json.loads(Path(PLAN).read_text()), **change}))
    assert f"error: {PLAN} is no plan: {said}\n" in run("status", ".")[1]


@pytest.mark.parametrize("text", ["", "\n", "junk", "a  b\n", "a  \x00\n", "\udcff"])
def test_digests_that_are_none_are_not_current(text: str, run, site: Path) -> None:
    raw = text.encode("utf-8", "surrogateescape")
    Path("rendered/inputs.sha256").write_bytes(raw)
    code, said = run("configure", ".")
    assert code == 1
    assert "rendered/ is not current" in said
    assert "hint: rackwright render ." in said


def test_a_site_that_changed_since_is_not_current(run, site: Path) -> None:
    with Path("site.yaml").open("a") as file:
        file.write("# more\n")
    code, said = run("configure", ".")
    assert code == 1
    assert "site.yaml has changed since" in said


def test_a_report_says_where_its_page_is(run, site: Path) -> None:
    code, said = run("report")
    assert code == 0
    assert said.startswith(f"report/index.html: open it in a browser, {site.resolve().as_uri()}/")
    assert Path("report/index.html").is_file()


def test_a_report_in_rendered_is_wrong_usage(run, site: Path) -> None:
    code, said = run("report", "--output", "rendered/report")
    assert code == 2
    assert "hint: name another folder with --output" in said


def test_a_report_of_a_wrong_site_is_its_problems(run, site: Path) -> None:
    worlds.change(site, [{"file": "site.yaml", "replace": "version: 1", "by": "version: 1\nx: 1"}])
    code, said = run("report")
    assert code == 1
    assert "site.yaml:" in said
    assert "[extra-forbidden]" in said
    assert not Path("report").exists()


def test_a_report_since_no_revision_is_wrong_usage(run, site: Path) -> None:
    code, said = run("report", "--since", "nothing")
    assert code == 2
    assert "'nothing'" in said


def test_a_site_that_is_not_rendered(run, site: Path) -> None:
    shutil.rmtree("rendered")
    assert run("configure", ".")[0] == 1
    assert run("status", ".")[0] == 1


def test_an_unknown_rack_is_named_beside_those_there_are(run, site: Path) -> None:
    code, said = run("configure", ".", "--rack", "zz")
    assert code == 1
    assert "no installed rack zz" in said
    assert "a01" in said


def test_a_secret_that_is_missing_is_named(run, site: Path) -> None:
    code, said = run("configure", ".")
    assert code == 1
    assert "leads to no file" in said


def test_records_that_are_damaged(run, site: Path, tmp_path: Path) -> None:
    for name in ("slurm.key", "ssh-admin"):
        (tmp_path / "secrets").mkdir(exist_ok=True)
        (tmp_path / "secrets" / name).touch(mode=0o600)
    (tmp_path / "state/rackwright/jobs").mkdir(parents=True)
    (tmp_path / "state/rackwright/jobs/jobs.sqlite3").write_bytes(b"x" * 5000)
    code, said = run("configure", ".")
    assert code == 1
    assert "jobs.sqlite3 cannot be used: file is not a database\n  hint: move it away" in said


def test_a_reader_that_leaves_early_is_no_error(site: Path) -> None:
    (site / "site.yaml").write_text("a: 1\n" * 20_000)
    reading, writing = os.pipe()
    os.close(reading)
    assert process("check", ".", "--format", "json", stdout=writing).stderr == ""
    os.close(writing)


def test_output_that_cannot_be_written_is_said(site: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = process("check", ".", stdout=full.fileno())
    assert done.stderr == "error: the output: No space left on device\n"
    assert done.returncode == 1


@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_a_terminal_of_few_characters_is_enough(
    form: str, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    (site / "site.yaml").write_text("é: 1\npassword: ü\n")
    done = process("check", ".", "--format", form)
    assert done.stderr == ""
    assert "extra-forbidden" in done.stdout
    assert done.returncode == 1


@pytest.mark.parametrize(
    "words", [("--only", "kea,bind"), ("--only", "kea", "--only", "bind")], ids=["commas", "twice"]
)
def test_verify_asks_every_consumer_that_is_named(
    words: tuple[str, ...], site: Path, run: Callable[..., tuple[int, str]], monkeypatch
) -> None:
    asked: list[tuple[str, ...]] = []

    def begin(_folder: Path, names: tuple[str, ...], *_more: object) -> None:
        asked.append(names)
        raise PlanError("that will do", "")

    monkeypatch.setattr(verify, "begin", begin)
    monkeypatch.setattr(verbs, "_become_root", lambda: None)
    assert "that will do" in run("verify", str(site), *words)[1]
    assert asked == [("kea", "bind")]
