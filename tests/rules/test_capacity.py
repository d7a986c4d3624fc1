"""Power and cooling near the limit: what tests/bad/ does not say."""

from __future__ import annotations

from pathlib import Path

import pytest

import worlds
from rackwright import render

FEEDS = """\
    feeds:
      - {name: a, capacity_kw: 1250}  # a full scalable unit: 8 racks, planned with 150 kW each
    scalable_units:"""
PAIR = """\
    feeds:
      - {{name: a, capacity_kw: {capacity}}}
      - {{name: b, capacity_kw: {capacity}}}
    feed_loss: {{redundancy: {redundancy}, rack_kw: {cap}}}
    scalable_units:"""


def change(old: str, new: str) -> dict[str, str]:
    return {"file": "site.yaml", "replace": old, "by": new}


def codes(site: Path, *changes: dict[str, str]) -> list[str]:
    worlds.change(worlds.copy(site), list(changes))
    return [problem.code for problem in render.check(site)]


def paired(site: Path, **values: object) -> list[str]:
    on_both = change("        feed: a", "        feed: a\n        second_feed: b")
    return codes(site, change(FEEDS, PAIR.format(**values)), on_both)


def cooled(site: Path, loop: str) -> list[str]:
    old = "    scalable_units:"
    return codes(site, change(old, f"    cooling:\n      - {{name: west, {loop}}}\n{old}"))


def without_shelves(site: Path, count: int) -> list[str]:
    labels = [f"pwr-{8 - n:02d}" for n in range(count)]
    trays = ", ".join(f"{label}: {{open: not delivered}}" for label in labels)
    worlds.change(worlds.copy(site), [change("pool: train}", f"pool: train, trays: {{{trays}}}}}")])
    csv = site / "as-built/h1-su01.csv"
    rows = csv.read_text().splitlines(keepends=True)
    csv.write_text("".join(row for row in rows if row.split(",")[1] not in labels))
    return [problem.code for problem in render.check(site)]


@pytest.mark.parametrize("redundancy", ["n", "n+1", "2n"])
def test_a_pair_whose_half_of_the_shelves_holds_the_capped_rack_is_good(
    redundancy: str, tmp_path: Path
) -> None:
    assert paired(tmp_path, capacity=132, redundancy=redundancy, cap=132) == []


def test_a_cap_above_half_of_the_shelves_is_bad(tmp_path: Path) -> None:
    assert paired(tmp_path, capacity=142, redundancy="2n", cap=133) == ["feed-loss-shelves"]


def test_a_pair_that_promises_nothing_may_lose_its_racks(tmp_path: Path) -> None:
    assert paired(tmp_path, capacity=75, redundancy="n", cap=142) == []


def test_a_feed_over_budget_is_said_once(tmp_path: Path) -> None:
    found = paired(tmp_path, capacity=70, redundancy="2n", cap=130)
    assert found == ["power-over-budget", "power-over-budget"]


@pytest.mark.parametrize(("count", "found"), [(1, []), (2, []), (3, ["shelf-loss"])])
def test_a_rack_may_wait_for_shelves_it_can_do_without(
    count: int, found: list[str], tmp_path: Path
) -> None:
    assert without_shelves(tmp_path, count) == found


@pytest.mark.parametrize(
    "loop",
    [
        "supply_celsius: 45, cdus: 1, cdu_lpm: 177",
        "supply_celsius: 25, cdus: 2, spare_cdus: 1, cdu_lpm: 59",
        "supply_celsius: 30, cdus: 1, cdu_lpm: 71, cdu_kw: 127.8",
        "supply_celsius: 40, cdus: 1, cdu_lpm: 119, scalable_units: [1, 4]",
    ],
)
def test_a_loop_that_is_just_enough_is_good(loop: str, tmp_path: Path) -> None:
    assert cooled(tmp_path, loop) == []


@pytest.mark.parametrize(
    ("loop", "code"),
    [
        ("supply_celsius: 45, cdus: 1, cdu_lpm: 176.9", "flow-too-small"),
        ("supply_celsius: 25, cdus: 1, spare_cdus: 1, cdu_lpm: 900", "flow-too-small"),
        ("supply_celsius: 24, cdus: 1, cdu_lpm: 900", "supply-temperature"),
        (
            "supply_celsius: 30, cdus: 1, cdu_lpm: 71, cdu_kw: 127.7",
            "heat-too-high",
        ),
        (
            "supply_celsius: 40, cdus: 1, cdu_lpm: 119, scalable_units: [1, 5]",
            "index-beyond-plan",
        ),
    ],
)
def test_a_loop_that_is_not_quite_enough_is_bad(loop: str, code: str, tmp_path: Path) -> None:
    assert cooled(tmp_path, loop) == [code]


def test_a_second_feed_must_be_one_of_the_hall(tmp_path: Path) -> None:
    found = codes(tmp_path, change("        feed: a", "        feed: a\n        second_feed: z"))
    assert found == ["unknown-reference"]


def test_units_of_a_range_say_once_that_they_are_on_one_feed(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path)
    text = (site / "site.yaml").read_text()
    head, rest = text.split("    scalable_units:\n", 1)
    units = (
        "    feed_loss: {redundancy: n+1}\n"
        "    scalable_units: {first: 1, count: 4, feed: a, racks: {first: 1, count: 1, "
        "kind: gb300-nvl72, state: planned, pool: train}}\n"
    )
    (site / "site.yaml").write_text(head + units + rest[rest.index("\npools:") :])
    (site / "as-built/h1-su01.csv").unlink()
    assert [problem.code for problem in render.check(site)] == ["feed-alone"]


def test_the_summary_shows_what_a_feed_and_a_loop_carry(tmp_path: Path) -> None:
    assert paired(tmp_path, capacity=900, redundancy="2n", cap=130) == []
    loop = "{name: west, supply_celsius: 30, cdus: 2, spare_cdus: 1, cdu_lpm: 100}"
    old = "    scalable_units:"
    worlds.change(tmp_path, [change(old, f"    cooling:\n      - {loop}\n{old}")])
    summary = render.render(tmp_path)["SUMMARY.md"]
    assert "| h1 a | 900 kW | 75 kW | 75 kW | 825 kW | 130 kW (2n) |" in summary
    row = "| h1 west | 30 °C | 1+1 | 1 | 71 L/min | 100 L/min | 127.8 kW | not given |"
    assert row in summary
    assert "no drawing was read" in summary
    assert "names no cooling loops" not in summary
