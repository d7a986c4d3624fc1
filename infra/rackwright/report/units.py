"""A scalable unit for the report: its racks, and every device in its position."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.inventory import Device, Inventory, Rack
from rackwright.report.fabrics import switches
from rackwright.report.overview import feeds
from rackwright.report.script import Table, table


def unit(inventory: Inventory) -> dict[str, object]:
    """Return a cabled scalable unit as plain data."""
    return {
        "feeds": table(
            "hall name capacity installed planned redundancy lost", feeds(inventory.feeds)
        ),
        "racks": {rack.name: _rack(rack) for rack in inventory.racks},
        "devices": _devices(inventory),
        "switches": switches(inventory.switches),
    }


def _rack(rack: Rack) -> dict[str, object]:
    return {
        "prefixes": [
            (rack.out_of_band.network, rack.out_of_band.prefix, rack.out_of_band.gateway),
            (rack.in_band.network, rack.in_band.prefix, rack.in_band.gateway),
            *(
                (key.replace("_", "-"), subnet.prefix, subnet.gateway)
                for key, subnet in rack.further.items()
            ),
        ],
        "asn": rack.asn,
    }


def _devices(inventory: Inventory) -> Table:
    racks = {rack.name: rack for rack in inventory.racks}
    return table(
        "rack label name kind slot height state note serial bmcAddress bmcMac address inBandMac"
        " partition asn guids further",
        (_device(racks[device.rack], device) for device in inventory.devices),
    )


def _device(rack: Rack, device: Device) -> tuple[object, ...]:
    state, note = _state(rack, device)
    return (
        device.rack,
        device.label,
        device.name,
        device.device_class,
        device.slot,
        rack.hardware.device_type(device.device_class).height,
        state,
        note,
        device.serial,
        device.bmc_address,
        device.bmc_mac,
        device.address,
        device.in_band_mac,
        device.partition,
        device.asn,
        device.guids,
        list(_further(device)),
    )


def _further(device: Device) -> Iterator[tuple[str, str]]:
    for key, address in device.further.items():
        yield key.replace("_", "-"), address


def _state(rack: Rack, device: Device) -> tuple[str, str]:
    """Return what is true of a position, the strongest word first, and why."""
    if device.open:
        return "open", device.open
    if not rack.installed:
        return "planned", ""
    if rack.decommission:
        return "leaving", rack.decommission.approval
    if device.hold:
        return "held", device.hold
    return "installed", ""
