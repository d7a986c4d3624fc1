"""The hosts behind the compute trays, as the emulated BMCs see them.

A BMC can start a host, end it and see whether it runs; how a host comes to be is another's matter.
Every function of `Machines` blocks until it is done and is called in a thread. For one host,
`start` and `stop` never run at the same time; `state` may be asked at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

META_DATA = "openstack/latest/meta_data.json"
"""The file that makes a tree of files a config drive."""


class MachineState(StrEnum):
    """What a host is doing."""

    OFF = "off"
    BOOTING = "booting"
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class ConfigDrive:
    """What a deployment hands to a host; it holds secrets, so it is never shown."""

    files: Mapping[str, bytes]
    """By path on the drive: `openstack/latest/meta_data.json`, `openstack/latest/user_data`, …"""

    def __repr__(self) -> str:
        return f"ConfigDrive({', '.join(sorted(self.files))})"


class Machines(Protocol):
    """The hosts, by the name of their compute tray."""

    def start(self, name: str, drive: ConfigDrive | None) -> None:
        """Boot: with a config drive as a fresh installation, without one from its own disk.

        Returns when the boot has begun; from then on `state` is not `OFF`.
        """

    def stop(self, name: str) -> None:
        """End it at once; returns when nothing of it runs. Nothing to do for one that is off."""

    def installed(self, name: str) -> bool:
        """Return whether its own disk has something to boot."""

    def state(self, name: str) -> MachineState:
        """Return what it is doing now."""
