from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

import worlds
from rackwright import render, tree
from rackwright.render.recabling import recabled
from rackwright.verbs import rackwright

ONE = {1: {"a01": 1}}


def planned(
    site: Path,
    units: int,
    racks: Mapping[int, Mapping[str, int]] = ONE,
    reserved: Collection[str] = (),
) -> Path:
    worlds.copy(site)
    worlds.rebuild(site, racks, planned=reserved)
    runs = f"{{hall: h1, first: 1, count: {units}}}"
    worlds.fabrics(site, f"{{name: ib, kind: quantum-x800, planned_scalable_units: {runs}}}")
    return site


def test_a_larger_plan_is_said_to_move_cables(tmp_path: Path) -> None:
    tree.write(render.render(planned(tmp_path / "old", 1)), tmp_path / "rendered")
    differences = tree.compare(render.render(planned(tmp_path / "new", 2)), tmp_path / "rendered")
    # of 8 leaves with 72 cables up, only the first has any at the old ports: 9 to the first spine
    (said,) = recabled(differences)
    assert said.startswith(f"fabrics/ib/cables.csv: {8 * 72 - 9} cables go to other ports")
    assert f" {4 * 72 - 9} of them installed; this re-cables the fabric" in said


def test_a_plan_that_needs_no_more_spines_moves_none(tmp_path: Path) -> None:
    sites = [planned(tmp_path / str(units), units) for units in (10, 18)]
    for site in sites:
        change = {"replace": "planned_scalable_units: 4 ", "by": "planned_scalable_units: 18 "}
        worlds.change(site, [{"file": "site.yaml", **change}])
    tree.write(render.render(sites[0]), tmp_path / "rendered")
    differences = tree.compare(render.render(sites[1]), tmp_path / "rendered")
    assert any(each.path == "fabrics/ib/SUMMARY.md" for each in differences)
    assert not list(recabled(differences))


@pytest.mark.parametrize("reserved", [{"a01"}, set()])
def test_a_rack_more_moves_none(reserved: set[str], tmp_path: Path) -> None:
    before = planned(tmp_path / "old", 4, ONE, reserved)
    after = planned(tmp_path / "new", 4, {1: {"a01": 1, "a02": 2}, 2: {"b01": 1}})
    tree.write(render.render(before), tmp_path / "rendered")
    differences = tree.compare(render.render(after), tmp_path / "rendered")
    assert any(each.path == "fabrics/ib/cables.csv" for each in differences)
    assert not list(recabled(differences))


def test_a_render_says_it(tmp_path: Path) -> None:
    site = planned(tmp_path, 1)
    run = CliRunner()
    assert "re-cables" not in run.invoke(rackwright, ["render", str(site)]).output
    worlds.change(site, [{"file": "site.yaml", "replace": "count: 1}", "by": "count: 2}"}])
    for more in (["--check"], []):
        assert "this re-cables" in run.invoke(rackwright, ["render", str(site), *more]).output
