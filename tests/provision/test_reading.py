from __future__ import annotations

import asyncio
from typing import Any

import pytest

import plans
from provision.fakes import World
from rackwright.problems import ServiceFailed
from rackwright.provision import reading


def world() -> World:
    there = World(plans.rack(compute=2, switches=1, shelves=1))
    there.bring_up()
    return there


def observe(there: World) -> dict[str, Any]:
    return asyncio.run(reading.observe(there.rack, there.outside()))


def test_a_rack_that_is_up_is_ready() -> None:
    assert observe(world())["ready"] is True


def test_a_reading_changes_nothing() -> None:
    there = world()
    observe(there)
    assert there.actions == []


def test_a_host_without_power_is_not_asked() -> None:
    there = world()
    there.set("c01", power="Off")
    there.unreachable = {"c01"}
    assert observe(there)["trays"]["c01"]["host"] == "off"


def test_a_host_that_does_not_answer_is_unreachable_and_the_rack_not_ready() -> None:
    there = world()
    there.unreachable = {"c01"}
    found = observe(there)
    assert (found["trays"]["c01"]["host"], found["ready"]) == ("unreachable", False)


def test_a_silent_bmc_is_unknown() -> None:
    there = world()
    there.silent = {"nvsw-01"}
    assert observe(there)["switch_trays"]["nvsw-01"] == {"serial": "unknown", "power": "unknown"}


def test_no_node_and_no_answer_never_look_the_same() -> None:
    there = world()
    there.ironic_down = True
    with pytest.raises(ServiceFailed):
        observe(there)


def test_a_rack_is_gone_only_when_no_node_is_left() -> None:
    there = world()
    del there.nodes["a01-p1-dgx-01-c01"]
    assert not reading.is_gone(observe(there))
    there.nodes.clear()
    assert reading.is_gone(observe(there))
