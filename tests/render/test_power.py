from __future__ import annotations

import csv
from pathlib import Path

import worlds
from rackwright import render

MIXED = render.render(worlds.SITES / "mixed-oem")


def rows(tree: dict[str, str], unit: str = "h1-su01") -> list[dict[str, str]]:
    return list(csv.DictReader(tree[f"{unit}/power.csv"].splitlines()))


def test_half_of_a_racks_shelves_hang_on_each_feed_of_a_pair() -> None:
    feeds = [row["FEED"] for row in rows(MIXED) if row["RACK"] == "a01"]
    assert feeds == ["h1-a"] * 4 + ["h1-b"] * 4


def test_a_breaker_carries_twice_as_much_while_the_other_feed_is_lost_unless_racks_are_held() -> (
    None
):
    (shelf, *_) = rows(MIXED)
    assert shelf["PLANNED_KW"] == "18.75"
    assert shelf["FEED_LOST_KW"] == f"{130 / 4:g}"


def test_a_rack_on_one_feed_carries_nothing_for_another(tmp_path: Path) -> None:
    tree = render.render(worlds.ONE_RACK)
    assert {(row["FEED"], row["FEED_LOST_KW"]) for row in rows(tree)} == {("h1-a", "")}


def test_what_the_shelves_carry_is_what_the_feed_must_hold() -> None:
    planned = sum(float(row["PLANNED_KW"]) for row in rows(MIXED) if row["FEED"] == "h1-a")
    assert planned == 3 * 150 / 2
    assert "225 kW" in MIXED["h1-su01/SUMMARY.md"]


def test_every_shelf_has_a_breaker_of_its_own() -> None:
    breakers = [row["BREAKER"] for unit in ("h1-su01", "h1-su02") for row in rows(MIXED, unit)]
    assert len({*breakers}) == len(breakers) == 40


def test_a_shelf_says_whether_it_is_there() -> None:
    states = {row["RACK"]: row["STATE"] for row in rows(MIXED)}
    assert states == {"a01": "installed", "a02": "installed", "a03": "reserved"}
