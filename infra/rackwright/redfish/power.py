"""Power on and off, each with its proof.

A BMC answers a reset at once and carries it out later, or not at all. So an action here ends when a
reading says that it happened, and fails when none does in time. The request itself goes through
sushy, which knows the reset types a system offers; sushy blocks, so it works in a thread.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from rackwright.problems import ServiceFailed
from rackwright.redfish.connection import Connection
from rackwright.redfish.reading import OFF, ON, Place, Reading, read
from rackwright.redfish.trust import SECONDS, fingerprint, pinned

SECONDS_BETWEEN_LOOKS = 0.5


async def power_on(connection: Connection, system: str, seconds: float) -> Reading:
    """Power a system on and return the reading that proves it.

    Raises:
        ServiceFailed: The BMC refuses, or the system is not on in time.
    """
    return await _change(connection, system, ON, seconds)


async def power_off(connection: Connection, system: str, seconds: float) -> Reading:
    """Power a system off, without asking its operating system, and return the proof.

    Raises:
        ServiceFailed: The BMC refuses, or the system is not off in time.
    """
    return await _change(connection, system, OFF, seconds)


async def _change(connection: Connection, system: str, wanted: str, seconds: float) -> Reading:
    await asyncio.to_thread(_reset, connection, system, wanted)
    place = Place("Systems", system)
    deadline = asyncio.get_running_loop().time() + seconds
    while (reading := await read(connection, place)).power != wanted:
        if asyncio.get_running_loop().time() > deadline:
            raise ServiceFailed(
                f"the BMC at {connection.address}: {place} is still {reading.power or 'unknown'} "
                f"{seconds:g} s after it was told to go {wanted}",
                "look at the device, then run the same command again",
            )
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
    return reading


def _reset(connection: Connection, system: str, wanted: str) -> None:
    import requests
    import sushy
    from sushy import auth, exceptions

    kind = sushy.RESET_ON if wanted == ON else sushy.RESET_FORCE_OFF
    url = f"https://{connection.address}"
    try:
        root = sushy.Sushy(
            url,
            auth=auth.BasicAuth(connection.user, connection.password),
            connector=_connector(url, connection),
        )
        root.get_system(f"/redfish/v1/Systems/{system}").reset_system(kind)
    except (exceptions.SushyError, requests.RequestException, OSError) as error:
        raise ServiceFailed(
            f"the BMC at {connection.address} refuses to power {system} {wanted}: {error}",
            "check the BMC and the user under `bmc:`",
        ) from error


def _connector(url: str, connection: Connection) -> Any:  # noqa: ANN401  (sushy has no types)
    from sushy.connector import Connector

    by_authority = isinstance(connection.trust, Path)
    connector = Connector(
        url,
        verify=str(connection.trust) if by_authority else False,
        default_request_timeout=SECONDS,
        connect_timeout=SECONDS,
    )
    if not isinstance(connection.trust, Path):
        shown = fingerprint(pinned(connection.address, connection.trust))
        connector._session.mount("https://", _only(shown))  # noqa: SLF001  (it takes no adapter)
    return connector


def _only(fingerprint: str) -> Any:  # noqa: ANN401  (requests has no types)
    """Return an adapter that refuses every certificate but one."""
    from requests.adapters import HTTPAdapter

    class Pinned(HTTPAdapter):
        def init_poolmanager(self, *arguments: Any, **settings: Any) -> None:  # noqa: ANN401
            super().init_poolmanager(*arguments, assert_fingerprint=fingerprint, **settings)

    return Pinned()
