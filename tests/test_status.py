from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

import plans
import worlds
from rackwright import redfish, status
from rackwright.problems import SecretError
from rackwright.secrets import Secrets
from rackwright.status import Device, Readings, Row, Unknown

TRAY = "a01-p1-dgx-01-c01"
SHELF = "a01-p1-pwr-01"
WELL = Readings(
    devices={TRAY: Device("CT000001", "On"), SHELF: Device("PWR000001", "On")},
    ironic={TRAY: "active"},
    hosts={TRAY: "reachable"},
    slurm={TRAY: "idle"},
)


def row(readings: Readings, name: str = TRAY) -> Row:
    small = plans.rack(compute=1, switches=1, shelves=1)
    return next(found for found in status.rows(small, readings) if found.name == name)


def test_a_healthy_tray_says_so_in_every_column() -> None:
    assert row(WELL) == ("a01", "c01", TRAY, "CT000001", "On", "active", "reachable", "idle")
    assert len(row(WELL)) == len(status.COLUMNS)


def test_a_shelf_has_no_host() -> None:
    assert row(WELL, SHELF)[3:] == ("PWR000001", "On", "-", "-", "-")


def test_every_device_of_a_rack_has_a_row() -> None:
    assert len(status.rows(plans.rack(), Readings())) == 18 + 9 + 8


def test_a_foreign_serial_stands_beside_the_one_as_built() -> None:
    foreign = Readings(devices={TRAY: Device("X9", "On")})
    assert row(foreign).serial == "X9, as-built CT000001"


def test_a_place_that_fails_costs_its_cells_and_no_more() -> None:
    silent = Readings(
        devices={TRAY: Unknown("no answer in 10 s")},
        ironic=Unknown("answered 503"),
        hosts={TRAY: "reachable"},
        slurm=Unknown("connection refused"),
    )
    assert row(silent)[3:] == (
        "unknown",
        "unknown: no answer in 10 s",
        "unknown: answered 503",
        "reachable",
        "unknown: connection refused",
    )


def test_a_tray_nobody_enrolled_is_said_to_be_so() -> None:
    bare = Readings(devices=WELL.devices)
    assert (row(bare).ironic, row(bare).slurm) == ("not enrolled", "not a node")


def answer(request: httpx.Request) -> httpx.Response:
    """Answer as the tray c01's BMC and as an Ironic with one node; anything else is missing."""
    if request.url.host == "10.64.0.11":
        return httpx.Response(200, json={"SerialNumber": "CT000001", "PowerState": "On"})
    if request.url.path == "/v1/nodes":
        node = {"name": TRAY, "provision_state": "active", "maintenance": True}
        return httpx.Response(200, json={"nodes": [node]})
    return httpx.Response(404)


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A network with one BMC and an Ironic, and an ssh that knows one host and the scheduler."""
    transport = httpx.MockTransport(answer)
    for module in (redfish, redfish.reading):
        monkeypatch.setattr(module, "client", lambda _: httpx.AsyncClient(transport=transport))
    for name in ("bmc-compute", "bmc-nvlink-switch", "bmc-power-shelf", "ironic-password"):
        (tmp_path / name).touch(mode=0o600)
    ssh = tmp_path / "ssh"
    ssh.write_text(
        "#!/bin/sh\n"
        'case "$*" in\n'
        f"  *sinfo*) echo {TRAY},idle ;;\n"
        "  *@10.65.0.11*) echo 'root@10.65.0.11: Permission denied (publickey).' >&2; exit 255 ;;\n"
        "  *) echo 'Host key verification failed.' >&2; exit 255 ;;\n"
        "esac\n"
    )
    ssh.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")


def test_all_places_are_asked_and_the_table_is_complete(network, tmp_path: Path) -> None:
    found = {row.name: row for row in status.read(worlds.ONE_RACK, Secrets(tmp_path))}
    assert len(found) == 35
    assert found[TRAY][4:] == ("On", "active, maintenance", "reachable", "idle")
    assert found["a01-p1-dgx-01-c02"][4:] == (
        "unknown: answered 404",
        "not enrolled",
        "unknown: Host key verification failed.",
        "not a node",
    )


def test_an_answer_of_another_shape_costs_no_more_than_a_cell() -> None:
    async def question() -> str:
        return {}["nodes"]

    found = asyncio.run(status._known(question()))
    assert found == Unknown("answered something else than expected")


def test_a_missing_secret_is_the_reason_in_the_cell(tmp_path: Path) -> None:
    async def question() -> str:
        raise SecretError("file:bmc-compute cannot be read")

    assert asyncio.run(status._known(question())) == Unknown("file:bmc-compute cannot be read")
