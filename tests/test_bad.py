"""Every mistake we catch and the words we use: tests/bad/<code>.yaml changes the example site,
tests/bad/<code>.txt is the exact text a person then reads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import errors
import worlds
from rackwright import console, render, rules, spec, yamlfile
from rackwright.spec import codes

BAD = Path(__file__).parent / "bad"
CODES = {*spec.CODES, *rules.CODES}


def said(code: str, site: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    case = yamlfile.parse((BAD / f"{code}.yaml").read_text(), f"{code}.yaml")
    assert not case.problems
    worlds.change(worlds.copy(site), case.data["changes"])
    monkeypatch.chdir(site)
    return console.problems_text(render.check(Path())) + "\n"


@pytest.mark.parametrize("code", sorted(path.stem for path in BAD.glob("*.yaml")))
def test_a_mistake_is_said_in_these_words(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = said(code, tmp_path / "site", monkeypatch)
    assert text == (BAD / f"{code}.txt").read_text()
    assert f"[{code}]\n" in text


def test_every_code_has_a_case() -> None:
    assert sorted(CODES) == sorted(path.stem for path in BAD.glob("*.yaml"))


def test_every_code_that_a_case_shows_is_a_known_code() -> None:
    shown = {
        code
        for path in BAD.glob("*.txt")
        for code in re.findall(r"\[([a-z-]+)\]$", path.read_text(), re.MULTILINE)
    }
    assert shown <= CODES


def test_the_error_reference_is_current() -> None:
    """Accept a wanted difference with `python tests/errors.py`."""
    assert errors.page() == errors.PAGE.read_text()


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_says_which_failure_it_prevents(code: str) -> None:
    before_the_example = errors.section(code).partition("Example: ")[0]
    assert before_the_example.count("\n\n") >= 2


def test_no_sentence_is_left_of_a_code_that_is_gone() -> None:
    assert codes.FAILURES.keys() <= CODES
