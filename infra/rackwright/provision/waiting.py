"""Patience, and being told to stop.

Metal takes its time, so everything that waits here looks again and again, for a bounded time, and
can be cut short: Ctrl-C in `pulumi up` must return within seconds. `until` is the only way to wait;
`unless` runs work that ends when somebody says stop, at whichever wait it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from rackwright.problems import RackwrightError, ServiceFailed, Unfinished

SECONDS_VARIABLE = "RACKWRIGHT_PATIENCE"
STOPPED = "stopped; `pulumi up` resumes"
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds each kind of wait may take, and how long to pause between two looks."""

    power: float = 60
    ironic: float = 3600
    """For one step of Ironic: verifying, deploying, cleaning."""
    boot: float = 1800
    """From power to a running operating system; a tray trains close to 1 TB of memory first."""
    host: float = 300
    """From there to an answer over SSH."""
    pause: float = 1


USUAL = Patience()


def patience(environment: Mapping[str, str]) -> Patience:
    """Return the usual patience, or the one that RACKWRIGHT_PATIENCE limits, in seconds."""
    text = environment.get(SECONDS_VARIABLE, "")
    if not text.isdecimal():
        return USUAL
    most = float(text)
    return Patience(
        power=min(USUAL.power, most),
        ironic=min(USUAL.ironic, most),
        boot=min(USUAL.boot, most),
        host=min(USUAL.host, most),
    )


async def until(
    look: Callable[[], Awaitable[Value | None]],
    seconds: float,
    pause: float,
    late: str,
) -> Value:
    """Look until there is something to see, and return it.

    A look that fails is no reason to give up: what waits is often about to answer. What raises
    `Verdict` is.

    Raises:
        ServiceFailed: There was nothing in time; says `late`, and what the last look failed of.
        Verdict: A look said that waiting is of no use.
    """
    deadline = asyncio.get_running_loop().time() + seconds
    reason = ""
    while True:
        try:
            found = await look()
        except Verdict:
            raise
        except RackwrightError as error:
            found, reason = None, error.message
        if found is not None:
            return found
        if asyncio.get_running_loop().time() >= deadline:
            raise ServiceFailed(f"{late} in {seconds:g} s{f': {reason}' if reason else ''}")
        await asyncio.sleep(pause)


class Verdict(ServiceFailed):
    """Something said for certain that waiting is of no use."""


async def unless(stopped: asyncio.Event, work: Coroutine[Any, Any, Value]) -> Value:
    """Return what `work` returns, or end it at once when `stopped` is set.

    Raises:
        Unfinished: It was stopped.
    """
    doing, told = asyncio.ensure_future(work), asyncio.ensure_future(stopped.wait())
    try:
        await asyncio.wait({doing, told}, return_when=asyncio.FIRST_COMPLETED)
        if not doing.done():
            told.result()
            raise Unfinished("stopped", "`pulumi up` resumes")
        return doing.result()
    finally:
        told.cancel()
        doing.cancel()
        await asyncio.gather(doing, told, return_exceptions=True)
