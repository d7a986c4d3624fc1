"""Overrides change something that is there, once, and give no two devices one address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network

from rackwright import expand
from rackwright.expand.overrides import OVERRIDABLE
from rackwright.inventory import Device, Inventory, Override, Rack
from rackwright.problems import Problem, quoted
from rackwright.rules import places
from rackwright.rules.references import unknown
from rackwright.spec import Loaded
from rackwright.yamlfile import Path

_CODE = "unknown-reference"
_ADDRESSES = ("bmc_address", "address")


def overrides_lead_somewhere(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """An override of a device that is not there corrects nothing, and nobody notices."""
    devices = _devices(loaded, units)
    for place, each in enumerate(expand.overrides.overrides(loaded.site)):
        path: Path = ("overrides", place, "at")
        if each.rack not in devices:
            yield unknown(loaded, path, _CODE, "rack", each.rack, devices)
        elif each.label not in devices[each.rack]:
            yield unknown(loaded, path, _CODE, "tray", each.label, devices[each.rack])
        elif each.field not in OVERRIDABLE:
            yield loaded.document.problem(
                path,
                "override-field",
                f"{each.field} cannot be overridden",
                hint=f"only these can: {', '.join(OVERRIDABLE)}",
            )


def overrides_are_unique(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """Of two overrides of one value the later would win, and the earlier look as if it did."""
    written = [(each.at, place) for place, each in enumerate(loaded.site.overrides)]
    for first, second in places.repeated(written):
        yield loaded.document.problem(
            ("overrides", second, "at"),
            "override-twice",
            f"{loaded.site.overrides[second].at} is overridden twice",
            hint=f"first at {loaded.document.at(('overrides', first, 'at'))}",
        )


def overridden_addresses_work(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """An address outside its rack has no gateway, and one that is taken answers in turns."""
    devices = _devices(loaded, units)
    racks = {rack.name: rack for each in units if each.unit.kind == "site" for rack in each.racks}
    for place, each in enumerate(expand.overrides.overrides(loaded.site)):
        if each.field in _ADDRESSES and each.label in devices.get(each.rack, {}):
            reason = _wrong(each, racks[each.rack], devices[each.rack])
            if reason:
                yield loaded.document.problem(
                    ("overrides", place, "value"),
                    "override-address",
                    f"{quoted(str(each.value))} cannot be the {each.field} of {each.rack} "
                    f"{each.label}",
                    because=(reason,),
                )


def _wrong(override: Override, rack: Rack, devices: Mapping[str, Device]) -> str:
    """Return why an address cannot be; empty where it can."""
    subnet = rack.out_of_band if override.field == "bmc_address" else rack.in_band
    prefix = IPv4Network(subnet.prefix)
    try:
        address = IPv4Address(override.value)
    except ValueError:
        return "it is no IPv4 address"
    if not devices[override.label].is_host and override.field == "address":
        return "it has no host of ours"
    if address not in prefix:
        return f"the rack's prefix is {prefix}"
    if address in (prefix.network_address, prefix.broadcast_address):
        return f"it is reserved in {prefix}"
    if override.value == subnet.gateway:
        return "it is the rack's gateway"
    taken = [
        device.label
        for device in devices.values()
        if device.label != override.label and getattr(device, override.field) == override.value
    ]
    return f"{taken[0]} has it" if taken else ""


def _devices(loaded: Loaded, units: tuple[Inventory, ...]) -> dict[str, dict[str, Device]]:
    """Return the devices of the racks that have overrides, by label."""
    named = {each.rack for each in expand.overrides.overrides(loaded.site)}
    return {
        rack.name: {device.label: device for device in each.by_rack[rack.name]}
        for each in units
        if each.unit.kind == "scalable-unit"
        for rack in each.racks
        if rack.name in named
    }
