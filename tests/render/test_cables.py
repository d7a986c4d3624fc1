from __future__ import annotations

import csv
from collections import Counter

import pytest

import synthetic
import worlds
from rackwright import render
from rackwright.render.cables import NVIDIA_COLUMNS

TWO_FABRIC = worlds.SITES / "two-fabric"
TREE = render.render(TWO_FABRIC)


def rows(path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(TREE[path].splitlines()))


def test_the_columns_of_nvidia_come_first() -> None:
    header = (
        "BUNDLE_ID,SEQ,SRC_RACKROLE,SRC_RACK,SRC_U,SRC_NAME,SRC_HCA_PORT,SRC_TRANSCEIVER,"
        "DST_RACKROLE,DST_RACK,DST_U,DST_NAME,DST_PORT,DST_TRANSCEIVER"
    )
    assert ",".join(NVIDIA_COLUMNS) == header
    lists = [path for path in TREE if path.endswith("/cables.csv")]
    assert len(lists) == 5
    assert all(TREE[path].startswith(f"{header},") for path in lists)


def test_a_row_says_both_ends_of_a_cable() -> None:
    row = next(row for row in rows("h1-su19/cables.csv") if row["FABRIC"] == "ib2")
    assert {name: value for name, value in row.items() if value} == {
        "BUNDLE_ID": "h1-su19-r05--h1-su19-cleaf-02",
        "SEQ": "1",
        "SRC_RACKROLE": "compute",
        "SRC_RACK": "h1-su19-r05",
        "SRC_U": "11",
        "SRC_NAME": "h1-su19-r05-p19-dgx-05-c01",
        "SRC_HCA_PORT": "fabric-1",
        "DST_NAME": "h1-su19-cleaf-02",
        "DST_PORT": "sw1p1",
        "LABEL": "h1-su19-r05--h1-su19-cleaf-02/01",
        "FABRIC": "ib2",
        "GBPS": "800",
        "LENGTH_CLASS": "in-unit",
        "STATE": "installed",
    }


def test_the_numbers_of_a_bundle_follow_each_other() -> None:
    bundles: dict[str, list[int]] = {}
    for row in rows("h1-su18/cables.csv"):
        bundles.setdefault(row["BUNDLE_ID"], []).append(int(row["SEQ"]))
    assert all(sorted(found) == [*range(1, len(found) + 1)] for found in bundles.values())


def test_the_pages_count_what_the_lists_have() -> None:
    states = Counter(row["STATE"] for row in rows("fabrics/ib1/cables.csv"))
    page = TREE["fabrics/ib1/SUMMARY.md"]
    total = sum(states.values())
    assert f"| ib1 | cable 800G, in-hall | {states['installed']:,} | {total:,} |" in page


def test_a_site_without_fabrics_has_no_cables() -> None:
    tree = render.render(worlds.ONE_RACK)
    assert not [path for path in tree if "cables" in path or "fabrics" in path]
    assert "Fabric" not in tree["SUMMARY.md"]


@pytest.mark.parametrize("site", ["one-su", "two-fabric", "spectrum-x"])
def test_the_as_built_data_of_an_example_is_what_its_generator_makes(site: str) -> None:
    made = dict(synthetic.tables(worlds.SITES / site))
    made |= synthetic.switches(worlds.SITES / site) if site in ("one-su", "spectrum-x") else {}
    folder = worlds.SITES / site / "as-built"
    assert made == {path.name: path.read_text() for path in folder.iterdir()}
