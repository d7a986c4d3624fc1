from __future__ import annotations

import json
import stat
from datetime import datetime
from pathlib import Path

import pytest

from lab.bmc import emulated
from rackwright.lab.bmc.actions import Action, By, open_log
from rackwright.lab.bmc.devices import Device


@pytest.fixture
def device(tmp_path: Path) -> Device:
    return emulated.rack(tmp_path / "secrets", "127.9.1")[0]


def test_a_line_says_when_who_did_what_to_which_device(tmp_path: Path, device: Device) -> None:
    with open_log(tmp_path / "log") as log:
        log.append(device, Action.RESET, By("admin", "10.63.0.10"), type="On")
    line = json.loads((tmp_path / "log").read_text())
    assert datetime.fromisoformat(line.pop("time")).tzname() == "UTC"
    assert line == {
        "device": device.name,
        "rack": "a01",
        "label": "c01",
        "address": "127.9.1.1",
        "action": "reset",
        "details": {"type": "On"},
        "user": "admin",
        "source": "10.63.0.10",
    }


def test_what_was_logged_before_stays(tmp_path: Path, device: Device) -> None:
    for kind in ("On", "ForceOff"):
        with open_log(tmp_path / "log") as log:
            log.append(device, Action.RESET, By("admin", ""), type=kind)
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert [line["details"]["type"] for line in lines] == ["On", "ForceOff"]


def test_a_new_log_is_its_owners_alone(tmp_path: Path) -> None:
    with open_log(tmp_path / "log"):
        assert stat.S_IMODE((tmp_path / "log").stat().st_mode) == 0o600
