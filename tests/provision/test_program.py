from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

import worlds
from provision import monitor
from provision.fakes import World
from rackwright import plan
from rackwright.problems import PlanError, StaleRender
from rackwright.provision import program
from rackwright.provision.wire import UNKNOWN

STACK = "one-rack.h1-su01"


def world() -> World:
    return World(plan.read_unit(worlds.ONE_RACK, "h1-su01").racks[0])


def test_a_preview_runs_to_its_end_and_touches_nothing() -> None:
    there = world()
    code, printed, seen = asyncio.run(monitor.run_program(there, STACK, preview=True))
    assert (code, printed) == (0, "")
    assert there.actions == []
    assert seen.created["a01"]["ready"] == UNKNOWN


def test_an_up_brings_the_planned_rack_up_and_exports_that_it_is_ready() -> None:
    there = world()
    code, printed, seen = asyncio.run(monitor.run_program(there, STACK, preview=False))
    assert (code, printed) == (0, "")
    assert len(there.nodes) == 18
    assert seen.outputs == {"racks": ["a01"], "ready": True}


def test_a_stack_that_leads_nowhere_ends_in_a_sentence() -> None:
    code, printed, _ = asyncio.run(monitor.run_program(world(), "none.h1-su01", preview=True))
    assert code != 0
    assert "pulumi.errors.RunError: the stack 'none' leads to no plan" in printed


def test_a_stack_of_an_unknown_unit_names_the_units_there_are() -> None:
    with pytest.raises(PlanError, match="the units of one-rack are h1-su01"):
        program.planned(monitor.TOP, "one-rack.h9-su09")


def test_a_plan_that_is_not_current_is_not_declared(tmp_path: Path) -> None:
    site = tmp_path / "infra/sites/one-rack"
    shutil.copytree(worlds.ONE_RACK, site)
    (site / "site.yaml").write_text(f"{(site / 'site.yaml').read_text()}# changed\n")
    with pytest.raises(StaleRender):
        program.planned(tmp_path, STACK)


def test_a_users_own_site_comes_before_an_example_of_the_same_name(tmp_path: Path) -> None:
    for place in plan.SITE_FOLDERS:
        shutil.copytree(worlds.ONE_RACK, tmp_path / place / "one-rack")
    shutil.rmtree(tmp_path / plan.SITE_FOLDERS[1] / "one-rack/rendered")
    assert program.planned(tmp_path, STACK).unit == "h1-su01"
