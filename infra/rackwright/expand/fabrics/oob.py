"""oob: the management fabric, two SN2201 in each rack with every BMC of the rack on them.

Ports are given in blocks, one for each class of device and kind of port, in a fixed order: port 7
of the first switch is the BMC of tray 7 in every rack. The ports of hosts are the last, so cabling
them later moves nothing. A block goes to the first switch that has room for it.

Published (NVIDIA Enterprise Reference Architecture): two SN2201 a rack, 48 ports of 1G and 4 of
100G each. Ours, because no source says it: which port takes what. What the 100G ports lead to is in
no source either, so they are in no list.
"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.expand import naming
from rackwright.expand.fabrics.kind import Kind
from rackwright.expand.placement import positions
from rackwright.hardware import DeviceClass, HardwareType
from rackwright.inventory import Rack
from rackwright.inventory.cabling import Cable, End, Fabric, Switch
from rackwright.spec.fabrics import OutOfBand

MODEL = "SN2201"
PORTS = 48
GBPS = 1
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
            f"what the 100G ports of its {MODEL} lead to is in no source, and so in no list",
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


def _downlinks(fabric: Fabric, rack: Rack) -> Iterator[Cable]:
    devices = {
        (kind.device_class, index): (naming.device(rack.name, rack.pod, rack.index, kind, index), u)
        for kind, index, u in positions(rack.hardware)
    }
    for device_class, index, port, switch, number in sorted(
        _assigned(fabric, rack.hardware), key=lambda each: each[3:]
    ):
        device, u = devices[device_class, index]
        name = naming.rack_switch(rack.name, rack.pod, switch)
        yield Cable(
            fabric=fabric.name,
            bundle=name,
            sequence=number,
            source=End(device, port, rack.name, u),
            target=End(name, f"swp{number}", rack.name),
            gbps=GBPS,
            length="in-rack",
            reserved=not rack.installed,
        )


def _assigned(
    fabric: Fabric, hardware: HardwareType
) -> Iterator[tuple[DeviceClass, int, str, int, int]]:
    """Yield class, index and port of every device, and the switch and port that take it."""
    used = dict.fromkeys(range(1, hardware.management_switches + 1), 0)
    for device_class, port, count in _blocks(fabric, hardware):
        devices = hardware.device_type(device_class).count
        for number in range(1, count + 1):
            switch = next((each for each, n in used.items() if n + devices <= PORTS), None)
            if switch is not None:
                word = port if count == 1 else f"{port}-{number}"
                for index in range(1, devices + 1):
                    yield device_class, index, word, switch, used[switch] + index
                used[switch] += devices


def _blocks(fabric: Fabric, hardware: HardwareType) -> Iterator[tuple[DeviceClass, str, int]]:
    for device_class, name in _BLOCKS:
        if name in fabric.ports:
            for port in hardware.device_type(device_class).ports:
                if port.name == name:
                    yield device_class, name, port.count


def _full(fabric: Fabric, hardware: HardwareType) -> str:
    wanted = sum(
        hardware.device_type(device_class).count * count
        for device_class, _, count in _blocks(fabric, hardware)
    )
    if sum(1 for _ in _assigned(fabric, hardware)) == wanted:
        return ""
    switches = hardware.management_switches
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
    racks_per_unit=999,
    tiers="one",
    units=UNITS,
    limit=(),
)
