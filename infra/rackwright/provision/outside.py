"""What bringing a rack up touches, as protocols.

The order of a bring-up, what stops it and what resumes it must be provable without metal. So the
work knows its surroundings only through what stands here: BMCs, Ironic, hosts, somebody to tell,
and an event that says stop. `metal` and `ironic` are these for real; the tests have them in memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from rackwright import plan
from rackwright.provision.config_drive import Drive
from rackwright.provision.waiting import USUAL, Patience
from rackwright.redfish import Reading


@dataclass(frozen=True, slots=True)
class Node:
    """An Ironic node, as far as a bring-up must know it."""

    id: str
    name: str
    serial: str
    """The serial it was enrolled with; empty when somebody else enrolled it."""
    provision: str
    """Ironic's provision state: `enroll`, `manageable`, `available`, `deploying`, `active`, …"""
    last_error: str = ""
    maintenance: str = ""
    """Why it is in maintenance; empty when it is not."""
    config_drive: bool = False
    """Whether the config drive of a deployment that has not been seen running is still there."""
    host_key: str = ""
    """The public key that the last deployment gave to the host."""


class Bmcs(Protocol):
    """The BMCs of a rack."""

    async def read(self, bmc: plan.Bmc) -> Reading:
        """Return what a BMC says of its device."""

    async def power_on(self, bmc: plan.Bmc) -> Reading:
        """Power a device on; return the reading that proves it."""

    async def power_off(self, bmc: plan.Bmc) -> Reading:
        """Power a device off; return the reading that proves it."""


class Ironic(Protocol):
    """The Ironic that deploys a rack's compute trays."""

    async def node(self, name: str) -> Node | None:
        """Return the node of this name, if there is one."""

    async def last_fault(self, name: str) -> str:
        """Return the last error in a node's history; empty when there is none."""

    async def enrol(self, tray: plan.ComputeTray) -> None:
        """Make a node for a tray, and its port."""

    async def renew(self, tray: plan.ComputeTray) -> None:
        """Bring the node's record up to what is declared; the hardware is left alone."""

    async def ask(self, name: str, verb: str, drive: Drive | None = None) -> None:
        """Ask for a provision action: `manage`, `provide`, `active`, `deleted`.

        To deploy, a config drive goes with it, and its host key into the node's record.
        """

    async def power_on(self, name: str) -> None:
        """Ask for power."""

    async def take_drive_away(self, name: str) -> None:
        """Take all media out of a node, and its config drive out of Ironic."""

    async def require_cleaning(self, name: str) -> None:
        """Have the node's disks cleaned when it is undeployed."""

    async def delete(self, node: Node, why: str) -> None:
        """Forget a node, whatever its state, without touching what is behind it."""


class Hosts(Protocol):
    """The operating systems on compute trays."""

    async def require_reachable(self, address: str, host_key: str = "") -> None:
        """Check that a host answers and proves itself with the site's certificate.

        With `host_key`, also that it has this key: an older system on the tray has another.
        """


class Images(Protocol):
    """The boot media of node pools."""

    async def require(self, tray: plan.ComputeTray) -> None:
        """Check that the image of a tray's pool is the pinned one."""


def silent(_: str) -> Awaitable[None]:
    """Tell nobody."""
    return asyncio.sleep(0)


@dataclass(frozen=True, slots=True)
class Outside:
    """Everything a bring-up touches."""

    bmcs: Bmcs
    ironic: Ironic
    hosts: Hosts
    images: Images
    drive: Callable[[plan.ComputeTray], Drive]
    """Makes a config drive with a new host key."""
    tell: Callable[[str], Awaitable[None]] = silent
    patience: Patience = USUAL
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
