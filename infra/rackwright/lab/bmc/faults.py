"""What can be wrong with a device, on purpose.

The acting rooms are only as good as what they do on a bad day, and bad days do not come when
wanted. A fault is set at run time, through the control socket, and stays until it is cleared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rackwright.problems import RackwrightError


@dataclass(frozen=True, slots=True)
class Faults:
    """The faults of one device."""

    serial: str = ""
    """The BMC answers with this serial instead of its own."""
    media_lost: bool = False
    """Virtual media can be inserted, but a boot finds the slot empty."""
    drive_lost: bool = False
    """The same with the second slot, where Ironic puts the config drive."""
    silent: bool = False
    """The BMC accepts connections and never answers."""
    power_stuck: bool = False
    """A reset is accepted and nothing happens."""


WORDS = {"media": "lost", "drive": "lost", "power": "stuck"}


def parse(wanted: Mapping[str, object]) -> Faults:
    """Return faults from their written form; an empty one means none.

    `{"serial": "X", "media": "lost", "drive": "lost", "silent": true, "power": "stuck"}`

    Raises:
        RackwrightError: Some part is not a fault.
    """
    serial, silent = wanted.get("serial", ""), wanted.get("silent", False)
    if not isinstance(serial, str) or not isinstance(silent, bool):
        raise RackwrightError("serial must be a text, silent true or false")
    for name, value in wanted.items():
        if name not in ("serial", "silent") and (name not in WORDS or value != WORDS[name]):
            raise RackwrightError(f"{name}: {value!r} is not a fault this emulation has")
    return Faults(
        serial=serial,
        media_lost="media" in wanted,
        drive_lost="drive" in wanted,
        silent=silent,
        power_stuck="power" in wanted,
    )
