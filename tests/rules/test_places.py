"""One mistake is said once, where it is written, however many racks it is said of."""

from __future__ import annotations

from pathlib import Path

import pytest

import worlds
from rackwright import render
from rackwright.problems import Problem

ONE_SU = worlds.ONE_RACK.parent / "one-su"


SELECTED = "    racks: {scalable_units: {hall: h1, first: 1, count: 1}}\n"


def judged(site: Path, *changes: tuple[str, str]) -> list[Problem]:
    worlds.copy(site, ONE_SU)
    worlds.change(site, [{"file": "site.yaml", "replace": a, "by": b} for a, b in changes])
    return list(render.check(site))


@pytest.mark.parametrize(
    ("changes", "code", "meant"),
    [
        ([("kind: gb300-nvl72", "kind: GB300-NVL27")], "unknown-hardware", "gb300-nvl72"),
        (
            [("state: installed}", "state: installed, pool: trian}"), (SELECTED, "")],
            "unknown-reference",
            "train",
        ),
    ],
)
def test_a_slip_in_the_defaults_is_one_problem(
    changes: list[tuple[str, str]], code: str, meant: str, tmp_path: Path
) -> None:
    (found,) = (problem for problem in judged(tmp_path, *changes) if problem.code == code)
    assert "it is said of " in found.because[0]
    assert found.because[0].endswith(", …")
    assert found.hint == f"did you mean {meant!r}?"


def test_a_slip_at_one_rack_needs_no_count(tmp_path: Path) -> None:
    slip = ("{index: 8, state: planned}", "{index: 8, state: planned, pool: trian}")
    found = judged(tmp_path, slip)
    assert [each.because for each in found if each.code == "unknown-reference"] == [()]


def test_a_misspelt_feed_of_a_range_is_one_problem(tmp_path: Path) -> None:
    slip = ("count: 1\n      feed: a\n", "count: 2\n      feed: A\n")
    found = judged(tmp_path, slip, (SELECTED, SELECTED.replace("count: 1", "count: 2")))
    (feed,) = (each for each in found if each.code == "unknown-reference")
    assert feed.because == ("it is said of 2 scalable units: h1-su01, h1-su02",)
    assert feed.hint == "did you mean 'a'?"


def test_a_misspelt_tray_of_an_exception_is_one_problem(tmp_path: Path) -> None:
    count = ("count: 1\n      feed: a\n", "count: 2\n      feed: a\n")
    found = judged(tmp_path, count, ("trays: {c07:", "trays: {c70:"))
    (tray,) = (each for each in found if each.code == "unknown-tray")
    assert tray.because == ("it is said of 2 racks: h1-su01-r03, h1-su02-r03",)


def test_a_range_of_indexes_that_are_taken_is_one_problem(tmp_path: Path) -> None:
    worlds.copy(tmp_path)
    rack = "- {name: a01, index: 1, kind: gb300-nvl72, state: installed, pool: train}\n"
    more = "          - {first: 1, count: 3, kind: gb300-nvl72, state: planned, pool: train}\n"
    change = {"file": "site.yaml", "replace": rack, "by": rack + more + more}
    worlds.change(tmp_path, [change])
    found = [each for each in render.check(tmp_path) if each.code == "duplicate-index"]
    assert [len(each.because) for each in found] == [1, 2]
    assert found[1].because[1].startswith("it is said of 3 indexes: 1 of racks of h1-su01, 2 of")


def test_racks_without_rows_are_said_where_they_are_installed(tmp_path: Path) -> None:
    worlds.copy(tmp_path, ONE_SU)
    table = tmp_path / "as-built/h1-su01.csv"
    table.write_text(table.read_text().partition("\n")[0] + "\n")
    text = (tmp_path / "site.yaml").read_text().splitlines()
    (found,) = render.check(tmp_path)
    assert found.code == "as-built-missing"
    assert text[found.at.line - 1][found.at.column - 1 :].startswith("installed")
    assert "racks without an as-built row" in found.message
    assert "rack,tray,serial,bmc_mac,in_band_mac" in found.hint
