from __future__ import annotations

import threading
from pathlib import Path

import pytest
import sushy

from lab.bmc import emulated
from lab.bmc.emulated import META_DATA, Hosts, Running, until
from rackwright.lab.bmc import control
from rackwright.lab.bmc.devices import Device
from rackwright.lab.bmc.machines import MachineState
from rackwright.problems import ServiceFailed

OFF, ON = sushy.POWER_STATE_OFF, sushy.POWER_STATE_ON


def insert(lab: Running, tray: Device, boot: str, drive: str = "") -> None:
    """Insert media and set the override as Ironic's ramdisk deployment does."""
    system = lab.system(tray)
    media = {medium.identity: medium for medium in system.managers[0].virtual_media.get_members()}
    media["Cd1"].insert_media(boot, inserted=True, write_protected=True)
    if drive:
        media["Usb1"].insert_media(drive, inserted=True, write_protected=True)
    system.set_system_boot_options(
        sushy.BOOT_SOURCE_TARGET_CD, enabled=sushy.BOOT_SOURCE_ENABLED_CONTINUOUS
    )


def reset(lab: Running, tray: Device, kind: sushy.ResetType) -> None:
    lab.system(tray).reset_system(kind)


def progress(lab: Running, tray: Device) -> str:
    return lab.get(tray, "/Systems/System_0")["BootProgress"]["LastState"]


def problem(lab: Running, tray: Device) -> str:
    """Return why the tray has not booted, as its BMC says it."""
    until(lambda: "Conditions" in lab.get(tray, "/Systems/System_0")["Status"])
    return lab.get(tray, "/Systems/System_0")["Status"]["Conditions"][0]["Message"]


def deployed(lab: Running, tray: Device, images: str) -> None:
    insert(lab, tray, f"{images}/boot.iso", f"{images}/drive")
    reset(lab, tray, sushy.RESET_ON)
    until(lambda: progress(lab, tray) == "OSRunning")


def test_a_host_starts_with_the_config_drive_of_the_media(
    lab: Running, tray: Device, hosts: Hosts, images: str
) -> None:
    deployed(lab, tray, images)
    assert hosts.drives[tray.name].files["openstack/latest/meta_data.json"] == META_DATA
    assert hosts.calls == [("start", tray.name)]


def test_a_host_that_is_not_up_yet_is_booting(
    lab: Running, tray: Device, hosts: Hosts, images: str
) -> None:
    hosts.after_start = MachineState.BOOTING
    insert(lab, tray, f"{images}/boot.iso", f"{images}/drive")
    reset(lab, tray, sushy.RESET_ON)
    until(lambda: progress(lab, tray) == "OSBootStarted")


def test_power_is_on_at_once_while_the_host_still_starts(
    lab: Running, tray: Device, hosts: Hosts, images: str
) -> None:
    hosts.gate = threading.Event()
    insert(lab, tray, f"{images}/boot.iso", f"{images}/drive")
    reset(lab, tray, sushy.RESET_ON)
    assert lab.system(tray).power_state == ON
    assert progress(lab, tray) == "None"
    hosts.gate.set()


def test_switching_off_ends_a_host_that_was_about_to_start(
    lab: Running, tray: Device, hosts: Hosts, images: str
) -> None:
    hosts.gate = threading.Event()
    insert(lab, tray, f"{images}/boot.iso", f"{images}/drive")
    reset(lab, tray, sushy.RESET_ON)
    until(lambda: ("start", tray.name) in hosts.calls)
    reset(lab, tray, sushy.RESET_FORCE_OFF)
    hosts.gate.set()
    until(lambda: lab.system(tray).power_state == OFF)
    assert hosts.calls == [("start", tray.name), ("stop", tray.name)]
    assert hosts.state(tray.name) is MachineState.OFF


def test_a_tray_without_media_has_no_boot_device(lab: Running, tray: Device, hosts: Hosts) -> None:
    reset(lab, tray, sushy.RESET_ON)
    assert problem(lab, tray) == "no boot device"
    assert lab.system(tray).power_state == ON
    assert hosts.calls == []


def test_media_without_a_boot_override_are_not_booted(
    lab: Running, tray: Device, hosts: Hosts, images: str
) -> None:
    insert(lab, tray, f"{images}/boot.iso", f"{images}/drive")
    lab.system(tray).set_system_boot_options(enabled=sushy.BOOT_SOURCE_ENABLED_DISABLED)
    reset(lab, tray, sushy.RESET_ON)
    assert problem(lab, tray) == "no boot device"


def test_a_medium_that_is_not_there_is_said_with_its_address(
    lab: Running, tray: Device, images: str
) -> None:
    insert(lab, tray, f"{images}/missing.iso", f"{images}/drive")
    reset(lab, tray, sushy.RESET_ON)
    assert problem(lab, tray) == f"the medium {images}/missing.iso cannot be read: 404"
    assert lab.log()[-1]["details"] == {"problem": problem(lab, tray)}


def test_an_image_server_of_another_ca_is_not_trusted(
    lab: Running, tray: Device, image_folder: Path
) -> None:
    other = lab.folder / "other"
    other.mkdir()
    emulated.certificates(other, ["127.0.0.1"])
    with emulated.image_server(image_folder, other) as foreign:
        insert(lab, tray, f"{foreign}/boot.iso")
        reset(lab, tray, sushy.RESET_ON)
        assert "certificate verify failed" in problem(lab, tray)


def test_a_boot_medium_without_a_config_drive_starts_no_host(
    lab: Running, tray: Device, hosts: Hosts, images: str
) -> None:
    insert(lab, tray, f"{images}/boot.iso")
    reset(lab, tray, sushy.RESET_ON)
    assert problem(lab, tray) == f"the medium {images}/boot.iso holds no config drive"
    assert hosts.calls == []


def test_a_host_that_does_not_start_says_why(
    lab: Running, tray: Device, hosts: Hosts, images: str
) -> None:
    hosts.fails = OSError("no space left")
    insert(lab, tray, f"{images}/boot.iso", f"{images}/drive")
    reset(lab, tray, sushy.RESET_ON)
    assert problem(lab, tray) == "no space left"


def test_an_installed_host_boots_from_its_disk_once_the_media_are_gone(
    lab: Running, tray: Device, hosts: Hosts, images: str
) -> None:
    deployed(lab, tray, images)
    for medium in lab.system(tray).managers[0].virtual_media.get_members():
        medium.eject_media()
    reset(lab, tray, sushy.RESET_FORCE_RESTART)
    until(lambda: lab.log()[-1]["action"] == "boot")
    assert lab.log()[-1]["details"] == {"source": "disk"}
    name = tray.name
    assert hosts.calls == [("start", name), ("stop", name), ("start", name)]


def test_force_off_ends_the_host(lab: Running, tray: Device, hosts: Hosts, images: str) -> None:
    deployed(lab, tray, images)
    reset(lab, tray, sushy.RESET_FORCE_OFF)
    until(lambda: lab.system(tray).power_state == OFF)
    assert hosts.calls[-1] == ("stop", tray.name)
    assert progress(lab, tray) == "None"


def test_a_host_that_switches_itself_off_is_seen_as_off(
    lab: Running, tray: Device, hosts: Hosts, images: str
) -> None:
    deployed(lab, tray, images)
    hosts.states[tray.name] = MachineState.OFF
    until(lambda: lab.system(tray).power_state == OFF)
    assert lab.log()[-1]["action"] == "host-off"


def test_a_host_that_reboots_itself_stays_on(
    lab: Running, tray: Device, hosts: Hosts, images: str
) -> None:
    deployed(lab, tray, images)
    hosts.reboots.add(tray.name)
    hosts.states[tray.name] = MachineState.BOOTING
    until(lambda: progress(lab, tray) == "OSBootStarted")
    assert hosts.reboots == set()
    assert lab.system(tray).power_state == ON
    assert "host-off" not in lab.actions()


def test_a_lost_medium_boots_as_if_it_were_not_there(
    lab: Running, tray: Device, images: str
) -> None:
    control.set_faults(lab.control, tray.name, {"media": "lost"})
    insert(lab, tray, f"{images}/boot.iso", f"{images}/drive")
    reset(lab, tray, sushy.RESET_ON)
    assert problem(lab, tray) == "no boot device"


def test_a_lost_config_drive_starts_no_host(
    lab: Running, tray: Device, hosts: Hosts, images: str
) -> None:
    control.set_faults(lab.control, tray.name, {"drive": "lost"})
    insert(lab, tray, f"{images}/boot.iso", f"{images}/drive")
    reset(lab, tray, sushy.RESET_ON)
    assert problem(lab, tray) == f"the medium {images}/boot.iso holds no config drive"
    assert hosts.calls == []


def test_switching_off_during_a_failing_start_leaves_no_problem(
    lab: Running, tray: Device, hosts: Hosts, images: str
) -> None:
    hosts.gate, hosts.fails = threading.Event(), OSError("no space left")
    insert(lab, tray, f"{images}/boot.iso", f"{images}/drive")
    reset(lab, tray, sushy.RESET_ON)
    until(lambda: ("start", tray.name) in hosts.calls)
    reset(lab, tray, sushy.RESET_FORCE_OFF)
    hosts.gate.set()
    until(lambda: lab.system(tray).power_state == OFF)
    assert "no-boot-device" not in lab.actions()


def test_a_host_that_cannot_be_stopped_stays_on_and_says_why(
    lab: Running, tray: Device, hosts: Hosts, images: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(name: str) -> None:
        raise ServiceFailed("a process does not end")

    deployed(lab, tray, images)
    monkeypatch.setattr(hosts, "stop", stop)
    reset(lab, tray, sushy.RESET_FORCE_OFF)
    assert problem(lab, tray) == "a process does not end"
    assert lab.system(tray).power_state == ON


def test_stuck_power_accepts_a_reset_and_does_nothing(lab: Running, tray: Device) -> None:
    control.set_faults(lab.control, tray.name, {"power": "stuck"})
    reset(lab, tray, sushy.RESET_ON)
    assert lab.system(tray).power_state == OFF
    assert lab.log()[-1]["action"] == "reset"


@pytest.mark.parametrize("kind", [sushy.RESET_FORCE_RESTART, sushy.RESET_GRACEFUL_RESTART])
def test_a_restart_deploys_again_while_the_media_are_inserted(
    lab: Running, tray: Device, hosts: Hosts, images: str, kind: sushy.ResetType
) -> None:
    deployed(lab, tray, images)
    reset(lab, tray, kind)
    until(lambda: lab.actions().count("boot") == 2)
    assert lab.log()[-1]["details"] == {"source": f"{images}/boot.iso"}


def test_an_nvlink_switch_tray_is_switched_without_a_host(
    lab: Running, switch_tray: Device, hosts: Hosts
) -> None:
    reset(lab, switch_tray, sushy.RESET_ON)
    assert lab.system(switch_tray).power_state == ON
    reset(lab, switch_tray, sushy.RESET_FORCE_OFF)
    assert lab.system(switch_tray).power_state == OFF
    assert hosts.calls == []


def test_a_host_that_runs_before_the_bmcs_is_taken_as_switched_on(
    tmp_path: Path, port: int
) -> None:
    devices = emulated.rack(tmp_path / "secrets", "127.9.1")[:1]
    hosts = Hosts(states={devices[0].name: MachineState.RUNNING})
    with emulated.running(tmp_path, devices, hosts, port) as lab:
        assert lab.system(devices[0]).power_state == ON
        assert progress(lab, devices[0]) == "OSRunning"
