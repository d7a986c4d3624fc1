"""One rack from its reviewed files to a job on 18 hosts, with everything going wrong on the way.

The fixtures are one story, each chapter once, in the order of their dependencies; the tests say
what must be true after each.
"""

from __future__ import annotations

import shlex
from collections import Counter
from pathlib import Path

import pytest

import worlds
from lab.session import BIN, SITE, Ended, Session, interrupt, wait_for
from rackwright import plan, sandbox

pytestmark = pytest.mark.lab

RACK = plan.read_unit(worlds.ONE_RACK, "h1-su01").racks[0]
TRAYS = {tray.label: tray for tray in RACK.compute_trays}
NAMES = {tray.name for tray in RACK.compute_trays}
FOREIGN, NO_MEDIUM, NO_DRIVE = (TRAYS[label].name for label in ("c05", "c06", "c07"))
OTHER_SERIAL = "1643225099999"
RACKWRIGHT = str(BIN / "rackwright")
WRITES = ("reset", "insert-media", "eject-media", "boot-override", "boot", "press")


@pytest.fixture(scope="module")
def lab(session: Session) -> Session:
    """The lab, with every compute tray off."""
    up = session.rackwright("lab", "up", SITE)
    assert up.code == 0, up.text
    return session


@pytest.fixture(scope="module")
def previewed(lab: Session) -> Ended:
    """`pulumi preview` of a stack that has nothing yet."""
    assert lab.pulumi("stack", "init").code == 0
    return lab.pulumi("preview", "--diff", "--suppress-progress")


@pytest.fixture(scope="module")
def without_image(lab: Session, previewed: Ended) -> Ended:
    """`pulumi up` while the image's address leads nowhere."""
    image = lab.folder / "ironic/http/images/dgx-node.iso"
    away = image.with_suffix(".away")
    image.rename(away)
    try:
        return lab.up()
    finally:
        away.rename(image)


@pytest.fixture(scope="module")
def interrupted(lab: Session, without_image: Ended) -> tuple[Ended, float]:
    """`pulumi up` with three sick trays, and Ctrl-C in the middle of the deployments."""
    assert lab.rackwright("lab", "fault", FOREIGN, f"serial={OTHER_SERIAL}").code == 0
    assert lab.rackwright("lab", "fault", NO_MEDIUM, "media=lost").code == 0
    assert lab.rackwright("lab", "fault", NO_DRIVE, "drive=lost").code == 0
    process = lab.start(*lab.pulumi_argv("up", "--yes", "--skip-preview"))
    wait_for(lambda: len(lab.actions("boot")) >= 3, 90, "the third boot")
    return interrupt(process)


@pytest.fixture(scope="module")
def sick(lab: Session, interrupted: tuple[Ended, float]) -> Ended:
    """`pulumi up` again, the three trays still sick."""
    return lab.up()


@pytest.fixture(scope="module")
def healed(lab: Session, sick: Ended) -> Ended:
    """`pulumi up` after the three trays were mended."""
    for name in (FOREIGN, NO_MEDIUM, NO_DRIVE):
        assert lab.rackwright("lab", "fault", name).code == 0
    return lab.up()


@pytest.fixture(scope="module")
def configured(lab: Session, healed: Ended) -> tuple[Ended, Ended]:
    """Two passes of `rackwright configure`."""
    return (
        lab.inside(RACKWRIGHT, "configure", SITE),
        lab.inside(RACKWRIGHT, "configure", SITE),
    )


@pytest.fixture(scope="module")
def dark(lab: Session, configured: tuple[Ended, Ended]) -> Ended:
    """What a refresh says after somebody switched off a tray at the rack."""
    # Slurm ends a job along a tree of hosts: one that vanishes meanwhile keeps others completing.
    wait_for(lambda: not completing(lab), 60, "the end of every job")
    assert lab.rackwright("lab", "press", FOREIGN, "off").code == 0
    wait_for(lambda: FOREIGN not in lab.running(), 20, "the end of the host")
    return lab.pulumi("refresh", "--preview-only", "--diff", "--suppress-progress")


@pytest.fixture(scope="module")
def relit(lab: Session, dark: Ended) -> Ended:
    """`pulumi up` after a refresh that wrote down the drift."""
    assert lab.pulumi("refresh", "--yes", "--skip-preview").code == 0
    return lab.up()


def completing(lab: Session) -> str:
    """The hosts on which Slurm still ends a job."""
    asked = lab.ssh("root@10.63.0.10", "sinfo --noheader --states=completing --Format=nodelist")
    assert asked.code == 0, asked.text
    return asked.text.strip()


def test_every_tray_is_off_until_its_bmc_starts_it(lab: Session) -> None:
    rows = lab.devices()
    assert Counter(row["kind"] for row in rows.values()) == {
        "compute": 18,
        "nvlink-switch": 9,
        "power-shelf": 8,
    }
    assert {rows[name]["host"] for name in NAMES} == {"off"}
    assert lab.ssh(f"root@{TRAYS['c01'].interface.address}", "true").code != 0


def test_the_service_node_runs_the_rendered_configuration(lab: Session) -> None:
    active = lab.ssh("root@10.63.0.10", "systemctl is-active kea-dhcp4-server slurmctld chrony")
    assert active.text.split() == ["active"] * 3
    topology = lab.ssh("root@10.63.0.10", "scontrol show topology")
    assert "BlockName=a01" in topology.text


def test_a_second_lab_is_refused_while_the_first_one_runs(lab: Session) -> None:
    again = lab.rackwright("lab", "up", SITE)
    assert again.code == 1
    assert "a lab of" in again.text
    assert "rackwright lab down" in again.text


def test_a_preview_declares_the_rack_and_touches_nothing(lab: Session, previewed: Ended) -> None:
    assert previewed.code == 0, previewed.text
    assert "rackwright:index:Rack: (create)" in previewed.text
    assert lab.actions(*WRITES) == []


def test_an_image_that_is_not_there_is_named_and_no_host_starts(without_image: Ended) -> None:
    assert without_image.code == 1, without_image.text
    assert "images/dgx-node.iso" in without_image.text
    assert without_image.text.count("a01 c01: ") >= 1


def test_a_failed_deployment_leaves_no_host_that_answers(
    lab: Session, without_image: Ended
) -> None:
    assert lab.actions("boot") == []
    assert lab.running() == set()


def test_ctrl_c_returns_soon_and_leaves_a_state_that_can_be_read(
    lab: Session, interrupted: tuple[Ended, float]
) -> None:
    ended, seconds = interrupted
    assert ended.code != 0
    assert seconds < 10, ended.text
    exported = lab.pulumi("stack", "export")
    assert exported.code == 0
    resources = exported.json()["deployment"]["resources"]
    assert "rackwright:index:Rack" in {resource["type"] for resource in resources}


def test_a_foreign_serial_stops_the_tray_with_both_serials(sick: Ended) -> None:
    assert sick.code == 1, sick.text
    (reason,) = {line for line in sick.text.splitlines() if OTHER_SERIAL in line and "*" in line}
    assert "a01 c05" in reason
    assert TRAYS["c05"].serial in reason
    assert "as-built/h1-su01.csv" in reason


def test_a_tray_with_a_foreign_serial_is_not_touched(lab: Session, sick: Ended) -> None:
    cleared = [each for each in lab.actions("fault") if each["device"] == FOREIGN]
    writes = [each for each in lab.actions(*WRITES) if each["device"] == FOREIGN]
    since = cleared[0]["time"]
    until = cleared[1]["time"] if len(cleared) > 1 else "9"
    assert [each for each in writes if since < each["time"] < until] == []


def test_a_tray_that_powers_on_without_its_medium_says_why_it_is_not_up(sick: Ended) -> None:
    assert "a01 c06" in sick.text
    assert "no boot device" in sick.text


def test_a_tray_that_boots_without_its_config_drive_says_so(sick: Ended) -> None:
    assert "a01 c07" in sick.text
    assert "holds no config drive" in sick.text


def test_the_other_trays_go_on(lab: Session, sick: Ended) -> None:
    assert NAMES - {FOREIGN, NO_MEDIUM, NO_DRIVE} <= lab.running()


def test_up_resumes_what_was_cut_short_and_what_was_mended(lab: Session, healed: Ended) -> None:
    assert healed.code == 0, healed.text
    assert lab.running() == NAMES


def test_no_tray_is_deployed_twice(lab: Session, healed: Ended) -> None:
    boots = Counter(each["device"] for each in lab.actions("boot"))
    assert boots == dict.fromkeys(NAMES, 1)


def test_after_up_there_is_nothing_left_to_do(lab: Session, healed: Ended) -> None:
    assert lab.pulumi("preview", "--expect-no-changes", "--suppress-progress").code == 0
    refreshed = lab.pulumi("refresh", "--preview-only", "--expect-no-changes")
    assert refreshed.code == 0, refreshed.text


def test_no_host_key_stays_behind_on_the_image_server(lab: Session, healed: Ended) -> None:
    assert list((lab.folder / "ironic/http/redfish").iterdir()) == []


def test_no_secret_is_in_pulumis_state_or_in_a_log(lab: Session, healed: Ended) -> None:
    secrets = [
        path.read_text().strip()
        for path in (lab.folder / "secrets").iterdir()
        if path.suffix not in (".pem", ".key") and not path.name.startswith("ssh-")
    ]
    state = lab.pulumi("stack", "export", "--show-secrets").text
    actions = (lab.folder / "actions.jsonl").read_text()
    assert secrets
    assert [secret for secret in secrets if secret in state or secret in actions] == []
    assert "PRIVATE KEY" not in state


def test_configuring_changes_every_host_once(configured: tuple[Ended, Ended]) -> None:
    first, second = configured
    assert first.code == 0, first.text
    assert "changed=2 on 18 of 18" in first.text
    assert second.code == 0, second.text
    assert "changed=0 on 18 of 18" in second.text


def test_the_printed_command_works_without_us(
    lab: Session, configured: tuple[Ended, Ended]
) -> None:
    printed = lab.inside(RACKWRIGHT, "configure", SITE, "--print").text
    ended = lab.inside(*shlex.split(printed))
    assert ended.code == 0, ended.text
    assert ended.text.count("changed=0") == 18


def test_a_job_of_18_lands_on_the_rendered_hosts_of_one_block(
    lab: Session, configured: tuple[Ended, Ended]
) -> None:
    job = ("srun", "--immediate=60", "-N", "18", "--segment=18", "printenv", "SLURM_TOPOLOGY_ADDR")
    found = lab.ssh("root@10.63.0.10", *job).text.split()
    assert {line.partition(".")[2] for line in found} == NAMES
    assert {line.partition(".")[0] for line in found} == {"a01"}


def test_every_host_has_the_same_imex_list_in_the_order_of_its_trays(
    lab: Session, configured: tuple[Ended, Ended]
) -> None:
    wanted = [tray.interface.address for tray in RACK.compute_trays]
    command = ("srun", "--immediate=60", "-N", "18", "cat", "/etc/nvidia-imex/nodes_config.cfg")
    lines = lab.ssh("root@10.63.0.10", *command).text.split()
    assert Counter(lines) == dict.fromkeys(wanted, 18)


def test_a_refresh_names_the_tray_that_somebody_switched_off(dark: Ended) -> None:
    assert dark.code == 0, dark.text
    assert "rackwright:index:Rack::a01" in dark.text
    changed = [line.split() for line in dark.text.splitlines() if line.strip().startswith("~")]
    assert ["~", "c05:", "{"] in changed
    assert ["~", "power:", '"On"', "=>", '"Off"'] in changed


def test_status_shows_every_tray_in_one_table(lab: Session, dark: Ended) -> None:
    lines = lab.inside(RACKWRIGHT, "status", SITE).text.splitlines()
    rows = {line.split()[1]: line.split() for line in lines[1:]}
    tray = TRAYS["c01"]
    assert rows["c01"][2:8] == [tray.name, tray.serial, "On", "active", "reachable", "idle"]
    assert rows["c05"][4] == "Off"
    assert len(rows) == 35


def test_up_brings_a_tray_back_from_its_own_disk(lab: Session, relit: Ended) -> None:
    assert relit.code == 0, relit.text
    assert lab.running() == NAMES
    last = [each for each in lab.actions("boot") if each["device"] == FOREIGN][-1]
    assert last["details"]["source"] == "disk"


def test_destroy_is_refused_without_a_decommission(lab: Session, relit: Ended) -> None:
    refused = lab.pulumi("destroy", "--yes", "--skip-preview")
    assert refused.code == 1
    assert "it was never decommissioned" in refused.text
    assert lab.running() == NAMES


def test_the_lab_ends_and_leaves_nothing(lab: Session, relit: Ended) -> None:
    assert lab.rackwright("lab", "down").code == 0
    assert not lab.folder.exists()
    assert str(lab.folder) not in Path("/proc/mounts").read_text()
    assert not sandbox.group(lab.folder).path.exists()
    gone = lab.rackwright("lab", "status")
    assert gone.code == 3
    assert "no lab is running" in gone.text
