from __future__ import annotations

from typing import Any

import pytest

from rackwright.lab.bmc import system
from rackwright.lab.bmc.machines import MachineState
from rackwright.lab.bmc.messages import Refusal
from rackwright.lab.bmc.system import (
    FromDisk,
    FromMedium,
    FromNothing,
    Override,
    Power,
    Progress,
    System,
    Work,
)

IMAGE = "https://10.63.0.10:8180/redfish/boot.iso"
DRIVE = "https://10.63.0.10:8180/redfish/configdrive"
OFF = System()
ON = System(power=Power.ON, progress=Progress.RUNNING)
GOING_OFF = System(power=Power.POWERING_OFF)
FROM_CD = Override("Cd", "Continuous")


@pytest.mark.parametrize(
    ("before", "kind", "power", "work"),
    [
        (OFF, "On", Power.ON, Work.BOOT),
        (OFF, "ForceOn", Power.ON, Work.BOOT),
        (GOING_OFF, "On", Power.ON, Work.BOOT),
        (ON, "On", Power.ON, Work.NOTHING),
        (ON, "ForceOff", Power.POWERING_OFF, Work.STOP),
        (ON, "GracefulShutdown", Power.POWERING_OFF, Work.STOP),
        (OFF, "ForceOff", Power.OFF, Work.NOTHING),
        (GOING_OFF, "ForceOff", Power.POWERING_OFF, Work.NOTHING),
        (ON, "GracefulRestart", Power.ON, Work.BOOT),
        (ON, "ForceRestart", Power.ON, Work.BOOT),
        (ON, "PowerCycle", Power.ON, Work.BOOT),
    ],
)
def test_a_reset_changes_power_and_says_what_must_be_done(
    before: System, kind: str, power: Power, work: Work
) -> None:
    outcome = system.reset(before, kind)
    assert not isinstance(outcome, Refusal)
    assert (outcome[0].power, outcome[1]) == (power, work)


@pytest.mark.parametrize("kind", ["GracefulRestart", "ForceRestart", "PowerCycle"])
def test_what_is_off_cannot_be_restarted(kind: str) -> None:
    outcome = system.reset(OFF, kind)
    assert isinstance(outcome, Refusal)
    assert (outcome.status, outcome.message_id) == (409, "ActionParameterValueConflict")


@pytest.mark.parametrize("kind", ["Nmi", "", None, ["On"]])
def test_a_reset_that_is_none_is_refused(kind: object) -> None:
    outcome = system.reset(ON, kind)
    assert isinstance(outcome, Refusal)
    assert outcome.status == 400


def test_switching_on_forgets_why_the_last_boot_failed() -> None:
    failed = system.off(system.not_booted(OFF, "no boot device"))
    outcome = system.reset(failed, "On")
    assert not isinstance(outcome, Refusal)
    assert outcome[0].problem == ""


@pytest.mark.parametrize(
    ("override", "media", "installed", "source"),
    [
        (FROM_CD, {"Cd1": IMAGE}, False, FromMedium(IMAGE)),
        (FROM_CD, {"Cd1": IMAGE, "Usb1": DRIVE}, True, FromMedium(IMAGE, DRIVE)),
        (Override("Cd", "Once"), {"Cd1": IMAGE}, False, FromMedium(IMAGE)),
        (FROM_CD, {}, True, FromDisk()),
        (FROM_CD, {"Usb1": DRIVE}, False, FromNothing()),
        (Override("Cd", "Disabled"), {"Cd1": IMAGE}, True, FromDisk()),
        (Override("Cd", "Disabled"), {"Cd1": IMAGE}, False, FromNothing()),
        (Override("Hdd", "Continuous"), {"Cd1": IMAGE}, True, FromDisk()),
        (Override(), {}, False, FromNothing()),
    ],
)
def test_what_a_system_boots_from(
    override: Override, media: dict[str, str], installed: bool, source: object
) -> None:
    before = System(override=override, media=media)
    assert system.boot_source(before, installed=installed) == source


def test_a_lost_medium_is_not_booted() -> None:
    before = System(override=FROM_CD, media={"Cd1": IMAGE})
    assert system.boot_source(before, installed=False, media_lost=True) == FromNothing()


def test_an_override_for_one_boot_is_used_up_by_it() -> None:
    before = System(power=Power.ON, override=Override("Cd", "Once"))
    assert system.booted(before).override == Override()


def test_an_override_for_one_boot_is_used_up_by_a_boot_that_fails() -> None:
    before = System(power=Power.ON, override=Override("Cd", "Once"))
    assert system.not_booted(before, "no boot device").override == Override()


def test_a_continuous_override_stays() -> None:
    assert system.booted(System(override=FROM_CD)).override == FROM_CD


@pytest.mark.parametrize(
    ("before", "state", "power", "progress"),
    [
        (system.booted(ON), MachineState.BOOTING, Power.ON, Progress.STARTED),
        (system.booted(ON), MachineState.RUNNING, Power.ON, Progress.RUNNING),
        (ON, MachineState.BOOTING, Power.ON, Progress.STARTED),
        (ON, MachineState.OFF, Power.OFF, Progress.NONE),
        (system.not_booted(ON, "no boot device"), MachineState.OFF, Power.ON, Progress.NONE),
        (OFF, MachineState.RUNNING, Power.OFF, Progress.NONE),
    ],
)
def test_what_a_look_at_the_host_changes(
    before: System, state: MachineState, power: Power, progress: Progress
) -> None:
    after = system.observed(before, state)
    assert (after.power, after.progress) == (power, progress)


def test_a_patch_changes_only_what_it_names() -> None:
    before = System(override=Override("Cd", "Once"))
    after = system.patched(before, {"Boot": {"BootSourceOverrideEnabled": "Continuous"}})
    assert after == System(override=FROM_CD)


@pytest.mark.parametrize(
    "changes",
    [
        {"Boot": {"BootSourceOverrideTarget": "Tape"}},
        {"Boot": {"BootSourceOverrideTarget": ["Cd"]}},
        {"Boot": {"BootSourceOverrideMode": "Legacy"}},
        {"Boot": {"BootNext": "Boot0001"}},
        {"Boot": "Cd"},
        {"IndicatorLED": "Purple"},
        {"AssetTag": "mine"},
    ],
)
def test_a_patch_of_what_there_is_not_is_refused(changes: dict[str, Any]) -> None:
    outcome = system.patched(OFF, changes)
    assert isinstance(outcome, Refusal)
    assert outcome.status == 400


@pytest.mark.parametrize(
    ("request_body", "message"),
    [
        ({}, "ActionParameterMissing"),
        ({"Image": "http://10.63.0.10/boot.iso"}, "ActionParameterValueFormatError"),
        ({"Image": IMAGE, "TransferProtocolType": "NFS"}, "PropertyValueNotInList"),
        ({"Image": "https://user:password@10.63.0.10/boot.iso"}, "ActionParameterValueFormatError"),
        ({"Image": "https://[10.63.0.10"}, "ActionParameterValueFormatError"),
        ({"Image": 7}, "ActionParameterValueFormatError"),
    ],
)
def test_only_an_https_address_without_credentials_can_be_inserted(
    request_body: dict[str, Any], message: str
) -> None:
    outcome = system.inserted(OFF, "Cd1", request_body)
    assert isinstance(outcome, Refusal)
    assert outcome.message_id == message


def test_a_refused_image_with_a_password_is_not_repeated() -> None:
    outcome = system.inserted(OFF, "Cd1", {"Image": "https://user:geheim@10.63.0.10/boot.iso"})
    assert isinstance(outcome, Refusal)
    assert "geheim" not in str(outcome.body())


def test_a_slot_in_use_takes_no_second_medium() -> None:
    before = System(media={"Cd1": IMAGE})
    outcome = system.inserted(before, "Cd1", {"Image": IMAGE})
    assert isinstance(outcome, Refusal)
    assert outcome.status == 409


def test_ejecting_empties_one_slot() -> None:
    before = System(media={"Cd1": IMAGE, "Usb1": DRIVE})
    assert system.ejected(before, "Cd1") == System(media={"Usb1": DRIVE})
