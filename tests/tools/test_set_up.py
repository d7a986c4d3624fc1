from __future__ import annotations

from pathlib import Path

import debian
import pytest
import python_environment
import set_up
from commands import SetupError


def step(*, done: bool, log: list[str]) -> set_up.Step:
    return set_up.Step(
        "image", "building it", "about a minute", lambda tools: done, lambda tools: log.append("do")
    )


def fail(tools: Path) -> None:
    raise SetupError("there is no network", "plug it in")


def test_what_is_there_is_not_built_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log: list[str] = []
    set_up.set_up((step(done=True, log=log),), tmp_path)
    assert log == []
    assert capsys.readouterr().out == "image: ready\n"


def test_what_is_missing_is_announced_and_built(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log: list[str] = []
    set_up.set_up((step(done=False, log=log),), tmp_path)
    assert log == ["do"]
    first, last = capsys.readouterr().out.splitlines()
    assert first == "image: building it, usually about a minute"
    assert last.startswith("image: done in ")


def test_a_step_that_fails_ends_with_exit_code_3_and_the_hint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing = set_up.Step("image", "building it", "a minute", lambda tools: False, fail)
    monkeypatch.setattr(set_up, "STEPS", (failing,))
    assert set_up.main([], tmp_path) == 3
    assert capsys.readouterr().err == "error: there is no network\n  hint: plug it in\n"


def test_only_the_steps_that_were_named_are_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = tuple(
        set_up.Step(name, "", "", lambda tools: True, fail) for name in ("packages", "ironic")
    )
    monkeypatch.setattr(set_up, "STEPS", steps)
    assert set_up.main(["ironic"], tmp_path) == 0
    assert capsys.readouterr().out == "ironic: ready\n"


def test_a_step_that_not_everybody_needs_is_done_when_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    browser = set_up.Step("browser", "", "", lambda tools: True, fail, is_for_all=False)
    monkeypatch.setattr(set_up, "STEPS", (browser,))
    set_up.main([], tmp_path)
    assert capsys.readouterr().out == ""
    set_up.main(["browser"], tmp_path)
    assert capsys.readouterr().out == "browser: ready\n"


def test_an_unknown_step_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as caught:
        set_up.main(["kubernetes"], tmp_path)
    assert caught.value.code == 2


def test_a_machine_that_is_no_debian_is_told_what_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SetupError, match="no Debian") as caught:
        debian.missing()
    assert "mmdebstrap" in caught.value.hint


def test_without_a_fitting_python_the_error_says_how_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\necho 3.9\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}")
    with pytest.raises(SetupError, match=r"Python 3\.11 or newer is needed"):
        python_environment.interpreter()


def test_scripts_get_the_path_that_they_will_have(tmp_path: Path) -> None:
    building, folder = tmp_path / "venv.building", tmp_path / "venv"
    (building / "bin").mkdir(parents=True)
    (building / "bin/tool").write_text(f"#!{building}/bin/python\nimport tool\n")
    (building / "bin/binary").write_bytes(b"\x7fELF" + bytes(building))
    python_environment.settle(building, folder)
    assert (building / "bin/tool").read_text() == f"#!{folder}/bin/python\nimport tool\n"
    assert (building / "bin/binary").read_bytes() == b"\x7fELF" + bytes(building)


@pytest.mark.parametrize(
    "pins",
    sorted(Path(set_up.__file__).parent.rglob("*requirements.txt")),
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_every_pin_is_exact_hashed_and_names_no_address(pins: Path) -> None:
    lines = pins.read_text().splitlines()
    names = [line for line in lines if not line.startswith(" ")]
    assert all("==" in name and name.endswith(" \\") for name in names)
    assert all(line.startswith("    --hash=sha256:") for line in lines if line not in names)
