"""What a BMC says of a system or a chassis.

A compute tray and an NVLink switch tray are a ComputerSystem, a power shelf is only a Chassis; both
have a serial and a power state under the same names. One request reads all of it. What keeps a host
from booting stands in `Status.Conditions`, where Redfish lets a device explain itself; of those
only the critical ones count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rackwright.problems import ServiceFailed
from rackwright.redfish.connection import Connection, client, reason

ON = "On"
OFF = "Off"
OS_RUNNING = "OSRunning"


@dataclass(frozen=True, slots=True)
class Place:
    """A resource of a BMC: `Systems/System_0` or `Chassis/powershelf`."""

    collection: str
    name: str

    @classmethod
    def of(cls, system: str, chassis: str) -> Place:
        """Return the system, or the chassis of a device that is no system."""
        return cls("Systems", system) if system else cls("Chassis", chassis)

    def __str__(self) -> str:
        return f"{self.collection}/{self.name}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a BMC said, empty where it said nothing."""

    serial: str
    power: str
    boot_progress: str = ""
    """Redfish's BootProgress.LastState, such as `OSRunning`."""
    model: str = ""
    problem: str = ""
    """What the device says is wrong with it, such as `no boot device`."""


async def ask(connection: Connection, place: Place) -> Reading:
    """Return what a BMC says of one of its resources; `reason` puts what is raised into words."""
    async with client(connection) as https:
        answer = await https.get(f"https://{connection.address}/redfish/v1/{place}")
    return _reading(answer.raise_for_status().json())


async def read(connection: Connection, place: Place) -> Reading:
    """Return what a BMC says of one of its resources.

    Raises:
        ServiceFailed: It does not answer, not this user, not with a trusted certificate, or it has
            no such resource.
    """
    import httpx

    try:
        return await ask(connection, place)
    except (httpx.HTTPError, OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise ServiceFailed(
            f"the BMC at {connection.address}: {_reason(error, place)}",
            "check its cable, its address, and the user, password and authority under `bmc:`",
        ) from error


def _reason(error: Exception, place: Place) -> str:
    import httpx

    if isinstance(error, httpx.HTTPStatusError) and error.response.status_code == 404:
        return f"answered 404: it has no {place}"
    return reason(error)


def _reading(said: Mapping[str, Any]) -> Reading:
    conditions = (said.get("Status") or {}).get("Conditions") or ()
    messages = [
        str(condition.get("Message") or "")
        for condition in conditions
        if condition.get("Severity") == "Critical"
    ]
    return Reading(
        serial=said.get("SerialNumber") or "",
        power=said.get("PowerState") or "",
        boot_progress=(said.get("BootProgress") or {}).get("LastState") or "",
        model=said.get("Model") or "",
        problem="; ".join(filter(None, messages)),
    )
