from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

import plans
from provision.fakes import World
from rackwright import plan
from rackwright.problems import RackwrightError
from rackwright.provision import decommission
from rackwright.provision.bringup import Outcome


def world(*, sanitise: bool = False) -> World:
    leaving = plan.Decommission(approval="CHG-1", sanitise=sanitise)
    there = World(replace(plans.rack(compute=2, switches=1), decommission=leaving))
    there.bring_up()
    return there


def out(there: World) -> Outcome:
    return asyncio.run(decommission.decommission(there.rack, there.outside()))


def test_compute_trays_go_before_the_switch_trays_lose_their_power() -> None:
    there = world()
    assert out(there) == Outcome()
    assert sorted(there.actions[:2]) == ["ask c01 deleted", "ask c02 deleted"]
    assert there.actions[2:] == ["power-off nvsw-01"]


def test_a_decommission_that_is_done_does_nothing_more() -> None:
    there = world()
    out(there)
    there.actions.clear()
    assert out(there) == Outcome()
    assert there.actions == []


def test_sanitising_has_the_disks_cleaned() -> None:
    there = world(sanitise=True)
    out(there)
    assert there.did("c01") == ["require-cleaning c01", "ask c01 deleted"]


def test_a_foreign_tray_is_not_undeployed_and_the_switch_trays_keep_their_power() -> None:
    there = world()
    there.set("c01", serial="X9")
    reasons = out(there).reasons
    assert [reason.split(":")[0] for reason in reasons] == ["a01 c01"]
    assert there.actions == ["ask c02 deleted"]


def test_a_rack_on_hold_is_not_decommissioned() -> None:
    there = world()
    there.rack = replace(there.rack, hold="under investigation")
    assert out(there).reasons == ("a01: is on hold: under investigation",)
    assert there.actions == []


def test_a_rack_that_is_still_deployed_is_not_deleted() -> None:
    there = world()
    with pytest.raises(RackwrightError, match="still deployed are a01-p1-dgx-01-c01"):
        asyncio.run(decommission.delete(there.rack, there.outside()))
    assert len(there.nodes) == 2


def test_a_decommissioned_rack_is_forgotten() -> None:
    there = world()
    out(there)
    asyncio.run(decommission.delete(there.rack, there.outside()))
    assert there.nodes == {}


def test_an_approval_without_a_word_is_none() -> None:
    rack = replace(plans.rack(), decommission=plan.Decommission(approval="", sanitise=True))
    with pytest.raises(RackwrightError, match="never decommissioned"):
        decommission.require_approval(rack)
