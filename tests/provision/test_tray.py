from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

import plans
from provision.fakes import World
from rackwright.problems import ServiceFailed
from rackwright.provision import tray
from rackwright.provision.tray import TrayWork


def world() -> World:
    return World(plans.rack(compute=1, switches=0, shelves=0))


def work(there: World) -> TrayWork:
    return TrayWork(there.rack, there.rack.compute_trays[0], there.outside())


def bring_up(there: World) -> list[str]:
    asyncio.run(tray.bring_up(work(there)))
    return [action.replace(" c01", "") for action in there.actions]


def failure(there: World) -> str:
    with pytest.raises(ServiceFailed) as caught:
        bring_up(there)
    return caught.value.message


def test_a_bare_tray_goes_through_every_step_and_loses_its_config_drive() -> None:
    steps = ["enrol", "ask manage", "ask provide", "ask active", "take-drive"]
    assert bring_up(world()) == steps


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        ("enroll", ["ask manage", "ask provide", "ask active", "take-drive"]),
        ("manageable", ["ask provide", "ask active", "take-drive"]),
        ("available", ["ask active", "take-drive"]),
        ("deploy failed", ["ask active", "take-drive"]),
        ("deploying", ["take-drive"]),
    ],
)
def test_a_tray_goes_on_from_the_state_it_is_found_in(state: str, steps: list[str]) -> None:
    there = world()
    there.enrolled("c01", state)
    assert bring_up(there) == steps


def test_a_tray_that_runs_is_not_touched() -> None:
    there = world()
    there.bring_up()
    assert bring_up(there) == []


def test_a_config_drive_that_a_stopped_run_left_is_taken_away() -> None:
    there = world()
    there.bring_up()
    there.enrolled("c01", "active", config_drive=True)
    assert bring_up(there) == ["take-drive"]


def test_a_tray_that_lost_its_power_is_powered_on_and_not_deployed_again() -> None:
    there = world()
    there.bring_up()
    there.set("c01", power="Off", boot_progress="")
    assert bring_up(there) == ["ironic-power-on"]


def test_a_deployment_that_never_ran_is_deployed_again() -> None:
    there = world()
    there.enrolled("c01", "active", config_drive=True)
    there.set("c01", power="On", problem="no boot device")
    assert bring_up(there) == ["ask deleted", "ask active", "take-drive"]


def test_a_tray_that_once_ran_is_never_deployed_again() -> None:
    there = world()
    there.enrolled("c01", "active")
    there.set("c01", power="On", problem="no boot device")
    assert failure(there) == "the BMC says: no boot device"
    assert there.actions == []


def test_ironics_own_reason_is_given_for_a_deployment_that_fails() -> None:
    there = world()
    there.failing = {("c01", "active"): "404 for https://10.63.0.10:8180/images/none.iso"}
    assert failure(there) == "Ironic says: 404 for https://10.63.0.10:8180/images/none.iso"
    assert there.did("c01")[-1] == "ask c01 active"


def test_the_reason_is_found_in_the_history_when_ironic_has_cleared_its_last_error() -> None:
    there = world()
    there.failing = {("c01", "active"): ""}
    there.faults = {"c01": "Got HTTP code 404"}
    assert failure(there) == "Ironic says: Got HTTP code 404"


def test_a_bmc_that_ironic_cannot_verify_is_asked_for_only_once() -> None:
    there = world()
    there.failing = {("c01", "manage"): "401 Unauthorized"}
    assert failure(there) == "Ironic says: 401 Unauthorized"
    assert there.did("c01") == ["enrol c01", "ask c01 manage"]


def test_a_boot_problem_is_told_in_the_bmcs_words() -> None:
    there = world()
    there.broken = {"c01": "no boot device"}
    assert failure(there) == "the BMC says: no boot device"
    assert there.nodes["a01-p1-dgx-01-c01"].config_drive


def test_a_tray_gets_no_other_image_than_the_pinned_one() -> None:
    there = world()
    there.wrong_image = "https://10.63.0.10:8180/images/dgx-node.iso serves another image"
    assert failure(there) == there.wrong_image
    assert "ask c01 active" not in there.actions


def test_an_older_system_on_the_tray_does_not_pass_for_the_deployment() -> None:
    there = world()
    there.old_systems = {"c01"}
    assert failure(there) == "it has another host key than it was deployed with"
    assert there.nodes["a01-p1-dgx-01-c01"].config_drive


def test_a_host_that_once_ran_may_have_got_another_key_since() -> None:
    there = world()
    there.bring_up()
    there.old_systems = {"c01"}
    assert bring_up(there) == []


def test_a_host_that_is_not_reached_is_told_in_sshs_words() -> None:
    there = world()
    there.unreachable = {"c01"}
    assert failure(there) == (
        "the host at 10.65.0.11 does not prove itself over SSH in 1 s: No route to host"
    )


def test_a_state_that_leads_nowhere_is_left_to_a_person() -> None:
    there = world()
    there.enrolled("c01", "clean failed", maintenance="cleaning failed: timeout")
    assert failure(there) == "Ironic has it in maintenance: cleaning failed: timeout"
    assert there.actions == []


def test_a_replaced_tray_retires_the_old_node_and_is_enrolled_anew() -> None:
    there = world()
    old = there.enrolled("c01", "active", serial="OLD1", id="old-id")
    job = work(there)
    asyncio.run(tray.bring_up(job))
    assert there.did("c01")[:2] == ["delete c01 OLD1", "enrol c01"]
    assert job.retired == [{"name": old.name, "serial": "OLD1", "node": "old-id"}]


def test_the_old_node_stays_as_long_as_the_bmc_does_not_name_the_new_serial() -> None:
    there = world()
    there.enrolled("c01", "active", serial="OLD1")
    there.set("c01", serial="OLD1")
    assert "names the serial OLD1, as built is CT000001" in failure(there)
    assert there.actions == []


def test_a_node_that_somebody_else_enrolled_is_left_alone() -> None:
    there = world()
    there.enrolled("c01", "active", serial="")
    assert "that Rackwright did not enrol" in failure(there)
    assert there.actions == []


def test_a_silent_bmc_stops_a_tray_before_anything_is_done() -> None:
    there = world()
    there.silent = {"c01"}
    assert failure(there) == "the BMC at 10.64.0.11: no answer in 10 s"
    assert there.actions == []


def test_a_wait_in_ironic_ends() -> None:
    there = world()
    there.enrolled("c01", "deploying")
    there.hanging = {"c01"}
    assert failure(there) == "Ironic is not done in 1 s"


def test_the_serial_of_a_tray_makes_its_node_another_one() -> None:
    there = world()
    bring_up(there)
    first = there.nodes["a01-p1-dgx-01-c01"].id
    other = replace(there.rack.compute_trays[0], serial="CT999999")
    from rackwright.provision.outputs import node_id

    assert node_id("one-rack", other) != first
