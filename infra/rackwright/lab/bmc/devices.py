"""The plan's compute trays, NVLink switch trays and power shelves, as the emulation needs them.

Only what has been delivered has a BMC that answers: a position without an as-built serial is open,
and nothing listens at its address.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from rackwright import plan
from rackwright.secrets import Secrets


class Kind(StrEnum):
    """The class of a BMC."""

    COMPUTE = "compute"
    NVLINK_SWITCH = "nvlink-switch"
    POWER_SHELF = "power-shelf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """What one BMC belongs to, and how it answers."""

    kind: Kind
    name: str
    rack: str
    label: str
    address: str
    mac: str
    serial: str
    system: str
    manager: str
    chassis: str
    user: str
    password: str = field(repr=False)
    host_mac: str = ""
    """The in-band interface of a compute tray."""
    power_supplies: int = 0
    """In a power shelf."""


def devices(unit: plan.UnitPlan, secrets: Secrets) -> tuple[Device, ...]:
    """Return a unit's delivered devices, rack by rack: compute, NVLink switches, power shelves.

    Raises:
        SecretError: A BMC's password cannot be resolved.
    """
    passwords = {
        name: secrets.text(credentials.password_ref)
        for name, credentials in unit.credentials.items()
    }
    placed = (entry for rack in unit.racks for entry in _placed(rack))
    return tuple(
        _device(unit, rack, kind, tray, passwords) for rack, kind, tray in placed if tray.serial
    )


Tray = plan.ComputeTray | plan.Device


def _placed(rack: plan.Rack) -> Iterator[tuple[plan.Rack, Kind, Tray]]:
    yield from ((rack, Kind.COMPUTE, tray) for tray in rack.compute_trays)
    yield from ((rack, Kind.NVLINK_SWITCH, tray) for tray in rack.switch_trays)
    yield from ((rack, Kind.POWER_SHELF, shelf) for shelf in rack.power_shelves)


def _device(
    unit: plan.UnitPlan, rack: plan.Rack, kind: Kind, tray: Tray, passwords: dict[str, str]
) -> Device:
    bmc = unit.bmc_kinds[tray.bmc.kind]
    return Device(
        kind=kind,
        name=tray.name,
        rack=rack.name,
        label=tray.label,
        address=tray.bmc.address,
        mac=tray.bmc.mac,
        serial=tray.serial,
        system=bmc.system,
        manager=bmc.manager,
        chassis=bmc.chassis,
        user=unit.credentials[bmc.device_class].user,
        password=passwords[bmc.device_class],
        host_mac=tray.interface.mac if isinstance(tray, plan.ComputeTray) else "",
        power_supplies=rack.power_supplies if kind is Kind.POWER_SHELF else 0,
    )
