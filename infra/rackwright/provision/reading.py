"""What is: a rack as its BMCs, Ironic and its hosts say it is.

The same observation fills the outputs after `pulumi up` and answers `pulumi refresh`, so a refresh
in which nothing changed shows nothing. Everything is asked, nothing is changed. A BMC that does not
answer costs its own values; an Ironic that does not answer fails the reading, because "no node" and
"no answer" must never look the same: the one means that a rack is gone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from rackwright import plan
from rackwright.problems import RackwrightError
from rackwright.provision import outputs
from rackwright.provision.difference import REACHABLE
from rackwright.provision.outside import Node, Outside
from rackwright.redfish import ON, Reading

SIDE_BY_SIDE = 32
SILENT = Reading(outputs.UNREAD, outputs.UNREAD)


async def observe(
    rack: plan.Rack, outside: Outside, retired: Iterable[Mapping[str, str]] = ()
) -> dict[str, Any]:
    """Return a rack's outputs as they are now.

    Raises:
        ServiceFailed: Ironic does not answer.
    """
    gate = asyncio.Semaphore(SIDE_BY_SIDE)
    trays, switch_trays, power_shelves = await asyncio.gather(
        _all(_compute_tray(tray, outside, gate) for tray in rack.compute_trays),
        _all(_device(tray, outside, gate) for tray in rack.switch_trays),
        _all(_device(shelf, outside, gate) for shelf in rack.power_shelves),
    )
    return outputs.complete(rack, trays, switch_trays, power_shelves, retired)


def is_gone(found: Mapping[str, Any]) -> bool:
    """Return whether nothing is left of a rack: no tray of it has an Ironic node."""
    return not any(tray["node"] for tray in found["trays"].values())


async def _all(looks: Iterable[Any]) -> dict[str, dict[str, str]]:
    return dict(await asyncio.gather(*looks))


async def _compute_tray(
    tray: plan.ComputeTray, outside: Outside, gate: asyncio.Semaphore
) -> tuple[str, dict[str, str]]:
    async with gate:
        reading = await _reading(tray.bmc, outside)
        node = await outside.ironic.node(tray.name)
        return tray.label, {
            "name": tray.name,
            "serial": reading.serial,
            "power": reading.power,
            "host": await _host(tray, reading, outside),
            **_ironic(node),
        }


def _ironic(node: Node | None) -> dict[str, str]:
    return {"ironic": node.provision, "node": node.id} if node else {"ironic": "", "node": ""}


async def _device(
    device: plan.Device, outside: Outside, gate: asyncio.Semaphore
) -> tuple[str, dict[str, str]]:
    async with gate:
        reading = await _reading(device.bmc, outside)
        return device.label, {"serial": reading.serial, "power": reading.power}


async def _reading(bmc: plan.Bmc, outside: Outside) -> Reading:
    try:
        return await outside.bmcs.read(bmc)
    except RackwrightError:
        return SILENT


async def _host(tray: plan.ComputeTray, reading: Reading, outside: Outside) -> str:
    if reading.power != ON:
        return "off"
    try:
        await outside.hosts.require_reachable(tray.interface.address)
    except RackwrightError:
        return "unreachable"
    return REACHABLE
