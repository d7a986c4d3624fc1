from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.yamlfile import Mark, parse

RACKS = """\
site: x
racks:
  - name: r01
    feeds: [{name: A, kw: 10}]
  - name: r02
    trays:
      c07: {hold: reason}
units:
  - index: 3
    feed: a
"""


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12:34:56:12:34:56", "12:34:56:12:34:56"),
        ("no", "no"),
        ("on", "on"),
        ("2026-01-01", "2026-01-01"),
        ("010", 10),
        ("0x1f", 31),
        ("0o17", 15),
        ("1_000", "1_000"),
        ("1.5", 1.5),
        ("6e3", 6000.0),
        ("true", True),
        ("False", False),
        ("~", None),
        ('"12"', "12"),
        (".inf", ".inf"),
    ],
)
def test_a_scalar_stays_what_a_person_means(text: str, value: object) -> None:
    document = parse(f"key: {text}\n", "f")
    assert document.data == {"key": value}
    assert type(document.data["key"]) is type(value)
    assert document.problems == ()


def test_a_key_is_text_even_where_it_looks_like_a_number() -> None:
    assert parse("1: x\nno: y\n", "f").data == {"1": "x", "no": "y"}


def test_a_value_is_found_by_its_path() -> None:
    assert parse(RACKS, "f").mark(("racks", 0, "feeds", 0, "kw")) == Mark(4, 27, 2)


def test_a_key_is_found_by_its_path() -> None:
    assert parse(RACKS, "f").mark(("racks", 0, "feeds", 0, "kw"), key=True) == Mark(4, 23, 2)


def test_a_list_item_is_found_by_its_name() -> None:
    document = parse(RACKS, "f")
    assert document.mark(("racks", "r02", "trays", "c07", "hold")) == Mark(7, 19, 6)


def test_a_list_item_is_found_by_its_index() -> None:
    assert parse(RACKS, "f").mark(("units", "3", "feed")) == Mark(10, 11, 1)


def test_a_path_that_is_not_there_leads_to_what_is_around_it() -> None:
    assert parse(RACKS, "f").mark(("racks", "r02", "trays", "c08")) == Mark(6, 5, 5)


def test_a_duplicate_key_is_reported_with_both_places() -> None:
    (problem,) = parse("a: 1\nb: 2\na: 3\n", "f").problems
    assert (str(problem.at), problem.code) == ("f:3:1", "duplicate-key")
    assert problem.hint == "first given at f:1:1"


def test_an_alias_is_refused_where_it_would_multiply() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n"
    document = parse(bomb, "f")
    assert {problem.code for problem in document.problems} == {"yaml-alias"}
    assert len(document.problems) == 6


def test_a_tag_is_refused() -> None:
    (problem,) = parse("a: !!python/object:os.system x\n", "f").problems
    assert (str(problem.at), problem.code) == ("f:1:4", "yaml-tag")


def test_a_file_nested_too_deeply_is_a_problem_and_no_crash() -> None:
    assert [p.code for p in parse("- " * 500 + "x", "f").problems] == ["yaml-syntax"]


def test_two_documents_in_one_file_are_refused() -> None:
    assert [p.code for p in parse("a: 1\n---\nb: 2\n", "f").problems] == ["yaml-syntax"]


def test_a_control_character_is_refused_at_its_place() -> None:
    (problem,) = parse("a: 1\nb: \x01\n", "f").problems
    assert str(problem.at) == "f:2:4"


@pytest.mark.parametrize(
    ("text", "place"),
    [("a: é\nb: ééé\x01\n", "f:2:7"), ("a: \u2028b: \x01", "f:2:4"), ("a: \x85\x07", "f:2:1")],
)
def test_the_place_of_a_control_character_is_counted_in_characters(text: str, place: str) -> None:
    (problem,) = parse(text, "f").problems
    assert str(problem.at) == place


def test_text_over_several_lines_is_underlined_to_the_end_of_its_first() -> None:
    assert parse("a: one\n  two\n", "f").mark(("a",)) == Mark(1, 4, 3)


def test_a_name_that_is_a_list_is_no_name() -> None:
    assert parse("racks:\n  - name: []\n", "f").mark(("racks", "r01")) == Mark(1, 1, 5)


def test_an_empty_file_is_no_data() -> None:
    assert parse("", "f").data is None


@given(st.text(max_size=60))
def test_no_text_makes_it_raise(text: str) -> None:
    document = parse(text, "f")
    for problem in document.problems:
        assert problem.at.line >= 1
        assert problem.at.column >= 1


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(10**6), 10**6)
        | st.text("ab: -#'\"é", max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.text("abc", min_size=1, max_size=3), inner, max_size=3)
        ),
        max_leaves=10,
    )
)
def test_json_reads_back_as_itself(value: object) -> None:
    import json

    assert parse(json.dumps({"value": value}), "f").data == {"value": value}
