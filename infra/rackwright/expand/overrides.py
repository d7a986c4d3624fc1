"""Overrides: after everything else, the values that the specification sets for one device."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import replace

from rackwright.hardware import Redfish
from rackwright.inventory import Device, Override

if TYPE_CHECKING:
    from rackwright.spec.site import Site

Record = TypeVar("Record", Device, Redfish)

OVERRIDABLE = (
    "bmc_address",
    "address",
    "redfish.system",
    "redfish.manager",
    "redfish.chassis",
)
"""The values of a device that can be other than its type and its indexes say."""


def overrides(site: Site) -> Iterator[Override]:
    """Yield the overrides of a site by rack, device and field."""
    for each in site.overrides:
        _, rack, _, label, field = each.at.split(".", 4)
        yield Override(rack=rack, label=label, field=field, value=each.value, reason=each.reason)


def applied(changes: Iterable[Override], devices: tuple[Device, ...]) -> tuple[Device, ...]:
    """Return the devices of a unit with their overrides."""
    found: dict[tuple[str, str], list[Override]] = {}
    for each in changes:
        found.setdefault((each.rack, each.label), []).append(each)
    if not found:
        return devices
    return tuple(_changed(device, found.get((device.rack, device.label), [])) for device in devices)


def _changed(device: Device, changes: list[Override]) -> Device:
    for each in changes:
        if each.field in OVERRIDABLE:
            part = each.field.removeprefix("redfish.")
            if part != each.field:
                device = replace(device, redfish=_with(device.redfish, part, each.value))
            else:
                device = _with(device, each.field, each.value)
    return device


def _with(record: Record, field: str, value: str) -> Record:
    changes: dict[str, Any] = {field: value}
    return replace(record, **changes)
