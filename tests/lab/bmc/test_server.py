from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from lab.bmc import emulated
from lab.bmc.emulated import Hosts, Running
from rackwright.lab.bmc import control, server
from rackwright.lab.bmc.devices import Device
from rackwright.lab.bmc.machines import MachineState
from rackwright.problems import ServiceFailed


def test_a_whole_rack_answers_at_its_addresses(tmp_path: Path, port: int) -> None:
    devices = emulated.rack(tmp_path / "secrets", "127.9.1")
    with emulated.running(tmp_path, devices, Hosts(), port) as lab:
        chassis = [lab.get(device, f"/Chassis/{device.chassis}") for device in devices]
    assert [each["SerialNumber"] for each in chassis] == [device.serial for device in devices]
    assert len(devices) == 35


def test_nothing_is_left_at_the_end(tmp_path: Path, port: int) -> None:
    devices = emulated.rack(tmp_path / "secrets", "127.9.1")[:2]
    with emulated.running(tmp_path, devices, Hosts(), port) as lab:
        path = lab.control
    assert not path.exists()
    for device in devices:
        socket.create_server((device.address, port)).close()


def test_the_end_does_not_wait_for_a_client_of_a_silent_bmc(tmp_path: Path, port: int) -> None:
    devices = emulated.rack(tmp_path / "secrets", "127.9.1")[:1]
    with emulated.running(tmp_path, devices, Hosts(), port) as lab:
        control.set_faults(lab.control, devices[0].name, {"silent": True})
        reader = threading.Thread(target=ask_in_vain, args=(lab, devices[0]))
        reader.start()
    reader.join(emulated.PATIENCE_SECONDS / 2)
    assert not reader.is_alive()


def ask_in_vain(lab: Running, device: Device) -> None:
    with lab.client(device) as client, suppress(httpx.HTTPError):
        client.get("/redfish/v1")


def test_an_address_in_use_is_named_with_its_device(tmp_path: Path, port: int) -> None:
    devices = emulated.rack(tmp_path / "secrets", "127.9.1")[:1]
    with (
        socket.create_server((devices[0].address, port)),
        pytest.raises(ServiceFailed, match=f"{devices[0].name} cannot listen on 127.9.1.1:{port}"),
    ):
        asyncio.run(serve(tmp_path, devices, port))


def test_a_certificate_that_is_none_is_named(tmp_path: Path, port: int) -> None:
    devices = emulated.rack(tmp_path / "secrets", "127.9.1")[:1]
    with pytest.raises(ServiceFailed, match=r"bmc\.pem with .* is no certificate"):
        asyncio.run(serve(tmp_path, devices, port))


@pytest.mark.parametrize("looks", [0, 1])
def test_hosts_that_cannot_be_looked_at_end_the_emulation(
    tmp_path: Path, port: int, looks: int
) -> None:
    devices = emulated.rack(tmp_path / "secrets", "127.9.1")[:1]
    emulated.certificates(tmp_path, ["127.9.1.1"])
    hosts = Lost({devices[0].name: MachineState.RUNNING}, looks=looks)
    with pytest.raises(ServiceFailed, match="the hosts cannot be looked at: their folder is gone"):
        asyncio.run(serve(tmp_path, devices, port, hosts))


@dataclass
class Lost(Hosts):
    """Hosts that are lost after some looks at them."""

    looks: int = 0

    def state(self, name: str) -> MachineState:
        if not self.looks:
            raise OSError("their folder is gone")
        self.looks -= 1
        return super().state(name)


async def serve(folder: Path, devices, port: int, hosts: Hosts | None = None) -> None:
    await server.serve(
        devices,
        hosts or Hosts(),
        certificate=folder / "bmc.pem",
        key=folder / "bmc.key",
        media_ca=folder / "ca.pem",
        log=folder / "actions.jsonl",
        control=folder / "control",
        ready=lambda: None,
        port=port,
    )
