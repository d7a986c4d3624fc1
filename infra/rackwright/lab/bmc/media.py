"""From a medium's address to its config drive, or the reason why it does not boot.

Ironic's virtual media arrive as addresses: the boot medium in the CD slot, the config drive as an
ISO 9660 image of its own in the USB slot, or in the boot medium itself. A tray in a rack would boot
the medium's kernel; the lab reads the config drive and starts a host with it. So that a medium
which could not boot a tray does not pass, the boot medium must be what UEFI firmware needs: an ISO
9660 image whose El Torito catalogue has an EFI entry, with a kernel and an initial RAM disk. None
of them is executed. A config drive is what cloud-init takes for one: the label `config-2`, and a
file `openstack/latest/meta_data.json`.
"""

from __future__ import annotations

import asyncio
import io
import ssl
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO, cast

from rackwright.lab.bmc.machines import META_DATA, ConfigDrive
from rackwright.problems import ServiceFailed

SECONDS = 120
"""How long a download may take."""
LARGEST_MEDIUM = 2 << 30
LARGEST_FILE = 16 << 20
"""Of a config drive."""
IN_MEMORY = 4 << 20
"""Up to here a medium is not written to disk."""
LABEL = "config-2"
DRIVE_FOLDER = "openstack/"
EFI_PLATFORM = 0xEF
KERNELS = ("vmlinuz", "image")
RAM_DISKS = ("initrd", "initramfs")


async def config_drive(image: str, drive: str, ca: Path) -> ConfigDrive:
    """Return the config drive of a tray that boots `image`, with `drive` in its USB slot.

    Raises:
        ServiceFailed: The sentence says why such a tray would not come up as deployed.
    """
    with _spool() as medium, _spool() as second:
        await _download(image, ca, medium)
        await asyncio.to_thread(check_boot_medium, medium, image)
        if not drive:
            return await asyncio.to_thread(read_config_drive, medium, image)
        await _download(drive, ca, second)
        return await asyncio.to_thread(read_config_drive, second, drive)


def check_boot_medium(file: BinaryIO, image: str) -> None:
    """Check that a medium has what a tray's firmware needs to boot it.

    Raises:
        ServiceFailed: It has not.
    """
    with _opened(file, image) as iso:
        names = [path.rpartition("/")[2].lower() for path in _paths(iso)]
        if EFI_PLATFORM not in _platforms(iso):
            raise ServiceFailed(f"the medium {image} has no EFI boot entry")
    for what, beginnings in (("kernel", KERNELS), ("initial RAM disk", RAM_DISKS)):
        if not any(name.startswith(beginnings) for name in names):
            raise ServiceFailed(f"the medium {image} holds no {what}")


def read_config_drive(file: BinaryIO, image: str) -> ConfigDrive:
    """Return the config drive that a medium is or holds.

    Raises:
        ServiceFailed: There is none.
    """
    with _opened(file, image) as iso:
        label = iso.pvd.volume_identifier.decode(errors="replace").strip()
        paths = _paths(iso) if label.lower() == LABEL else {}
        files = {
            path: _content(iso, place, image)
            for path, place in paths.items()
            if path.startswith(DRIVE_FOLDER)
        }
    if META_DATA not in files:
        raise ServiceFailed(f"the medium {image} holds no config drive")
    return ConfigDrive(files)


def _spool() -> BinaryIO:
    return cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))


async def _download(image: str, ca: Path, file: BinaryIO) -> None:
    import httpx

    try:
        async with asyncio.timeout(SECONDS):
            await _stream(image, ca, file)
    except TimeoutError as error:
        raise _unreadable(image, f"not complete after {SECONDS} s") from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise _unreadable(image, str(error) or type(error).__name__) from error


async def _stream(image: str, ca: Path, file: BinaryIO) -> None:
    import httpx

    context = ssl.create_default_context(cafile=str(ca))
    async with (
        httpx.AsyncClient(verify=context, trust_env=False) as client,
        client.stream("GET", image) as answer,
    ):
        if answer.status_code != HTTPStatus.OK:
            raise _unreadable(image, str(answer.status_code))
        size = 0
        async for part in answer.aiter_bytes():
            size += len(part)
            if size > LARGEST_MEDIUM:
                raise _unreadable(image, f"larger than {LARGEST_MEDIUM >> 20} MiB")
            file.write(part)


def _unreadable(image: str, reason: str) -> ServiceFailed:
    return ServiceFailed(f"the medium {image} cannot be read: {reason}")


@contextmanager
def _opened(file: BinaryIO, image: str) -> Iterator[Any]:
    """Open an ISO 9660 image; whatever is wrong with its structure is one sentence."""
    import pycdlib
    from pycdlib.pycdlibexception import PyCdlibException

    iso = pycdlib.PyCdlib()
    try:
        iso.open_fp(file)
        try:
            yield iso
        finally:
            iso.close()
    except (PyCdlibException, struct.error, UnicodeError, LookupError, AttributeError) as error:
        raise ServiceFailed(f"the medium {image} is no ISO 9660 image") from error


def _platforms(iso: Any) -> set[int]:  # noqa: ANN401  (pycdlib has no types)
    """Return the platforms that the El Torito catalogue has boot entries for."""
    catalogue = iso.eltorito_boot_catalog
    if catalogue is None:
        return set()
    sections = {section.platform_id for section in catalogue.sections}
    return {catalogue.validation_entry.platform_id, *sections}


def _paths(iso: Any) -> dict[str, dict[str, str]]:  # noqa: ANN401  (pycdlib has no types)
    """Return every file by its path, with the words by which pycdlib finds it."""
    joliet = "joliet_path" if iso.has_joliet() else "iso_path"
    names = "rr_path" if iso.has_rock_ridge() else joliet
    found = {}
    for folder, _, files in iso.walk(**{names: "/"}):
        for name in files:
            place = f"{folder.rstrip('/')}/{name}"
            path = place.lstrip("/")
            if names == "iso_path":
                path = path.partition(";")[0].lower()
            found[path] = {names: place}
    return found


def _content(iso: Any, place: dict[str, str], image: str) -> bytes:  # noqa: ANN401  (as above)
    if iso.get_record(**place).get_data_length() > LARGEST_FILE:
        raise _unreadable(image, f"a file is larger than {LARGEST_FILE >> 20} MiB")
    content = io.BytesIO()
    iso.get_file_from_iso_fp(content, **place)
    return content.getvalue()
