"""The order of a rack: power shelves, NVLink switch trays, compute trays.

Compute trays link up over NVLink when they boot, so the switch trays come first; neither has power
without the shelves. Within each kind all devices go side by side, and each fails alone. A shelf
that is silent, foreign or off is a reason, and stops nothing else as long as another gives power: a
rack runs on fewer shelves than it has. Where none does, power itself is in doubt and nothing is
switched on. A switch tray that fails is a reason too, and the compute trays go on.

The same function creates, updates and resumes. What is on hold is not touched.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from rackwright import plan
from rackwright.problems import RackwrightError, ServiceFailed, Unfinished
from rackwright.provision import identity, tray
from rackwright.provision.outside import Outside
from rackwright.provision.tray import TrayWork
from rackwright.provision.waiting import STOPPED, unless
from rackwright.redfish import ON

SIDE_BY_SIDE = 64
"""How many devices of one rack are worked on at the same time."""
Part = TypeVar("Part", plan.ComputeTray, plan.Device)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a rack."""

    reasons: tuple[str, ...] = ()
    """One sentence for each thing that failed, in order; empty when all is well."""
    retired: tuple[dict[str, str], ...] = ()
    """Nodes of trays that others replaced."""
    stopped: bool = False


async def bring_up(rack: plan.Rack, outside: Outside) -> Outcome:
    """Bring a rack up, or go on where that was cut short."""
    if rack.hold:
        await outside.tell(f"{rack.name}: left alone: {rack.hold}")
        return Outcome()
    reasons: list[str] = []
    retired: list[dict[str, str]] = []
    try:
        await unless(outside.stopped, _in_order(rack, outside, reasons, retired))
    except Unfinished:
        return Outcome((*sorted(reasons), STOPPED), tuple(retired), stopped=True)
    return Outcome(tuple(sorted(reasons)), tuple(retired))


async def each(
    rack: plan.Rack,
    parts: Iterable[Part],
    do: Callable[[Part], Awaitable[object]],
    outside: Outside,
    reasons: list[str],
) -> int:
    """Do something to many devices side by side; return how many succeeded.

    What fails adds its reason as soon as it fails, so that none is lost when the rest is stopped.
    """
    gate = asyncio.Semaphore(SIDE_BY_SIDE)

    async def alone(part: Part) -> bool:
        async with gate:
            try:
                await do(part)
            except RackwrightError as error:
                words = f"{rack.name} {part.label}: {error.message}"
                reasons.append(words)
                await outside.tell(f"{rack.name} {part.label}: failed")
                return False
            return True

    return sum(await asyncio.gather(*(alone(part) for part in parts)))


async def _in_order(
    rack: plan.Rack, outside: Outside, reasons: list[str], retired: list[dict[str, str]]
) -> None:
    async def check(shelf: plan.Device) -> None:
        await _require_power(rack, shelf, outside)

    async def switch_on(device: plan.Device) -> None:
        await _switch_on(rack, device, outside)

    async def bring_tray_up(compute: plan.ComputeTray) -> None:
        await tray.bring_up(TrayWork(rack, compute, outside, retired))

    good = await each(rack, rack.power_shelves, check, outside, reasons)
    if rack.power_shelves and not good:
        reasons.append(
            f"{rack.name}: no power shelf is known to give power; nothing was switched on"
        )
        return
    await each(rack, rack.switch_trays, switch_on, outside, reasons)
    free = [compute for compute in rack.compute_trays if not compute.hold]
    await each(rack, free, bring_tray_up, outside, reasons)


async def _require_power(rack: plan.Rack, shelf: plan.Device, outside: Outside) -> None:
    reading = await identity.require(outside.bmcs, rack, shelf)
    if reading.power != ON:
        raise ServiceFailed(f"the power shelf says that it is {reading.power or 'unknown'}")


async def _switch_on(rack: plan.Rack, device: plan.Device, outside: Outside) -> None:
    reading = await identity.require(outside.bmcs, rack, device)
    if reading.power != ON:
        await outside.bmcs.power_on(device.bmc)
        await outside.tell(f"{rack.name} {device.label}: powered on")
