from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from msgspec.structs import replace

import plans
from lab.bmc import emulated
from rackwright.lab.bmc.devices import Kind, devices
from rackwright.problems import SecretError
from rackwright.secrets import Secrets


def test_a_rack_has_a_bmc_for_every_tray_and_shelf(tmp_path: Path) -> None:
    found = devices(plans.unit_plan(), emulated.secrets(tmp_path / "secrets"))
    assert Counter(device.kind for device in found) == {
        Kind.COMPUTE: 18,
        Kind.NVLINK_SWITCH: 9,
        Kind.POWER_SHELF: 8,
    }


def test_a_device_answers_as_the_plan_says(tmp_path: Path) -> None:
    tray = plans.compute_tray(1)
    device = devices(plans.unit_plan(), emulated.secrets(tmp_path / "secrets"))[0]
    assert (device.name, device.serial) == (tray.name, tray.serial)
    assert (device.address, device.mac) == (tray.bmc.address, tray.bmc.mac)
    assert (device.user, device.password) == ("admin", emulated.PASSWORD)
    assert device.host_mac == tray.interface.mac


def test_nothing_answers_for_a_tray_that_was_never_delivered(tmp_path: Path) -> None:
    rack = plans.rack(compute=2, switches=0, shelves=0)
    absent = replace(rack.compute_trays[0], serial="")
    rack = replace(rack, compute_trays=(absent, rack.compute_trays[1]))
    found = devices(plans.unit_plan(rack), emulated.secrets(tmp_path / "secrets"))
    assert [device.label for device in found] == ["c02"]


def test_a_password_is_not_shown_with_its_device(tmp_path: Path) -> None:
    found = devices(plans.unit_plan(), emulated.secrets(tmp_path / "secrets"))
    assert emulated.PASSWORD not in repr(found)


def test_a_password_that_is_not_there_stops_all(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="file:bmc-"):
        devices(plans.unit_plan(), Secrets(tmp_path))
