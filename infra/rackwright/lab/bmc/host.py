"""A device at work: boots and stops its host, one thing after another.

A Redfish answer returns at once, while a download and a boot take seconds, and in the meantime
someone may switch the tray off again. So each device has at most one piece of work; the next one
cancels it and begins when it has ended. A call to the hosts that has begun is always waited for: a
host half started would be one that nobody stops.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from rackwright.lab.bmc import media, system
from rackwright.lab.bmc.access import Session
from rackwright.lab.bmc.actions import ITSELF, Action, ActionLog, By
from rackwright.lab.bmc.devices import Device, Kind
from rackwright.lab.bmc.faults import Faults
from rackwright.lab.bmc.machines import ConfigDrive, Machines, MachineState
from rackwright.lab.bmc.messages import Refusal
from rackwright.lab.bmc.system import (
    FromDisk,
    FromMedium,
    FromNothing,
    Power,
    Progress,
    System,
    Work,
)
from rackwright.problems import ServiceFailed

LOOK_SECONDS = 0.5
"""How often the hosts are looked at."""
Value = TypeVar("Value")


@dataclass(slots=True)
class Bmc:
    """One device and what changes of it."""

    device: Device
    system: System = field(default_factory=System)
    faults: Faults = field(default_factory=Faults)
    sessions: dict[str, Session] = field(default_factory=dict)
    work: asyncio.Task[None] | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def shown(self) -> Device:
        """The device as the BMC shows it, which a fault may change."""
        serial = self.faults.serial or self.device.serial
        return replace(self.device, serial=serial)

    @property
    def has_host(self) -> bool:
        """Whether there is a host behind it."""
        return self.device.kind is Kind.COMPUTE


@dataclass(frozen=True, slots=True)
class Emulation:
    """All devices, and what they share."""

    bmcs: Mapping[str, Bmc]
    """By address."""
    machines: Machines
    media_ca: Path
    log: ActionLog

    def by_name(self, name: str) -> Bmc | None:
        """Return the device of that name."""
        return next((bmc for bmc in self.bmcs.values() if bmc.device.name == name), None)


def emulation(
    devices: tuple[Device, ...], machines: Machines, media_ca: Path, log: ActionLog
) -> Emulation:
    """Return the devices as they are now: a host that runs already has its tray switched on.

    Raises:
        ServiceFailed: Nobody can say what the hosts do.
    """
    hosts = tuple(device.name for device in devices if device.kind is Kind.COMPUTE)
    states = _look(machines, hosts)
    bmcs = {device.address: Bmc(device, _at_first(device, states)) for device in devices}
    return Emulation(bmcs, machines, media_ca, log)


def _at_first(device: Device, states: Mapping[str, MachineState]) -> System:
    if device.kind is Kind.POWER_SHELF:
        return System(power=Power.ON)
    state = states.get(device.name, MachineState.OFF)
    if state is MachineState.OFF:
        return System()
    return system.observed(system.booted(System(power=Power.ON)), state)


def switch(
    around: Emulation, bmc: Bmc, kind: object, by: By, action: Action = Action.RESET
) -> Refusal | None:
    """Do a reset, or begin it; return why not if it is refused."""
    outcome = system.reset(bmc.system, kind)
    if isinstance(outcome, Refusal):
        return outcome
    around.log.append(bmc.device, action, by, type=kind)
    if not bmc.faults.power_stuck:
        bmc.system, work = outcome
        _begin(around, bmc, work)
    return None


def _begin(around: Emulation, bmc: Bmc, work: Work) -> None:
    if work is Work.NOTHING:
        return
    if not bmc.has_host:
        bmc.system = system.off(bmc.system) if work is Work.STOP else bmc.system
        return
    if bmc.work:
        bmc.work.cancel()
    bmc.work = asyncio.create_task(_do(around, bmc, work))


async def _do(around: Emulation, bmc: Bmc, work: Work) -> None:
    async with bmc.turn:
        try:
            # also one that seems off: it may be between two boots of its own
            await _in_thread(partial(around.machines.stop, bmc.device.name))
            if work is Work.BOOT:
                await _boot(around, bmc)
            else:
                bmc.system = system.off(bmc.system)
        except Exception as error:  # whatever ails a host, its BMC stays and says so
            _fail(around, bmc, str(error) or type(error).__name__)


async def _boot(around: Emulation, bmc: Bmc) -> None:
    name = bmc.device.name
    installed = await _in_thread(lambda: around.machines.installed(name))
    source = system.boot_source(bmc.system, installed=installed, media_lost=bmc.faults.media_lost)
    if isinstance(source, FromNothing):
        _fail(around, bmc, system.NO_BOOT_DEVICE)
        return
    drive = await _drive(around, bmc, source)
    await _in_thread(lambda: around.machines.start(name, drive))
    bmc.system = system.booted(bmc.system)
    origin = source.image if isinstance(source, FromMedium) else "disk"
    around.log.append(bmc.device, Action.BOOT, ITSELF, source=origin)


async def _drive(around: Emulation, bmc: Bmc, source: FromMedium | FromDisk) -> ConfigDrive | None:
    if isinstance(source, FromDisk):
        return None
    second = "" if bmc.faults.drive_lost else source.drive
    return await media.config_drive(source.image, second, around.media_ca)


def _fail(around: Emulation, bmc: Bmc, problem: str) -> None:
    bmc.system = system.not_booted(bmc.system, problem)
    around.log.append(bmc.device, Action.NO_BOOT_DEVICE, ITSELF, problem=problem)


async def _in_thread(call: Callable[[], Value]) -> Value:
    """Await a blocking call; when cancelled, only after it has ended."""
    running = asyncio.ensure_future(asyncio.to_thread(call))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait({running})
        running.exception()  # nobody wants it any more, and asyncio complains of unseen ones
        raise


async def watch(around: Emulation) -> None:
    """Look at the hosts again and again, until cancelled: they come up, and switch themselves off.

    Raises:
        ServiceFailed: Nobody can say what the hosts do.
    """
    gone: set[str] = set()
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        before = {
            bmc.device.name: (bmc, bmc.system) for bmc in around.bmcs.values() if _has_booted(bmc)
        }
        states = await _in_thread(partial(_look, around.machines, tuple(before)))
        off = {name for name, state in states.items() if state is MachineState.OFF}
        # a host that reboots itself is off for a moment, and that is no news
        for name in states.keys() - (off - gone):
            _note(around, *before[name], states[name])
        gone = off


def _has_booted(bmc: Bmc) -> bool:
    return bmc.system.progress is not Progress.NONE and not bmc.turn.locked()


def _look(machines: Machines, names: tuple[str, ...]) -> dict[str, MachineState]:
    try:
        return {name: machines.state(name) for name in names}
    except OSError as error:
        raise ServiceFailed(f"the hosts cannot be looked at: {error}") from error


def _note(around: Emulation, bmc: Bmc, before: System, state: MachineState) -> None:
    if bmc.system is not before or not _has_booted(bmc):
        return  # a reset has come in the meantime, and what was seen is of the time before it
    bmc.system = system.observed(bmc.system, state)
    if bmc.system.power is Power.OFF:
        around.log.append(bmc.device, Action.HOST_OFF, ITSELF)


async def come_to_rest(around: Emulation) -> None:
    """End all work that has begun."""
    work = {bmc.work for bmc in around.bmcs.values() if bmc.work and not bmc.work.done()}
    for each in work:
        each.cancel()
    if work:
        await asyncio.wait(work)
