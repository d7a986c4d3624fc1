"""The list that every dry run ends with."""

from __future__ import annotations

from pathlib import Path

import pytest

import worlds
from rackwright.completeness import Standing, Statement, in_order, of_sentence, of_summary


@pytest.mark.parametrize("site", sorted(worlds.SITES.iterdir()), ids=lambda site: site.name)
def test_all_that_a_summary_lists_as_not_checked_is_in_it(site: Path) -> None:
    text = (site / "rendered/SUMMARY.md").read_text()
    items = text.partition("## Not checked\n")[2].count("\n- ")
    found = list(of_summary(text, "check"))
    assert items > 0
    assert len(found) == items
    assert {each.standing for each in found} == {Standing.NOT_CHECKED}
    assert all(each.what and each.why for each in found)


def test_a_summary_that_lists_nothing_gives_nothing() -> None:
    assert list(of_summary("# a site\n", "check")) == []


def test_a_sentence_is_of_what_stands_before_its_colon() -> None:
    found = of_sentence("chronyd: observes and never sets the clock.", Standing.SKIPPED, "lab")
    assert (found.what, found.why) == ("chronyd", "observes and never sets the clock")
    assert of_sentence("It is dark.", Standing.SKIPPED, "lab").why == ""


def test_what_is_known_comes_before_what_is_not_and_once() -> None:
    known = Statement(Standing.EVALUATED, "rules", "all", "check")
    unknown = Statement(Standing.UNKNOWN, "drift", "nobody looked", "preview")
    assert in_order([unknown, known, unknown]) == (known, unknown)
