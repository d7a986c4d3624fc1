from __future__ import annotations

import json

import httpx
import pytest
import sushy
from sushy.resources.system.constants import BootProgressStates

from lab.bmc.emulated import PASSWORD, Hosts, Running
from rackwright.lab.bmc import control
from rackwright.lab.bmc.devices import Device

V1 = "/redfish/v1"
SYSTEM = f"{V1}/Systems/System_0"
RESET = f"{SYSTEM}/Actions/ComputerSystem.Reset"
SESSIONS = f"{V1}/SessionService/Sessions"
CD = f"{V1}/Managers/BMC_0/VirtualMedia/Cd1"
IMAGE = "https://10.63.0.10:8180/redfish/boot.iso"


def message(answer: httpx.Response) -> tuple[int, str]:
    """Return the status of a refusal and its message without the registry."""
    error = answer.json()["error"]
    assert error["@Message.ExtendedInfo"][0]["MessageId"] == error["code"]
    return answer.status_code, error["code"].rpartition(".")[2]


def test_without_credentials_nothing_is_switched(lab: Running, tray: Device, hosts: Hosts) -> None:
    with lab.client(tray, auth=(tray.user, "wrong")) as client:
        assert client.post(RESET, json={"ResetType": "On"}).status_code == 401
    assert lab.actions() == []


def test_a_session_logs_in_without_the_password_and_ends(lab: Running, tray: Device) -> None:
    with lab.client(tray, auth=None) as client:
        opened = client.post(SESSIONS, json={"UserName": tray.user, "Password": PASSWORD})
        assert opened.status_code == 201
        client.headers["X-Auth-Token"] = opened.headers["X-Auth-Token"]
        assert client.get(opened.headers["Location"]).json()["UserName"] == tray.user
        assert client.delete(opened.headers["Location"]).status_code == 204
        assert client.get(SYSTEM).status_code == 401


def test_a_session_of_one_bmc_is_none_of_another(lab: Running) -> None:
    one, other = lab.devices[:2]
    with lab.client(one, auth=None) as client:
        opened = client.post(SESSIONS, json={"UserName": one.user, "Password": PASSWORD})
    token = {"X-Auth-Token": opened.headers["X-Auth-Token"]}
    with lab.client(other, auth=None, headers=token) as client:
        assert client.get(SYSTEM).status_code == 401


def test_sushy_reads_the_system_in_a_session(lab: Running, tray: Device) -> None:
    with sushy.auth.SessionAuth(tray.user, PASSWORD) as session:
        system = lab.sushy(tray, session).get_system(SYSTEM)
        assert system.serial_number == tray.serial
        assert system.boot_progress.last_state == BootProgressStates.NONE
        assert system.ethernet_interfaces.summary == {tray.host_mac: sushy.STATE_ENABLED}
        assert system.secure_boot.enabled is False
        assert [manager.identity for manager in system.managers] == ["BMC_0"]
        assert [chassis.identity for chassis in system.chassis] == ["Chassis_0"]
    assert [line["details"]["outcome"] for line in lab.log()] == ["opened", "closed"]


def test_sushy_sets_the_boot_override_with_the_etag_it_read(lab: Running, tray: Device) -> None:
    system = lab.system(tray)
    system.set_system_boot_options(
        sushy.BOOT_SOURCE_TARGET_CD, enabled=sushy.BOOT_SOURCE_ENABLED_ONCE
    )
    system.refresh()
    assert system.boot.target == sushy.BOOT_SOURCE_TARGET_CD
    assert system.boot.enabled == sushy.BOOT_SOURCE_ENABLED_ONCE
    assert system.boot.mode == sushy.BOOT_SOURCE_MODE_UEFI
    assert lab.log()[-1]["details"]["BootSourceOverrideTarget"] == "Cd"


def test_sushy_inserts_and_ejects_media(lab: Running, tray: Device) -> None:
    medium = lab.system(tray).managers[0].virtual_media.get_members()[0]
    medium.insert_media(IMAGE)
    medium.refresh()
    assert (medium.inserted, medium.image) == (True, IMAGE)
    medium.eject_media()
    medium.refresh()
    assert (medium.inserted, medium.image) == (False, None)
    assert lab.actions() == ["insert-media", "eject-media"]


def test_sushy_switches_the_indicator(lab: Running, tray: Device) -> None:
    system = lab.system(tray)
    system.set_indicator_led(sushy.INDICATOR_LED_LIT)
    system.refresh()
    assert system.indicator_led == sushy.INDICATOR_LED_LIT


def test_a_write_to_what_has_changed_meanwhile_is_refused(lab: Running, tray: Device) -> None:
    changes = {"Boot": {"BootSourceOverrideTarget": "Cd"}}
    with lab.client(tray) as client:
        etag = client.get(SYSTEM).headers["ETag"]
        headers = {"If-Match": etag}
        assert client.patch(SYSTEM, json=changes, headers=headers).status_code == 204
        again = client.patch(SYSTEM, json=changes, headers=headers)
    assert message(again) == (412, "PreconditionFailed")


def test_a_foreign_serial_is_what_the_bmc_says(lab: Running, tray: Device) -> None:
    control.set_faults(lab.control, tray.name, {"serial": "FOREIGN"})
    assert lab.system(tray).serial_number == "FOREIGN"
    assert lab.get(tray, "/Chassis/Chassis_0")["SerialNumber"] == "FOREIGN"


def test_a_silent_bmc_accepts_a_connection_and_never_answers(lab: Running, tray: Device) -> None:
    control.set_faults(lab.control, tray.name, {"silent": True})
    with lab.client(tray, timeout=0.5) as client, pytest.raises(httpx.ReadTimeout):
        client.get(V1)
    assert lab.get(lab.devices[1], "/Systems/System_0")["PowerState"] == "Off"


def test_passwords_and_tokens_are_not_in_the_log(lab: Running, tray: Device) -> None:
    with lab.client(tray, auth=None) as client:
        opened = client.post(SESSIONS, json={"UserName": tray.user, "Password": PASSWORD})
        client.post(SESSIONS, json={"UserName": tray.user, "Password": "a-wrong-password"})
    written = json.dumps(lab.log())
    assert [line["details"]["outcome"] for line in lab.log()] == ["opened", "refused"]
    assert PASSWORD not in written
    assert "a-wrong-password" not in written
    assert opened.headers["X-Auth-Token"] not in written
