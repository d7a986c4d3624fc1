from __future__ import annotations

import stat
from pathlib import Path

import pytest

from lab.bmc.emulated import Hosts, Running, until
from rackwright.lab.bmc import control
from rackwright.lab.bmc.devices import Device
from rackwright.lab.bmc.machines import ConfigDrive
from rackwright.problems import RackwrightError, ServiceFailed


def row(lab: Running, device: Device) -> control.Row:
    return next(row for row in control.rows(lab.control) if row.name == device.name)


def test_the_rows_are_all_devices(lab: Running) -> None:
    assert [row.name for row in control.rows(lab.control)] == [each.name for each in lab.devices]


def test_a_row_says_what_the_bmc_knows(lab: Running, tray: Device) -> None:
    assert row(lab, tray) == control.Row(
        rack="a01",
        tray="c01",
        name=tray.name,
        kind="compute",
        address=tray.address,
        serial=tray.serial,
        power="Off",
        boot="-",
        medium="-",
        host="off",
    )


def test_a_row_says_why_a_tray_has_no_host(lab: Running, tray: Device) -> None:
    control.press(lab.control, tray.name, "on")
    until(lambda: row(lab, tray).host == "no boot device")
    assert row(lab, tray).power == "On"


def test_the_buttons_switch_a_tray(lab: Running, tray: Device, hosts: Hosts) -> None:
    hosts.drives[tray.name] = ConfigDrive({})
    control.press(lab.control, tray.name, "on")
    until(lambda: row(lab, tray).host == "running")
    control.press(lab.control, tray.name, "restart")
    until(lambda: lab.actions().count("boot") == 2)
    control.press(lab.control, tray.name, "off")
    until(lambda: row(lab, tray).power == "Off")
    assert [call for call, _ in hosts.calls] == ["start", "stop", "start", "stop"]


def test_a_button_is_logged_as_pressed_at_the_rack(lab: Running, tray: Device) -> None:
    control.press(lab.control, tray.name, "on")
    line = lab.log()[0]
    assert (line["action"], line["user"], line["source"]) == ("press", "front panel", "at the rack")


@pytest.mark.parametrize(
    ("button", "sentence"),
    [("reset", "there is no button 'reset'"), ("restart", "not possible while the system is Off")],
)
def test_a_button_that_does_nothing_says_why(
    lab: Running, tray: Device, button: str, sentence: str
) -> None:
    with pytest.raises(RackwrightError, match=sentence):
        control.press(lab.control, tray.name, button)


def test_a_power_shelf_has_no_button(lab: Running, shelf: Device) -> None:
    with pytest.raises(RackwrightError, match="has no power button"):
        control.press(lab.control, shelf.name, "off")


def test_a_device_that_is_not_there_is_named(lab: Running) -> None:
    with pytest.raises(RackwrightError, match="there is no device a99-c01 in this lab"):
        control.press(lab.control, "a99-c01", "on")


def test_faults_are_cleared_by_setting_none(lab: Running, tray: Device) -> None:
    control.set_faults(lab.control, tray.name, {"serial": "FOREIGN"})
    assert row(lab, tray).serial == "FOREIGN"
    control.set_faults(lab.control, tray.name, {})
    assert row(lab, tray).serial == tray.serial
    assert [line["details"] for line in lab.log()] == [{"serial": "FOREIGN"}, {}]


def test_a_fault_that_there_is_not_is_refused(lab: Running, tray: Device) -> None:
    with pytest.raises(RackwrightError, match="fan: 'loud' is not a fault"):
        control.set_faults(lab.control, tray.name, {"fan": "loud"})


def test_only_its_owner_may_open_the_socket(lab: Running) -> None:
    assert stat.S_IMODE(lab.control.stat().st_mode) == 0o600


def test_a_lab_that_is_not_up_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ServiceFailed, match="do not answer") as raised:
        control.rows(tmp_path / "control")
    assert raised.value.hint == "rackwright lab up"
