from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from openstack.exceptions import HttpException, NotFoundException

import plans
from rackwright.problems import ServiceFailed
from rackwright.provision import ironic
from rackwright.provision.ironic import OpenStackIronic
from rackwright.provision.outputs import node_id
from rackwright.secrets import Secrets

UNIT = plans.unit_plan()
TRAY = UNIT.racks[0].compute_trays[0]
NODE = SimpleNamespace(
    id="node-1",
    name=TRAY.name,
    extra={"serial": TRAY.serial},
    provision_state="active",
    last_error=None,
    is_maintenance=False,
    maintenance_reason=None,
    instance_info={"boot_iso": "https://10.63.0.10:8180/images/dgx-node.iso"},
    reservation=None,
)


@dataclass
class Baremetal:
    """openstacksdk's proxy in memory: notes every request; refuses those it is told to."""

    found: list[Any] = field(default_factory=list)
    calls: list[tuple[Any, ...]] = field(default_factory=list)
    refusals: dict[str, list[int]] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        def call(*positional: Any, **named: Any) -> Any:
            self.calls.append((name, *positional, *([named] if named else [])))
            if codes := self.refusals.get(name):
                refusal = HttpException("refused")
                refusal.status_code = codes.pop(0)
                raise refusal
            answer = getattr(type(self), f"_{name}", lambda *_, **__: None)
            return answer(self, *positional, **named)

        return call

    def _nodes(self, **_: Any) -> list[Any]:
        return self.found

    def _get_node(self, name: str) -> Any:
        for node in self.found:
            if name in (node.id, node.name):
                return node
        raise NotFoundException("no such node")

    def _ports(self, node: str) -> list[Any]:
        return []

    def _get(self, path: str, microversion: str) -> Any:
        assert (path, microversion) == (f"/nodes/{TRAY.name}/history", "1.78")
        events = [
            {"created_at": "2026-01-01T00:00:02", "severity": "ERROR", "event": "the second"},
            {"created_at": "2026-01-01T00:00:03", "severity": "INFO", "event": "the third"},
            {"created_at": "2026-01-01T00:00:01", "severity": "ERROR", "event": "the first"},
        ]
        return SimpleNamespace(ok=True, json=lambda: {"history": events})

    def did(self) -> list[str]:
        return [call[0] for call in self.calls]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "bmc-compute").touch(mode=0o600)
    (tmp_path / "bmc-compute").write_text("a-password\n")
    monkeypatch.setattr(ironic, "FRESH", 0.001)

    def make(baremetal: Baremetal) -> OpenStackIronic:
        sessions = [SimpleNamespace(baremetal=baremetal)]
        gate = asyncio.Semaphore(1)
        return OpenStackIronic(UNIT, UNIT.racks[0], Secrets(tmp_path), gate, sessions=sessions)

    return make


def test_a_tray_is_enrolled_with_all_that_ironic_needs(place, tmp_path: Path) -> None:
    baremetal = Baremetal()
    asyncio.run(place(baremetal).enrol(TRAY))
    record = next(call[1] for call in baremetal.calls if call[0] == "create_node")
    port = next(call[1] for call in baremetal.calls if call[0] == "create_port")
    assert record == {
        "id": node_id("one-rack", TRAY),
        "name": "a01-p1-dgx-01-c01",
        "driver": "redfish",
        "deploy_interface": "ramdisk",
        "boot_interface": "redfish-virtual-media",
        "driver_info": {
            "redfish_address": "https://10.64.0.11",
            "redfish_system_id": "/redfish/v1/Systems/System_0",
            "redfish_username": "admin",
            "redfish_password": "a-password",
            "redfish_verify_ca": str(tmp_path / "bmc-ca.pem"),
        },
        "properties": {"cpu_arch": "aarch64", "capabilities": "boot_mode:uefi"},
        "resource_class": "gb300-nvl72",
        "shard": "one-rack.a01",
        "extra": {"serial": "CT000001", "rack": "a01", "unit": "h1-su01", "label": "c01"},
        "instance_info": {"boot_iso": "https://10.63.0.10:8180/images/dgx-node.iso"},
    }
    assert port == {"node_id": node_id("one-rack", TRAY), "address": "3c:6d:66:00:02:01"}


def test_a_node_is_known_by_its_state_and_its_serial(place) -> None:
    node = asyncio.run(place(Baremetal([NODE])).node(TRAY.name))
    assert (node.id, node.serial, node.provision) == ("node-1", "CT000001", "active")
    assert not node.config_drive


def test_a_node_that_is_not_there_is_none(place) -> None:
    assert asyncio.run(place(Baremetal()).node(TRAY.name)) is None


def test_many_looks_at_the_same_time_are_one_request(place, monkeypatch) -> None:
    monkeypatch.setattr(ironic, "FRESH", 60)
    baremetal = Baremetal([NODE])

    async def look() -> None:
        there = place(baremetal)
        await asyncio.gather(*(there.node(TRAY.name) for _ in range(18)))

    asyncio.run(look())
    assert baremetal.did() == ["nodes"]


def test_a_look_after_a_change_is_a_new_request(place, monkeypatch) -> None:
    monkeypatch.setattr(ironic, "FRESH", 60)
    baremetal = Baremetal([NODE])

    async def look() -> None:
        there = place(baremetal)
        await there.node(TRAY.name)
        await there.power_on(TRAY.name)
        await there.node(TRAY.name)

    asyncio.run(look())
    assert baremetal.did() == ["nodes", "set_node_power_state", "nodes"]


@pytest.mark.parametrize("status", [409, 503])
def test_a_busy_ironic_is_asked_again(place, status: int) -> None:
    baremetal = Baremetal(refusals={"set_node_provision_state": [status, status]})
    asyncio.run(place(baremetal).ask(TRAY.name, "manage"))
    assert baremetal.did() == ["set_node_provision_state"] * 3


def test_a_refusal_for_good_is_told_at_once(place) -> None:
    baremetal = Baremetal(refusals={"set_node_provision_state": [400]})
    with pytest.raises(ServiceFailed, match=r"^Ironic at https://10\.63\.0\.10:6385: .*refused"):
        asyncio.run(place(baremetal).ask(TRAY.name, "manage"))
    assert baremetal.did() == ["set_node_provision_state"]


def test_the_config_drive_leaves_the_bmc_before_it_leaves_ironic(place) -> None:
    baremetal = Baremetal([NODE])
    asyncio.run(place(baremetal).take_drive_away(TRAY.name))
    assert baremetal.did() == ["detach_vmedia_from_node", "get_node", "patch_node"]
    assert baremetal.calls[-1][2] == [{"op": "remove", "path": "/instance_info/configdrive"}]


def test_a_config_drive_that_the_bmc_keeps_stays_in_ironic_too(place) -> None:
    kept = SimpleNamespace(**{**vars(NODE), "last_error": "could not eject"})
    baremetal = Baremetal([kept])
    with pytest.raises(ServiceFailed, match="could not eject"):
        asyncio.run(place(baremetal).take_drive_away(TRAY.name))
    assert "patch_node" not in baremetal.did()


def test_a_node_is_deleted_in_maintenance(place) -> None:
    baremetal = Baremetal([NODE])

    async def delete() -> None:
        there = place(baremetal)
        await there.delete(await there.node(TRAY.name), "replaced")

    asyncio.run(delete())
    assert baremetal.calls[1:] == [
        ("set_node_maintenance", "node-1", "replaced"),
        ("delete_node", "node-1"),
    ]


def test_the_last_error_of_the_history_is_found(place) -> None:
    assert asyncio.run(place(Baremetal()).last_fault(TRAY.name)) == "the second"
