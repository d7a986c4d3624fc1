"""The list that every dry run ends with."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

import pytest

import worlds
from rackwright.completeness import Standing, Statement, in_order, lines, of_sentence, of_summary
from rackwright.verify import CONSUMERS, coverage, run


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


def test_what_each_consumer_cannot_judge_is_in_it() -> None:
    found = {(each.what, each.why) for each in coverage.statements(CONSUMERS, None)}
    for consumer in CONSUMERS:
        for each in consumer.not_checked:
            assert (f"{consumer.name}: {each.what}", each.reason) in found


def test_of_some_files_only_what_their_readers_cannot_judge_is_in_it() -> None:
    found = {each.what for each in coverage.statements(CONSUMERS, ["site/chrony/client.conf"])}
    assert found == {"chrony: the sources outside"}
    assert list(coverage.statements(CONSUMERS, [])) == []


@pytest.mark.parametrize("site", sorted(worlds.SITES.iterdir()), ids=lambda site: site.name)
def test_a_consumer_says_which_files_it_reads(site: Path) -> None:
    rendered = run.read(site)
    for consumer in CONSUMERS:
        files = {path for case in consumer.cases(rendered) for path in case.files}
        for path in files if consumer.not_checked else ():
            assert any(fnmatchcase(path, each) for each in consumer.reads), (consumer.name, path)


def test_a_verification_says_what_it_left_out() -> None:
    work = run.begin(worlds.ONE_RACK, ("chrony",), (), Path("/"))
    found = {each.what: each for each in work.statements(())}
    assert found["rendered files"].why.startswith("0 of ")
    (others,) = [what for what, each in found.items() if each.standing == Standing.SKIPPED][1:]
    assert others.startswith("kea, kea6, bind, slurm")
    assert found["chrony: the sources outside"].standing == Standing.NOT_CHECKED
    assert "*/imex/*" not in found  # who reads what is known of those alone that were chosen


def test_as_text_it_has_a_line_for_each_with_the_reason() -> None:
    known = Statement(Standing.EVALUATED, "rules", "", "check")
    unknown = Statement(Standing.UNKNOWN, "drift", "nobody looked", "preview")
    assert list(lines((known, unknown))) == [
        "Known, and not known",
        "  evaluated            rules",
        "  unknown until apply  drift: nobody looked",
    ]
