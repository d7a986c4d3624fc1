"""oob: the management fabric, two SN2201 in each rack with every BMC of the rack on them.

Ports are given in blocks, one for each class of device and kind of port, in a fixed order: port 7
of the first switch is the BMC of tray 7 in every rack. The ports of hosts are the last, so cabling
them later moves nothing. A block goes to the first switch that has room for it.

Published (NVIDIA Enterprise Reference Architecture): two SN2201 a rack, 48 ports of 1G and 4 of
100G each. Ours, because no source says it: which port takes what. The devices of a rack share one
subnet and are on two switches, so the last 100G port of each leads to its neighbour. What the
others lead to is in no source, so they are in no list; the first two are configured as uplinks that
take whoever is plugged in.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from rackwright.expand import naming
from rackwright.expand.fabrics import places
from rackwright.expand.fabrics.kind import Kind
from rackwright.expand.placement import seats
from rackwright.hardware import DeviceClass, DeviceType, HardwareType
from rackwright.inventory import Rack
from rackwright.inventory.alike import KEPT, Pattern, Run, hole
from rackwright.inventory.cabling import Cable, End, Fabric, Harness, Switch

if TYPE_CHECKING:
    from rackwright.spec.fabrics import OutOfBand

MODEL = "SN2201"
PORTS = 48
GBPS = 1
UPLINKS = ("swp49", "swp50")
PEER_PORT = "swp52"
PEER_GBPS = 100
UNITS = 999
"""Each rack is complete in itself."""

_BLOCKS: tuple[tuple[DeviceClass, str], ...] = (
    ("compute", "bmc"),
    ("compute", "dpu_bmc"),
    ("nvlink-switch", "bmc"),
    ("nvlink-switch", "nvos"),
    ("power-shelf", "pmc"),
    ("compute", "host"),
)


def _numbers(fabric: OutOfBand, halls: tuple[str, ...], planned: tuple[str, ...]) -> Fabric:
    ports = dict.fromkeys(port for _, port in _BLOCKS)
    return Fabric(
        name=fabric.name,
        kind=fabric.kind,
        ports=tuple(port for port in ports if port != "host" or fabric.host_ports),
        planned=planned,
        halls=halls,
        model=MODEL,
        leaves_per_unit=0,
        spines=0,
        links=0,
        unproven=(
            "which port takes what is ours, for no source says it",
            f"that the {MODEL} of a rack are joined by {PEER_PORT} is ours, for no source says it",
            f"what {' and '.join(UPLINKS)} of its {MODEL} lead to is in no source and in no list",
        ),
    )


def _switches(fabric: Fabric, unit: str, racks: tuple[Rack, ...]) -> Iterator[Switch]:
    for rack in racks:
        for number in range(1, rack.hardware.management_switches + 1):
            yield Switch(
                name=naming.rack_switch(rack.name, rack.pod, number),
                fabric=fabric.name,
                tier="leaf",
                model=MODEL,
                unit=unit,
                rack=rack.name,
                reserved=not rack.installed,
            )


def _downlinks(fabric: Fabric, rack: Rack) -> Run[Cable]:
    names = {"rack": rack.name}
    for kind in rack.hardware.devices:
        begin = naming.before_label(rack.name, rack.pod, rack.index, kind)
        names[kind.device_class] = begin
    switches = rack.hardware.management_switches
    for number in range(switches):
        name = naming.rack_switch(rack.name, rack.pod, number + 1)
        there = places.stands(fabric, "leaf", rack.unit, number, rack.name)
        names.update(places.names(f"tor {number + 1}", name, there))
    reserved = not rack.installed
    return Run(_of_rack(fabric, rack.hardware.devices, switches, reserved), names)


@lru_cache(maxsize=KEPT)
def _of_rack(
    fabric: Fabric, devices: tuple[DeviceType, ...], switches: int, reserved: bool
) -> Harness:
    """Return the harness of all that stays in a rack."""
    cables = (*_down(fabric, devices, switches), *_between(fabric, switches))
    return Pattern(tuple(each._replace(reserved=reserved) for each in cables))


def _down(fabric: Fabric, devices: tuple[DeviceType, ...], switches: int) -> Iterator[Cable]:
    found = {(seat.kind.device_class, seat.index): seat for seat in seats(devices)}
    for device_class, index, port, switch, number in _assigned(fabric.ports, devices, switches):
        seat, target = found[device_class, index], places.hole_end(f"tor {switch}", f"swp{number}")
        yield Cable(
            fabric=fabric.name,
            bundle=target.device,
            sequence=number,
            source=End(f"{hole(device_class)}{seat.label}", port, hole("rack"), str(seat.slot)),
            target=target,
            gbps=GBPS,
            length="in-rack",
            reserved=False,
        )


def _between(fabric: Fabric, switches: int) -> Iterator[Cable]:
    """Yield the cable that lets the two management switches of a rack share its subnet."""
    ends = [places.hole_end(f"tor {number + 1}", PEER_PORT) for number in range(switches)]
    for first, second in pairwise(ends[:2]):
        yield Cable(
            fabric=fabric.name,
            bundle=f"{first.device}--{second.device}",
            sequence=1,
            source=first,
            target=second,
            gbps=PEER_GBPS,
            length="in-rack",
            reserved=False,
        )


@lru_cache(maxsize=KEPT)
def _assigned(
    names: tuple[str, ...], devices: tuple[DeviceType, ...], switches: int
) -> tuple[tuple[DeviceClass, int, str, int, int], ...]:
    """Return class, index and port of every device, and the switch and port that take it."""
    counts = {each.device_class: each.count for each in devices}
    used = dict.fromkeys(range(1, switches + 1), 0)
    found = []
    for device_class, port, count in _blocks(names, devices):
        for number in range(1, count + 1):
            room = PORTS - counts[device_class]
            switch = next((each for each, n in used.items() if n <= room), None)
            if switch is not None:
                word = port if count == 1 else f"{port}-{number}"
                found += [
                    (device_class, index, word, switch, used[switch] + index)
                    for index in range(1, counts[device_class] + 1)
                ]
                used[switch] += counts[device_class]
    return tuple(sorted(found, key=lambda each: each[3:]))


def _blocks(
    names: tuple[str, ...], devices: tuple[DeviceType, ...]
) -> Iterator[tuple[DeviceClass, str, int]]:
    of_class = {each.device_class: each for each in devices}
    for device_class, name in _BLOCKS:
        for port in of_class[device_class].ports if name in names else ():
            if port.name == name:
                yield device_class, name, port.count


def _full(fabric: Fabric, hardware: HardwareType) -> str:
    blocks = _blocks(fabric.ports, hardware.devices)
    wanted = sum(hardware.device_type(each).count * count for each, _, count in blocks)
    switches = hardware.management_switches
    if len(_assigned(fabric.ports, hardware.devices, switches)) == wanted:
        return ""
    return f"it has {wanted} ports, and {switches} {MODEL} with {PORTS} each do not take them all"


KIND = Kind(
    word="oob",
    numbers=_numbers,
    switches=_switches,
    spines=lambda _fabric, _reserved: iter(()),
    downlinks=_downlinks,
    uplinks=lambda _fabric, _unit, _racks: iter(()),
    full=_full,
    needs=(),
    hosts="access",
    open_uplinks=UPLINKS,
    racks_per_unit=999,
    tiers="one",
    units=UNITS,
    limit=(),
)
