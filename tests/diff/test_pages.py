"""The pages that a reviewer gets of example changes; `python tests/reviews.py` renews them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import jsonschema
import pytest
from msgspec.structs import replace

import reviews
from rackwright.diff import pages
from rackwright.diff.model import Diff, Line


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {name: tmp_path_factory.mktemp(name) for name in reviews.CASES}


@pytest.fixture(scope="module")
def diffs(places: dict[str, Path]) -> dict[str, Diff]:
    found, start = {}, Path.cwd()
    for name, place in places.items():
        os.chdir(place)
        try:
            found[name] = reviews.compared(name, place)
        finally:
            os.chdir(start)
    return found


PAGES = [(name, form) for name, forms in reviews.GOLDEN.items() for form in forms]


@pytest.mark.parametrize(("name", "form"), PAGES)
def test_a_change_is_shown_so(
    name: str,
    form: str,
    diffs: dict[str, Diff],
    places: dict[str, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Accept a wanted difference with `python tests/reviews.py`."""
    monkeypatch.chdir(places[name])
    assert reviews.FORMS[form](diffs[name]) == reviews.golden(name, form).read_text()


def test_every_case_has_a_page() -> None:
    assert sorted(reviews.GOLDEN) == reviews.CASES


@pytest.mark.parametrize("name", reviews.CASES)
def test_the_json_has_the_form_that_its_schema_says(name: str, diffs: dict[str, Diff]) -> None:
    schema = json.loads(pages.schema_files()["diff.schema.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(json.dumps(pages.data(diffs[name]))), schema)


@pytest.mark.parametrize("name", reviews.CASES)
def test_everything_that_is_removed_is_listed_before_anything_else(
    name: str, diffs: dict[str, Diff]
) -> None:
    signs = [change.sign for change in diffs[name].changes]
    assert signs == sorted(signs, key="-~+".index)
    text = "\n".join(pages.text(diffs[name]))
    for change in diffs[name].changes:
        if change.sign == "-":
            assert f"- {reviews.word(change)} {change.title}" in text


@pytest.mark.parametrize("longest", [3_000, 8_000, 20_000])
def test_a_comment_is_no_longer_than_it_may_be_and_says_what_was_folded(
    longest: int, diffs: dict[str, Diff]
) -> None:
    page = pages.markdown(diffs["remove-rack"], longest)
    assert len(page) <= longest
    assert "**Folded**" in page or "**Cut here**" in page


def test_what_is_removed_is_in_a_comment_that_leaves_out_all_else(diffs: dict[str, Diff]) -> None:
    page = pages.markdown(diffs["remove-rack"], 14_000)
    assert page.count("compute tray h1-su01-r02 c") == 18
    assert "**Folded**" in page


def test_what_stands_in_a_file_cannot_end_a_code_block_of_a_comment(
    diffs: dict[str, Diff],
) -> None:
    found = diffs["swap-tray"]
    evil = replace(found.hunks[0], lines=(Line("+", "```"), Line("+", "<script>")))
    page = pages.markdown(replace(found, hunks=(evil,)))
    assert "````````diff" not in page
    assert "\n``````diff\n" in page


def test_what_people_write_cannot_become_markup_of_a_comment(diffs: dict[str, Diff]) -> None:
    found = diffs["swap-tray"]
    change = replace(found.changes[0], title="<img src=x> @team | [a](b)")
    page = pages.markdown(replace(found, changes=(change,)))
    assert "\\<img src=x\\> \\@team \\| \\[a\\](b)" in page


def test_each_line_that_moved_is_annotated_with_what_it_does(diffs: dict[str, Diff]) -> None:
    notes = [problem for problem, is_notice in pages.annotated(diffs["swap-tray"]) if is_notice]
    assert (notes[0].at.file, notes[0].at.line) == ("after/as-built/h1-su01.csv", 8)
    assert notes[0].message == "~ compute tray h1-su01-r01 c07 (replace)"


def test_a_gate_that_is_not_passed_is_an_error_among_the_annotations(
    diffs: dict[str, Diff],
) -> None:
    errors = [one for one, is_notice in pages.annotated(diffs["gated"]) if not is_notice]
    assert {one.code for one in errors} == {"gate-racks", "gate-forbidden", "gate-label"}
