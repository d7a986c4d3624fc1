from __future__ import annotations

from pathlib import Path

import worlds
from rackwright import expand, spec
from rackwright.inventory import Feed

HALL = """\
    feeds:
      - {name: a, capacity_kw: 900}
      - {name: b, capacity_kw: 900}
      - {name: c, capacity_kw: 900}
"""


def feeds(site: Path, pairs: dict[int, str], loss: str = "") -> dict[str, Feed]:
    """Return the feeds of a hall whose units have one rack each on a pair such as `ab`."""
    worlds.copy(site)
    worlds.rebuild(site, {unit: {f"r{unit}": 1} for unit in pairs})
    text = (site / "site.yaml").read_text()
    head, rest = text.split("    feeds:\n", 1)
    text = f"{head}{HALL}{loss}    scalable_units:" + rest.split("    scalable_units:", 1)[1]
    for unit, (first, second) in pairs.items():
        old = f"      - index: {unit}\n        feed: a\n"
        new = f"      - index: {unit}\n        feed: {first}\n        second_feed: {second}\n"
        assert old in text
        text = text.replace(old, new)
    (site / "site.yaml").write_text(text)
    return {feed.name: feed for feed in expand.expand_all(spec.load(site))[0].feeds}


def test_a_pair_shares_the_load_and_each_carries_all_of_it_alone(tmp_path: Path) -> None:
    found = feeds(tmp_path, {1: "ab", 2: "ab"}, "    feed_loss: {redundancy: 2n}\n")
    assert [feed.planned_kw for feed in found.values()] == [150, 150, 0]
    assert [feed.lost_kw for feed in found.values()] == [300, 300, 0]
    assert {feed.redundancy for feed in found.values()} == {"2n"}


def test_of_three_feeds_each_takes_over_from_the_worse_neighbour(tmp_path: Path) -> None:
    found = feeds(tmp_path, {1: "ab", 2: "bc", 3: "ca", 4: "ab"})
    assert {name: feed.planned_kw for name, feed in found.items()} == {"a": 225, "b": 225, "c": 150}
    assert {name: feed.lost_kw for name, feed in found.items()} == {"a": 375, "b": 375, "c": 225}


def test_capping_holds_what_is_taken_over(tmp_path: Path) -> None:
    found = feeds(tmp_path, {1: "ab"}, "    feed_loss: {redundancy: 2n, rack_kw: 130}\n")
    assert found["a"].lost_kw == 130


def test_a_cap_below_the_share_never_counts_as_relief(tmp_path: Path) -> None:
    found = feeds(tmp_path, {1: "ab"}, "    feed_loss: {redundancy: 2n, rack_kw: 50}\n")
    assert found["a"].lost_kw == 75
