"""What a person at the rack can do, from another process: look, press a button, break something.

The tests and the demo need a hand in the rack that is not Redfish. It reaches the emulation through
a unix socket that only its owner may open; this module is the client.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from rackwright.problems import RackwrightError, ServiceFailed

if TYPE_CHECKING:
    import httpx

SECONDS = 10
"""How long an answer may take."""


class Row(NamedTuple):
    """One device as its emulated BMC knows it."""

    rack: str
    tray: str
    name: str
    kind: str
    address: str
    serial: str
    power: str
    boot: str
    """The boot override, or `-`."""
    medium: str
    """The image in the CD slot, or `-`."""
    host: str
    """What the host behind a compute tray does, or why it does not."""


def rows(socket: Path) -> tuple[Row, ...]:
    """Return all devices.

    Raises:
        ServiceFailed: Nothing answers at the socket.
    """
    return tuple(Row(**row) for row in _ask(socket, "GET", "/devices").json())


def press(socket: Path, name: str, button: str) -> None:
    """Press a button on a device's front panel: `on`, `off` or `restart`.

    Raises:
        ServiceFailed: Nothing answers at the socket.
        RackwrightError: There is no such device or button.
    """
    _ask(socket, "POST", f"/devices/{quote(name, safe='')}/press", {"button": button})


def set_faults(socket: Path, name: str, faults: Mapping[str, object]) -> None:
    """Make a device faulty as `faults.parse` reads it; an empty mapping makes it whole again.

    Raises:
        ServiceFailed: Nothing answers at the socket.
        RackwrightError: There is no such device or fault.
    """
    _ask(socket, "PUT", f"/devices/{quote(name, safe='')}/faults", dict(faults))


def _ask(
    socket: Path, method: str, path: str, body: Mapping[str, object] | None = None
) -> httpx.Response:
    import httpx

    transport = httpx.HTTPTransport(uds=str(socket))
    try:
        with httpx.Client(transport=transport, base_url="http://lab", timeout=SECONDS) as client:
            answer = client.request(method, path, json=body)
    except httpx.HTTPError as error:
        raise ServiceFailed(
            f"the emulated BMCs do not answer at {socket}: {error}", "rackwright lab up"
        ) from error
    if answer.is_error:
        raise RackwrightError(answer.text)
    return answer
