"""The append-only log of what was asked of which device.

After a run was killed, or two were started at once, only the devices can say what really happened:
was a tray deployed twice, who switched it off. So every action is one JSON line, written at once
and never touched again. Passwords and tokens never get here.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from rackwright.lab.bmc.devices import Device


class Action(StrEnum):
    """What can happen to a device."""

    SESSION = "session"
    BOOT_OVERRIDE = "boot-override"
    INSERT_MEDIA = "insert-media"
    EJECT_MEDIA = "eject-media"
    RESET = "reset"
    PRESS = "press"
    FAULT = "fault"
    BOOT = "boot"
    NO_BOOT_DEVICE = "no-boot-device"
    HOST_OFF = "host-off"


@dataclass(frozen=True, slots=True)
class By:
    """Who did it: a BMC's user and the address they came from, or a person at the rack."""

    user: str
    source: str


FRONT_PANEL = By("front panel", "at the rack")
CONTROL = By("lab", "control socket")
ITSELF = By("device", "itself")


@dataclass(frozen=True, slots=True)
class ActionLog:
    """An open log file."""

    descriptor: int

    def append(self, device: Device, action: Action, by: By, **details: object) -> None:
        """Write one line."""
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "device": device.name,
            "rack": device.rack,
            "label": device.label,
            "address": device.address,
            "action": str(action),
            "details": details,
            "user": by.user,
            "source": by.source,
        }
        os.write(self.descriptor, json.dumps(line).encode() + b"\n")


@contextmanager
def open_log(path: Path) -> Iterator[ActionLog]:
    """Open a log for appending; it is made when it is not there, for its owner alone."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield ActionLog(descriptor)
    finally:
        os.close(descriptor)
