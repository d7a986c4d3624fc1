"""A template that is filled once for all devices says what it would say filled for each."""

from __future__ import annotations

from pathlib import Path

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

import worlds
from rackwright import render
from rackwright.render import jinja

RESERVATION = "kea/reservation.json.j2"
TEXTS = st.lists(st.tuples(st.text(), st.text(), st.text() | st.integers()))


@given(TEXTS)
def test_lines_are_what_the_template_filled_for_each_would_be(
    rows: list[tuple[object, ...]],
) -> None:
    holes = ("mac", "address", "name")
    one_by_one = [jinja.fill(RESERVATION, **dict(zip(holes, row, strict=True))) for row in rows]
    columns = [[row[place] for row in rows] for place in range(len(holes))]
    at_once = jinja.lines(RESERVATION, holes)(*columns)
    assert [f"{line}\n" for line in at_once] == one_by_one


@given(st.lists(st.text()), st.text())
def test_a_text_in_place_of_a_column_stands_in_every_line(names: list[str], mac: str) -> None:
    filled = jinja.lines(RESERVATION, ("mac", "address", "name"))
    assert [*filled(mac, names, names)] == [*filled([mac] * len(names), names, names)]


def test_a_value_that_lines_share_may_look_like_a_place_for_another() -> None:
    named = jinja.lines("hosts/host.j2", ("address", "name"), domain="100%s.example")
    assert [*named(["10.0.0.1"], ["a%d"])] == ["10.0.0.1 a%d.100%s.example a%d"]


def test_holes_may_be_given_in_any_order() -> None:
    named = jinja.lines("hosts/host.j2", ("name", "address"), domain="example")
    assert [*named(["a"], ["10.0.0.1"])] == ["10.0.0.1 a.example a"]


@pytest.mark.parametrize("columns", [(["a", "b"], ["10.0.0.1"]), ("a", "10.0.0.1")])
def test_lines_without_one_count_are_refused(columns: tuple[list[str] | str, ...]) -> None:
    named = jinja.lines("hosts/host.j2", ("name", "address"), domain="example")
    with pytest.raises(ValueError, match="one length"):
        named(*columns)


def test_a_template_may_not_decide_by_what_is_filled_in_later() -> None:
    with pytest.raises(TypeError, match="decides nothing"):
        jinja.lines("nvlink/cluster.txt.j2", ("parts",), rack="a", domain="a", chassis=1)
    with pytest.raises(LookupError, match="reservation"):
        jinja.lines(RESERVATION, ("mac", "address", "name", "more"))


def test_a_value_that_lines_share_may_not_be_missing() -> None:
    with pytest.raises(jinja2.UndefinedError):
        jinja.lines("hosts/host.j2", ("address", "name"))


def test_what_is_written_already_is_not_quoted_again() -> None:
    given = {"mac": jinja.Written('"x"'), "address": "y", "name": "z"}
    assert '"hw-address": "x", "ip-address": "y"' in jinja.fill(RESERVATION, **given)


def test_a_render_that_is_watched_says_the_same(tmp_path: Path) -> None:
    every = worlds.every_network(worlds.copy(tmp_path / "every"))
    for site in (every, worlds.SITES / "two-fabric"):
        with jinja.watched(lambda *_: None):
            watched = render.render(site)
        assert watched == render.render(site)
