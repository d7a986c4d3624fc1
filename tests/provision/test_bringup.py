from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

import plans
from provision.fakes import World
from rackwright.provision import bringup
from rackwright.provision.bringup import Outcome
from rackwright.provision.waiting import STOPPED


def up(world: World) -> Outcome:
    return asyncio.run(bringup.bring_up(world.rack, world.outside()))


def test_a_bare_rack_is_brought_up_whole() -> None:
    world = World()
    assert up(world) == Outcome()
    assert {node.provision for node in world.nodes.values()} == {"active"}
    assert {reading.power for reading in world.devices.values()} == {"On"}


def test_switch_trays_are_powered_before_any_compute_tray_is_touched() -> None:
    world = World()
    up(world)
    assert [action.split()[0] for action in world.actions[:9]] == ["power-on"] * 9
    assert all(action.split()[1].startswith("nvsw") for action in world.actions[:9])


def test_a_rack_that_is_up_is_not_touched() -> None:
    world = World()
    world.bring_up()
    assert up(world) == Outcome()
    assert world.actions == []


def test_a_tray_with_a_foreign_serial_is_not_touched_and_the_others_go_on() -> None:
    world = World()
    world.set("c05", serial="X9")
    outcome = up(world)
    assert world.did("c05") == []
    assert len(world.nodes) == 17
    assert outcome.reasons == (
        (
            "a01 c05: the BMC at 10.64.0.15 names the serial X9, as built is CT000005; nothing "
            "was done to it. Check the cable; where the paper is wrong, change "
            "as-built/h1-su01.csv: the line of a01,c05"
        ),
    )


def test_a_switch_tray_with_a_foreign_serial_is_not_powered_and_the_trays_go_on() -> None:
    world = World()
    world.set("nvsw-02", serial="X9")
    outcome = up(world)
    assert world.did("nvsw-02") == []
    assert len(world.nodes) == 18
    assert [reason.split(":")[0] for reason in outcome.reasons] == ["a01 nvsw-02"]


@pytest.mark.parametrize("change", [{"power": "Off"}, {"serial": "X9"}])
def test_a_bad_power_shelf_is_a_reason_and_stops_nothing_else(change: dict[str, str]) -> None:
    world = World()
    world.set("pwr-03", **change)
    outcome = up(world)
    assert [reason.split(":")[0] for reason in outcome.reasons] == ["a01 pwr-03"]
    assert len(world.nodes) == 18


def test_without_any_power_shelf_that_answers_nothing_is_switched_on() -> None:
    world = World()
    world.silent = {shelf.label for shelf in world.rack.power_shelves}
    outcome = up(world)
    assert world.actions == []
    assert len(outcome.reasons) == 9
    assert "a01: no power shelf is known to give power; nothing was switched on" in outcome.reasons


def test_a_rack_on_hold_is_not_touched() -> None:
    world = World(replace(plans.rack(), hold="waits for water"))
    assert up(world) == Outcome()
    assert world.actions == []
    assert world.told == ["a01: left alone: waits for water"]


def test_a_tray_on_hold_is_not_touched_and_the_others_go_on() -> None:
    rack = plans.rack()
    held = replace(rack.compute_trays[6], hold="waits for a cable")
    trays = (*rack.compute_trays[:6], held, *rack.compute_trays[7:])
    world = World(replace(rack, compute_trays=trays))
    assert up(world) == Outcome()
    assert world.did("c07") == []
    assert len(world.nodes) == 17


def test_what_is_stopped_keeps_what_had_failed_and_says_how_to_resume() -> None:
    world = World()
    world.set("c05", serial="X9")
    world.hanging = {"c07"}

    async def stopped() -> Outcome:
        work = asyncio.ensure_future(bringup.bring_up(world.rack, world.outside()))
        while len(world.nodes) < 17:
            await asyncio.sleep(0)
        world.stopped.set()
        return await work

    outcome = asyncio.run(stopped())
    assert outcome.stopped
    assert [reason.split(":")[0] for reason in outcome.reasons] == ["a01 c05", STOPPED]


def test_an_up_that_was_stopped_is_resumed_without_a_second_deployment() -> None:
    world = World()
    world.stopped.set()
    world.enrolled("c07", "deploying")
    assert up(world).stopped
    world.stopped.clear()
    assert up(world) == Outcome()
    assert world.did("c07") == ["take-drive c07"]


def test_reasons_are_in_order_whatever_failed_first() -> None:
    world = World()
    for label in ("c11", "c02", "nvsw-01", "c17"):
        world.set(label, serial="X9")
    labels = [reason.split(":")[0] for reason in up(world).reasons]
    assert labels == ["a01 c02", "a01 c11", "a01 c17", "a01 nvsw-01"]
