from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.bmc import emulated
from lab.bmc.emulated import Hosts, Running
from rackwright.lab.bmc import host
from rackwright.lab.bmc.devices import Device, Kind


@pytest.fixture
def hosts() -> Hosts:
    return Hosts()


@pytest.fixture
def port() -> int:
    return emulated.free_port()


@pytest.fixture
def lab(tmp_path: Path, hosts: Hosts, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """Emulated BMCs that answer, and look at their hosts often."""
    monkeypatch.setattr(host, "LOOK_SECONDS", 0.05)
    with emulated.small_rack(tmp_path, hosts) as running:
        yield running


@pytest.fixture
def tray(lab: Running) -> Device:
    """The first compute tray."""
    return lab.devices[0]


@pytest.fixture
def switch_tray(lab: Running) -> Device:
    return next(device for device in lab.devices if device.kind is Kind.NVLINK_SWITCH)


@pytest.fixture
def shelf(lab: Running) -> Device:
    return lab.devices[-1]


@pytest.fixture(scope="session")
def image_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good boot medium and a good config drive."""
    folder = tmp_path_factory.mktemp("images")
    emulated.boot_image(folder / "boot.iso")
    emulated.drive_image(folder / "drive")
    return folder


@pytest.fixture
def images(lab: Running, image_folder: Path) -> Iterator[str]:
    """The address of an image server with these media."""
    with emulated.image_server(image_folder, lab.folder) as address:
        yield address
