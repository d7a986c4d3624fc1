from __future__ import annotations

import re
from pathlib import Path

import cached
import pulumi_build
import pulumi_cli
import pytest
from commands import SetupError

SOURCE = Path(pulumi_cli.__file__).with_name("pulumi")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, and a PATH with nothing of Pulumi's."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    return tmp_path / "home"


def put(folder: Path, version: str, *, language_host: bool = True) -> Path:
    """Write a CLI that says it has `version`."""
    folder.mkdir(parents=True)
    cli = folder / "pulumi"
    cli.write_text(f"#!/bin/sh\necho v{version}\n")
    cli.chmod(0o755)
    if language_host:
        (folder / "pulumi-language-python").touch()
    return cli


def kept(home: Path) -> Path:
    return pulumi_cli.place(pulumi_cli.version()) / "bin"


def test_a_cli_on_path_comes_first(home: Path, tmp_path: Path) -> None:
    put(kept(home), pulumi_cli.version())
    on_path = put(tmp_path / "bin", pulumi_cli.version())
    assert pulumi_cli.installed() == on_path


def test_a_cli_of_another_version_on_path_is_passed_over(home: Path, tmp_path: Path) -> None:
    put(tmp_path / "bin", "3.1.0")
    found = put(kept(home), pulumi_cli.version())
    assert pulumi_cli.installed() == found


def test_a_cli_that_cannot_run_python_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path / "bin", pulumi_cli.version(), language_host=False)
    with pytest.raises(SetupError):
        pulumi_cli.installed()


def test_without_a_cli_the_error_says_how_to_get_one() -> None:
    with pytest.raises(SetupError, match="make tools"):
        pulumi_cli.installed()


def test_an_official_release_that_was_there_before_us_is_current(home: Path) -> None:
    put(kept(home), pulumi_cli.version())
    assert pulumi_cli.is_current()


def test_a_cli_that_we_built_from_an_older_recipe_is_not_current(home: Path) -> None:
    put(kept(home), pulumi_cli.version())
    (kept(home).parent / cached.STAMP).write_text("older\n")
    assert not pulumi_cli.is_current()


def test_a_cli_that_we_built_from_todays_recipe_is_current(home: Path) -> None:
    put(kept(home), pulumi_cli.version())
    folder = kept(home).parent
    (folder / cached.STAMP).write_text(f"{pulumi_build.recipe(folder)}\n")
    assert pulumi_cli.is_current()


def test_where_the_release_is_out_of_reach_the_modules_are_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse() -> None:
        raise OSError("Name or service not known")

    def make(building: Path, folder: Path, go: Path) -> None:
        put(building / "bin", pulumi_cli.version())

    monkeypatch.setattr(pulumi_cli, "_expect_answer", refuse)
    monkeypatch.setattr(pulumi_build, "go_command", lambda tools: Path("go"))
    monkeypatch.setattr(pulumi_build, "make", make)
    pulumi_cli.set_up(tmp_path)
    assert pulumi_cli.is_current()
    assert "cannot be fetched (Name or service not known)" in capsys.readouterr().out


def test_every_file_names_the_same_pulumi() -> None:
    version = pulumi_cli.version()
    modules = (SOURCE / "go.mod").read_text()
    for module in ("pkg", "sdk"):
        assert f"github.com/pulumi/pulumi/{module}/v3 v{version}\n" in modules
    for pins in (SOURCE / "requirements.in", SOURCE / "requirements.txt"):
        assert re.search(rf"^pulumi=={re.escape(version)}\b", pins.read_text(), re.MULTILINE)


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("go1.26.8\n", (1, 26, 8)),
        ("go1.25", (1, 25, 0)),
        ("go1.27rc1", (1, 27, 0)),
        ("devel +1f2a", ()),
    ],
)
def test_a_go_is_judged_by_the_numbers_of_its_version(said: str, numbers: tuple[int, ...]) -> None:
    assert pulumi_build.numbers(said) == numbers
