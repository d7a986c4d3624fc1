from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import worlds
from rackwright import expand, hardware, spec
from rackwright.expand.cooling import required_flow
from rackwright.hardware import Cooling
from rackwright.inventory import CoolingLoop

GB300 = hardware.catalogue()["gb300-nvl72"].cooling


def loops(site: Path, text: str) -> tuple[CoolingLoop, ...]:
    worlds.copy(site)
    worlds.rebuild(site, {1: {"a01": 1, "a02": 2}, 2: {"b01": 1}}, planned={"a02"})
    old = "    scalable_units:"
    new = f"    cooling:\n      - {text}\n{old}"
    worlds.change(site, [{"file": "site.yaml", "replace": old, "by": new}])
    return expand.expand_all(spec.load(site))[0].loops


@pytest.mark.parametrize(("celsius", "flow"), GB300.flow)
def test_a_row_of_the_table_is_the_flow(celsius: float, flow: float) -> None:
    assert required_flow(GB300, celsius) == flow


@pytest.mark.parametrize("celsius", [24.9, 45.1])
def test_nobody_knows_the_flow_beyond_the_table(celsius: float) -> None:
    assert required_flow(GB300, celsius) is None


def test_between_rows_the_flow_is_on_the_line() -> None:
    assert required_flow(GB300, 42.5) == (119 + 177) / 2


def test_a_table_of_one_row_knows_one_temperature() -> None:
    table = Cooling(liquid_percent=90, flow=((35, 89),))
    assert [required_flow(table, celsius) for celsius in (34, 35, 36)] == [None, 89, None]


@given(one=st.floats(25, 45), other=st.floats(25, 45))
def test_warmer_supply_never_needs_less_flow(one: float, other: float) -> None:
    low, high = (required_flow(GB300, celsius) or 0 for celsius in sorted((one, other)))
    assert 59 <= low <= high <= 177


def test_a_loop_serves_every_unit_and_planned_racks_too(tmp_path: Path) -> None:
    text = "{name: west, supply_celsius: 40, cdus: 3, spare_cdus: 1, cdu_lpm: 200}"
    (loop,) = loops(tmp_path, text)
    assert (loop.racks, loop.needed_lpm, loop.flow_lpm) == (3, 3 * 119, 400)
    assert (round(loop.heat_kw, 6), loop.capacity_kw) == (round(3 * 142 * 0.9, 6), None)


def test_a_loop_serves_only_the_units_it_names(tmp_path: Path) -> None:
    text = (
        "{name: west, supply_celsius: 40, cdus: 1, cdu_lpm: 200, cdu_kw: 250, scalable_units: [2]}"
    )
    (loop,) = loops(tmp_path, text)
    assert (loop.racks, loop.capacity_kw) == (1, 250)
