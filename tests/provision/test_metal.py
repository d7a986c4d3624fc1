from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

import plans
from rackwright import redfish, ssh
from rackwright.problems import SecretError, ServiceFailed
from rackwright.provision.metal import Site
from rackwright.provision.outside import Outside, silent
from rackwright.provision.waiting import Verdict
from rackwright.redfish import Connection, Place, Reading
from rackwright.secrets import Secrets

UNIT = plans.unit_plan()
RACK = UNIT.racks[0]


def outside(folder: Path) -> Outside:
    return Site(Secrets(folder), folder).outside(UNIT, RACK, silent)


def test_a_shelf_is_read_at_its_chassis_with_the_credentials_of_its_class(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bmc-power-shelf").touch(mode=0o600)
    (tmp_path / "bmc-power-shelf").write_text("a-password\n")
    asked: list[tuple[Connection, Place]] = []

    async def read(connection: Connection, place: Place) -> Reading:
        asked.append((connection, place))
        return Reading("PWR000001", "On")

    monkeypatch.setattr(redfish, "read", read)
    asyncio.run(outside(tmp_path).bmcs.read(RACK.power_shelves[0].bmc))
    connection = Connection("10.64.0.31", "admin", "a-password", tmp_path / "bmc-ca.pem")
    assert asked == [(connection, Place("Chassis", "powershelf"))]


def test_a_host_is_believed_by_the_sites_authority_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []

    async def require_reachable(login: str, known_hosts: Path) -> None:
        asked.append((login, known_hosts.read_text()))

    monkeypatch.setattr(ssh, "require_reachable", require_reachable)
    asyncio.run(outside(tmp_path).hosts.require_reachable("10.65.0.11"))
    assert asked == [("root@10.65.0.11", f"@cert-authority * {UNIT.access.host_ca}\n")]


def test_a_deployed_host_must_have_the_key_of_its_deployment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def require_reachable(login: str, known_hosts: Path) -> None:
        if known_hosts.read_text() == "10.65.0.11 ssh-ed25519 NEW\n":
            raise ServiceFailed("Host key verification failed.")

    monkeypatch.setattr(ssh, "require_reachable", require_reachable)
    hosts = outside(tmp_path).hosts
    asyncio.run(hosts.require_reachable("10.65.0.11"))
    asyncio.run(hosts.require_reachable("10.65.0.11", "ssh-ed25519 OLD"))
    with pytest.raises(Verdict, match="an older system runs there"):
        asyncio.run(hosts.require_reachable("10.65.0.11", "ssh-ed25519 NEW"))


def test_the_authoritys_key_is_asked_for_only_when_a_host_is_deployed(tmp_path: Path) -> None:
    there = outside(tmp_path)
    with pytest.raises(SecretError, match="file:ssh-host-ca cannot be read"):
        there.drive(RACK.compute_trays[0])
