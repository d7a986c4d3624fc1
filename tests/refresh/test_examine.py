"""A site is judged in parts, and what is said of it is what judging the whole says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import worlds
from rackwright import refresh, render, tree
from rackwright.asbuilt import Tables
from rackwright.problems import SpecError
from rackwright.refresh import claims, examine, memory

TABLES = ("h1-su01", "h1-su18", "h1-su19")


@pytest.fixture
def campus(tmp_path: Path) -> Path:
    """A site of three scalable units with GUIDs, rendered and remembered."""
    folder = worlds.copy(tmp_path / "campus", worlds.SITES / "two-fabric")
    refresh.refresh(folder)
    return folder


def rows(folder: Path, unit: str) -> list[list[str]]:
    lines = (folder / f"as-built/{unit}.csv").read_text().splitlines()
    return [line.split(",") for line in lines]


def write(folder: Path, unit: str, table: list[list[str]]) -> None:
    text = "".join(f"{','.join(row)}\n" for row in table)
    (folder / f"as-built/{unit}.csv").write_text(text)


def agrees(folder: Path) -> bool:
    """Return whether a render says what `check` says, or else leaves the right tree."""
    problems = render.check(folder)
    before = tree.read(folder / "rendered")
    try:
        refresh.refresh(folder)
    except SpecError as error:
        return error.problems == problems != () and tree.read(folder / "rendered") == before
    return problems == () and tree.compare(render.render(folder), folder / "rendered") == ()


@pytest.mark.parametrize("column", [2, 3, 4, 5])
@pytest.mark.parametrize("unit", ["h1-su01", "h1-su19"])
def test_a_claim_of_an_unchanged_table_is_not_made_again(
    unit: str, column: int, campus: Path
) -> None:
    table = rows(campus, unit)
    table[3][column] = rows(campus, "h1-su18")[5][column]
    write(campus, unit, table)
    assert render.check(campus)
    assert agrees(campus)


def test_many_new_claims_are_looked_up_too(campus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "_MANY", 0)
    table = rows(campus, "h1-su01")
    table[3][2] = rows(campus, "h1-su18")[5][2]
    write(campus, "h1-su01", table)
    assert render.check(campus)
    assert agrees(campus)


def test_a_damaged_list_of_claims_hides_no_claim_of_its_table(campus: Path) -> None:
    (claimed,) = (campus / memory.FOLDER).glob("claimed/h1-su18.*")
    claimed.write_text(claimed.read_text().splitlines()[0])
    table = rows(campus, "h1-su01")
    table[3][2] = rows(campus, "h1-su18")[5][2]
    write(campus, "h1-su01", table)
    assert render.check(campus)
    assert agrees(campus)


def test_two_trays_of_two_units_may_be_swapped(campus: Path) -> None:
    one, other = rows(campus, "h1-su01"), rows(campus, "h1-su19")
    one[3][2:], other[3][2:] = other[3][2:], one[3][2:]
    write(campus, "h1-su01", one)
    write(campus, "h1-su19", other)
    assert not render.check(campus)
    assert agrees(campus)


def test_a_problem_of_a_table_and_one_of_the_site_are_said_at_once(campus: Path) -> None:
    text = (campus / "site.yaml").read_text()
    (campus / "site.yaml").write_text(text.replace("40000", "10"))
    write(campus, "h1-su01", rows(campus, "h1-su01")[:-1])
    with pytest.raises(SpecError) as raised:
        refresh.refresh(campus)
    assert {each.code for each in raised.value.problems} == {
        "as-built-missing",
        "power-over-budget",
    }


def test_a_table_that_cannot_be_read_is_said_with_its_line(campus: Path) -> None:
    table = rows(campus, "h1-su18")
    table[4][3] = "no mac"
    write(campus, "h1-su18", table)
    assert agrees(campus)


def test_a_table_of_no_unit_is_refused(campus: Path) -> None:
    write(campus, "h1-su20", rows(campus, "h1-su19"))
    assert render.check(campus)
    assert agrees(campus)


def test_a_specification_that_was_sound_is_not_judged_again(
    campus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "check", None)
    monkeypatch.setattr(examine.rules, "judge_outline", None)
    table = rows(campus, "h1-su01")
    table[3][2] = "SYN000000000000001"
    write(campus, "h1-su01", table)
    assert refresh.refresh(campus).units == ("h1-su01",)


def test_a_table_that_did_not_change_is_not_parsed_again(
    campus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str] = []
    whole = Tables.parsed
    monkeypatch.setattr(
        Tables, "parsed", lambda self, unit: parsed.append(unit) or whole(self, unit)
    )
    table = rows(campus, "h1-su01")
    table[3][2] = "SYN000000000000001"
    write(campus, "h1-su01", table)
    refresh.refresh(campus)
    assert set(parsed) == {"h1-su01"}


CELLS = st.tuples(
    st.sampled_from(TABLES),
    st.integers(0, 8),
    st.integers(0, 6),
    st.sampled_from(TABLES),
    st.integers(1, 8),
)
"""Table, row and column of a cell, and the table and row whose cell takes its place."""
WORDS = st.sampled_from(
    [
        ("- {index: 1}", "- {index: 1, hold: leak}"),
        ("- {index: 1, hold: leak}", "- {index: 1}"),
        ("- {index: 1}", "- {index: 1, state: planned}"),
        ("- {index: 1, state: planned}", "- {index: 1}"),
        ("{hall: h1, first: 19, count: 15}", "{hall: h1, first: 19, count: 14}"),
        ("{hall: h1, first: 19, count: 14}", "{hall: h1, first: 19, count: 15}"),
        ("40000", "40"),
        ("40", "40000"),
    ]
)
FORGET = st.just("forget")


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(st.one_of(CELLS, WORDS, FORGET), min_size=1, max_size=6))
def test_any_changes_one_after_the_other_are_judged_and_rendered_right(
    steps: list[tuple[object, ...] | str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = worlds.copy(tmp_path_factory.mktemp("any"), worlds.SITES / "two-fabric")
    refresh.refresh(folder)
    for step in steps:
        if step == "forget":
            shutil.rmtree(folder / memory.FOLDER / "claimed", ignore_errors=True)
        elif len(step) == 2:
            text = (folder / "site.yaml").read_text()
            (folder / "site.yaml").write_text(text.replace(*step, 1))
        else:
            unit, row, column, other, place = step
            table = rows(folder, unit)
            table[row][column] = rows(folder, other)[place][column]
            write(folder, unit, table)
        assert agrees(folder)
