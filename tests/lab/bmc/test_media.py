from __future__ import annotations

import asyncio
import base64
import gzip
import socket
from collections.abc import Mapping
from pathlib import Path

import pytest
from openstack.baremetal import configdrive

from lab.bmc import emulated
from lab.bmc.emulated import BOOT_FILES, DRIVE_FILES, META_DATA
from rackwright.lab.bmc import media
from rackwright.problems import ServiceFailed

URL = "https://10.63.0.10:8180/redfish/boot.iso"


def check(path: Path) -> None:
    with path.open("rb") as file:
        media.check_boot_medium(file, URL)


def drive(path: Path) -> Mapping[str, bytes]:
    with path.open("rb") as file:
        return media.read_config_drive(file, URL).files


def test_a_medium_as_ironic_builds_it_boots(tmp_path: Path) -> None:
    check(emulated.boot_image(tmp_path / "boot.iso"))


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("vmlinuz", f"the medium {URL} holds no kernel"),
        ("initrd", f"the medium {URL} holds no initial RAM disk"),
    ],
)
def test_a_medium_without_a_part_of_linux_does_not_boot(
    tmp_path: Path, missing: str, sentence: str
) -> None:
    files = {name: content for name, content in BOOT_FILES.items() if name != missing}
    with pytest.raises(ServiceFailed) as raised:
        check(emulated.boot_image(tmp_path / "boot.iso", files))
    assert str(raised.value) == sentence


def test_a_medium_without_an_efi_entry_does_not_boot(tmp_path: Path) -> None:
    path = emulated.image(tmp_path / "boot.iso", BOOT_FILES)
    with pytest.raises(ServiceFailed, match="has no EFI boot entry"):
        check(path)


def test_a_medium_for_bios_alone_does_not_boot(tmp_path: Path) -> None:
    bios = ("-b", "boot/grub/efiboot.img", "-no-emul-boot")
    path = emulated.image(tmp_path / "boot.iso", BOOT_FILES, *bios)
    with pytest.raises(ServiceFailed, match="has no EFI boot entry"):
        check(path)


@pytest.mark.parametrize("content", [b"", b"<html>not here</html>", bytes(1 << 20)])
def test_what_is_no_image_is_said_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "boot.iso"
    path.write_bytes(content)
    with pytest.raises(ServiceFailed, match="is no ISO 9660 image"):
        check(path)


def test_an_image_that_is_cut_short_is_no_image(tmp_path: Path) -> None:
    path = emulated.drive_image(tmp_path / "drive")
    path.write_bytes(path.read_bytes()[: 40 << 10])
    with pytest.raises(ServiceFailed, match="is no ISO 9660 image"):
        drive(path)


def test_a_config_drive_is_all_its_openstack_files(tmp_path: Path) -> None:
    files = {**DRIVE_FILES, "ec2/latest/meta-data.json": b"{}"}
    assert drive(emulated.drive_image(tmp_path / "drive", files)) == DRIVE_FILES


@pytest.mark.parametrize("names", [("-J",), ()], ids=["Joliet", "plain ISO 9660"])
def test_a_config_drive_is_read_without_rock_ridge(tmp_path: Path, names: tuple[str, ...]) -> None:
    path = emulated.image(tmp_path / "drive", DRIVE_FILES, "--norock", *names, "-V", "config-2")
    assert drive(path)["openstack/latest/meta_data.json"] == META_DATA


def test_a_config_drive_can_lie_in_the_boot_medium(tmp_path: Path) -> None:
    path = emulated.boot_image(tmp_path / "boot.iso", BOOT_FILES | DRIVE_FILES, "config-2")
    check(path)
    assert drive(path) == DRIVE_FILES


def test_files_without_the_label_are_no_config_drive(tmp_path: Path) -> None:
    path = emulated.image(tmp_path / "drive", DRIVE_FILES, "-V", "files")
    with pytest.raises(ServiceFailed, match="holds no config drive"):
        drive(path)


def test_a_label_without_meta_data_is_no_config_drive(tmp_path: Path) -> None:
    files = {"openstack/latest/user_data": b""}
    with pytest.raises(ServiceFailed, match="holds no config drive"):
        drive(emulated.drive_image(tmp_path / "drive", files))


def test_a_file_too_large_for_a_config_drive_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "LARGEST_FILE", 4)
    with pytest.raises(ServiceFailed, match="cannot be read: a file is larger"):
        drive(emulated.drive_image(tmp_path / "drive"))


def test_what_openstacksdk_packs_for_ironic_is_read(tmp_path: Path) -> None:
    packed = configdrive.build(
        {"uuid": "u", "hostname": "a01"}, user_data=b"#cloud-config\n", network_data={"links": []}
    )
    path = tmp_path / "drive"
    path.write_bytes(gzip.decompress(base64.b64decode(packed)))
    files = drive(path)
    assert files["openstack/latest/user_data"] == b"#cloud-config\n"
    assert b"a01" in files["openstack/latest/meta_data.json"]


@pytest.fixture
def certificates(tmp_path: Path) -> Path:
    """A folder with a CA, and a certificate of it for this machine."""
    emulated.certificates(tmp_path, ["127.0.0.1"])
    return tmp_path


def test_a_medium_larger_than_any_is_not_downloaded(
    certificates: Path, image_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "LARGEST_MEDIUM", 1 << 10)
    with (
        emulated.image_server(image_folder, certificates) as images,
        pytest.raises(ServiceFailed, match="cannot be read: larger than 0 MiB"),
    ):
        asyncio.run(media.config_drive(f"{images}/boot.iso", "", certificates / "ca.pem"))


def test_a_download_that_does_not_end_is_given_up(
    certificates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"https://127.0.0.1:{deaf.getsockname()[1]}/boot.iso"
        with pytest.raises(ServiceFailed, match=r"cannot be read: not complete after 0\.2 s"):
            asyncio.run(media.config_drive(url, "", certificates / "ca.pem"))


def test_an_image_server_that_is_not_there_is_said_so(certificates: Path) -> None:
    url = f"https://127.0.0.1:{emulated.free_port()}/boot.iso"
    with pytest.raises(ServiceFailed, match=f"the medium {url} cannot be read: "):
        asyncio.run(media.config_drive(url, "", certificates / "ca.pem"))
