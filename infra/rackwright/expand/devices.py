"""The devices of racks: a class of them at a time, for nearly everything about them is shared.

A campus has thirty-seven thousand devices. What a class of them has in common is found once in a
rack, and its addresses are written in runs; what is left for each device are its seat, its row in
the as-built data, and what the specification says of its position.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, repeat

from rackwright.asbuilt import NO_ROW, Row
from rackwright.expand import addressing, management, naming, networks, placement
from rackwright.hardware import DeviceType
from rackwright.inventory import Common, Device, Rack

Rows = Mapping[tuple[str, str], Row]
"""As-built rows by rack and label."""

Place = tuple[str, str, str, Mapping[str, str]]
"""Where a device is: its BMC's, in-band and further out-of-band address, and those by network."""

_NO_FURTHER: Mapping[str, str] = {}


def of_racks(common: Common, racks: Iterable[Rack], rows: Rows) -> Iterator[Device]:
    """Yield the devices of racks, in the order of rack, class and index."""
    for rack in racks:
        for kind in rack.hardware.devices:
            places = zip(
                addressing.device_addresses(networks.first(rack.out_of_band), kind),
                _hosts(rack, kind),
                _out_of_band(rack, kind),
                networks.addresses(rack, kind, common.links_per_tray),
                strict=False,  # some of them are without end
            )
            yield from _of_class(common, rack, rows, kind, places)


def hosts(common: Common, racks: Iterable[Rack]) -> Iterator[Device]:
    """Yield the compute trays of racks as a scheduler knows them: in-band addresses, no others.

    To write the others, which nobody reads there, takes as long again.
    """
    for rack in racks:
        for kind in rack.hardware.devices:
            if kind.device_class == "compute":
                places = (("", address, "", _NO_FURTHER) for address in _hosts(rack, kind))
                yield from _of_class(common, rack, {}, kind, places)


def _of_class(
    common: Common, rack: Rack, rows: Rows, kind: DeviceType, places: Iterable[Place]
) -> Iterator[Device]:
    begin = naming.before_label(rack.name, rack.pod, rack.index, kind)
    name, asn = rack.name, rack.asn if kind.has_host else 0
    step = networks.asns_per_tray(common.asns) if kind.has_host else 0
    seats = placement.seats((kind,))
    for seat, (bmc_address, address, oob_address, further) in zip(seats, places, strict=False):
        label, index = seat.label, seat.index
        row = rows.get((name, label), NO_ROW)
        yield Device(  # by position: with the names of twenty fields it takes six times as long
            begin + label,
            name,
            kind.device_class,
            label,
            index,
            seat.slot,
            kind.redfish,
            bmc_address,
            address,
            rack.open.get(label, ""),
            rack.hold or rack.holds.get(label, ""),
            row.serial,
            row.bmc_mac,
            row.in_band_mac,
            row.guids if any(row.guids) else (),
            further,
            asn + index * step,
            rack.partitions.get(label, ""),
            row.oob_mac,
            oob_address,
        )


def _hosts(rack: Rack, kind: DeviceType) -> Iterable[str]:
    """Return the in-band addresses of a class; without hosts it has none."""
    if not kind.has_host:
        return repeat("")
    return addressing.device_addresses(networks.first(rack.in_band), kind)


def _out_of_band(rack: Rack, kind: DeviceType) -> Iterable[str]:
    """Return what else of a class is out of band, as far as its rack's prefix has room for it."""
    below, room = management.oob_addresses(rack, kind)
    return chain(addressing.series(below + 1, min(room, kind.count)), repeat(""))
