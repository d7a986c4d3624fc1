"""Power, boot override, virtual media and boot progress: a BMC's memory, and what changes it.

Whether an override is used up, whether a restart is possible, what a tray boots from: these rules
are easy to get wrong among sockets and threads. So here they are alone: a frozen `System`, and
functions that return the next one or a `Refusal`. What must happen in the world follows from the
`Work` that a reset returns; `host` does it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from rackwright.lab.bmc import messages
from rackwright.lab.bmc.machines import MachineState
from rackwright.lab.bmc.messages import Refusal

NO_BOOT_DEVICE = "no boot device"
OVERRIDE_TARGETS = ("None", "Pxe", "Cd", "Usb", "Hdd", "UefiHttp")
OVERRIDE_ENABLED = ("Disabled", "Once", "Continuous")
OVERRIDE_MODES = ("UEFI",)
INDICATORS = ("Off", "Lit", "Blinking")
CD = "Cd1"
USB = "Usb1"
SLOTS = {CD: ("CD", "DVD"), USB: ("USBStick",)}
"""Virtual media slots and what each one takes."""


class Power(StrEnum):
    """Redfish's PowerState."""

    ON = "On"
    OFF = "Off"
    POWERING_OFF = "PoweringOff"


class Progress(StrEnum):
    """Redfish's BootProgress.LastState."""

    NONE = "None"
    STARTED = "OSBootStarted"
    RUNNING = "OSRunning"


class Work(StrEnum):
    """What a reset makes the device do."""

    NOTHING = "nothing"
    STOP = "stop"
    BOOT = "boot"


RESETS = {
    "On": Work.BOOT,
    "ForceOn": Work.BOOT,
    "ForceOff": Work.STOP,
    "GracefulShutdown": Work.STOP,
    "GracefulRestart": Work.BOOT,
    "ForceRestart": Work.BOOT,
    "PowerCycle": Work.BOOT,
}
"""Reset types, and the work each one ends in."""
SWITCHING_ON = ("On", "ForceOn")


@dataclass(frozen=True, slots=True)
class Override:
    """What the next boots use instead of the boot order."""

    target: str = "None"
    enabled: str = "Disabled"
    mode: str = "UEFI"

    @property
    def active_target(self) -> str:
        """What to boot from instead of the boot order; empty when that stands."""
        active = self.enabled != "Disabled" and self.target != "None"
        return self.target if active else ""

    def __str__(self) -> str:
        return f"{self.target} {self.enabled}" if self.active_target else "-"


@dataclass(frozen=True, slots=True)
class System:
    """What a BMC knows of its device at one moment."""

    power: Power = Power.OFF
    override: Override = Override()
    media: dict[str, str] = field(default_factory=dict)
    """Image address by slot; a slot without one is empty."""
    progress: Progress = Progress.NONE
    problem: str = ""
    """Why the last boot came to nothing."""
    indicator: str = "Off"


@dataclass(frozen=True, slots=True)
class FromMedium:
    """Boot the medium in the CD slot, with the one in the USB slot beside it, if there is one."""

    image: str
    drive: str = ""


@dataclass(frozen=True, slots=True)
class FromDisk:
    """Boot what is installed."""


@dataclass(frozen=True, slots=True)
class FromNothing:
    """There is nothing to boot."""


def reset(system: System, kind: object) -> tuple[System, Work] | Refusal:
    """Return the system right after a ComputerSystem.Reset, and what must be done."""
    if not isinstance(kind, str) or kind not in RESETS:
        return messages.unknown_value(kind, "ResetType")
    work = RESETS[kind]
    if kind in SWITCHING_ON and system.power is Power.ON:
        return system, Work.NOTHING
    if work is Work.STOP:
        return _switched_off(system)
    if kind not in SWITCHING_ON and system.power is not Power.ON:
        return messages.conflict(kind, str(system.power))
    return replace(system, power=Power.ON, progress=Progress.NONE, problem=""), Work.BOOT


def _switched_off(system: System) -> tuple[System, Work]:
    if system.power is not Power.ON:
        return system, Work.NOTHING
    return replace(system, power=Power.POWERING_OFF, progress=Progress.NONE, problem=""), Work.STOP


def off(system: System) -> System:
    """Return the system when nothing runs any more."""
    return replace(system, power=Power.OFF, progress=Progress.NONE, problem="")


def boot_source(
    system: System, *, installed: bool, media_lost: bool = False
) -> FromMedium | FromDisk | FromNothing:
    """Return what the system boots from: the override where it leads anywhere, else its disk."""
    image = "" if media_lost else system.media.get(CD, "")
    if system.override.active_target == "Cd" and image:
        return FromMedium(image, system.media.get(USB, ""))
    return FromDisk() if installed else FromNothing()


def booted(system: System) -> System:
    """Return the system when a boot has begun: an override for one boot is used up."""
    return replace(_used_up(system), progress=Progress.STARTED, problem="")


def not_booted(system: System, problem: str) -> System:
    """Return the system when there was nothing to boot; it stays on, as a tray in a rack would."""
    return replace(_used_up(system), power=Power.ON, progress=Progress.NONE, problem=problem)


def _used_up(system: System) -> System:
    if system.override.enabled != "Once":
        return system
    return replace(system, override=Override(mode=system.override.mode))


def observed(system: System, state: MachineState) -> System:
    """Return the system after a look at its host: it may have come up, or switched itself off."""
    if system.power is not Power.ON or system.progress is Progress.NONE:
        return system
    if state is MachineState.OFF:
        return off(system)
    running = state is MachineState.RUNNING
    return replace(system, progress=Progress.RUNNING if running else Progress.STARTED)


def patched(system: System, changes: dict[str, Any]) -> System | Refusal:
    """Return the system after a PATCH of its ComputerSystem: boot override and indicator."""
    for name, value in changes.items():
        result = _patched_property(system, name, value)
        if isinstance(result, Refusal):
            return result
        system = result
    return system


def _patched_property(system: System, name: str, value: object) -> System | Refusal:
    if name == "Boot" and isinstance(value, dict):
        return _overridden(system, value)
    if name == "IndicatorLED":
        if value not in INDICATORS:
            return messages.unknown_value(value, name)
        return replace(system, indicator=str(value))
    return messages.unknown_property(name)


OVERRIDE_PROPERTIES = {
    "BootSourceOverrideTarget": ("target", OVERRIDE_TARGETS),
    "BootSourceOverrideEnabled": ("enabled", OVERRIDE_ENABLED),
    "BootSourceOverrideMode": ("mode", OVERRIDE_MODES),
}


def _overridden(system: System, boot: dict[str, Any]) -> System | Refusal:
    given: dict[str, str] = {}
    for name, value in boot.items():
        if name not in OVERRIDE_PROPERTIES:
            return messages.unknown_property(name)
        part, allowable = OVERRIDE_PROPERTIES[name]
        if value not in allowable:
            return messages.unknown_value(value, name)
        given[part] = value
    return replace(system, override=replace(system.override, **given))


def inserted(system: System, slot: str, request: dict[str, Any]) -> System | Refusal:
    """Return the system with the image of an InsertMedia request in a slot."""
    image = request.get("Image")
    if not image:
        return messages.lacking("Image", "InsertMedia")
    protocol = request.get("TransferProtocolType", "HTTPS")
    if protocol != "HTTPS":
        return messages.unknown_value(protocol, "TransferProtocolType")
    if not _is_https(image):
        return messages.no_image_address()
    if system.media.get(slot):
        return Refusal(409, "ResourceInUse", f"{slot} holds a medium; eject it first.")
    return replace(system, media={**system.media, slot: image})


def _is_https(image: object) -> bool:
    """Return whether this is an address without credentials, which would end in logs."""
    if not isinstance(image, str):
        return False
    try:
        parts = urlsplit(image)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc


def ejected(system: System, slot: str) -> System:
    """Return the system with a slot empty."""
    return replace(system, media={key: url for key, url in system.media.items() if key != slot})
