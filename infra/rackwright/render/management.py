"""management.csv: what has a management port of its own, beside BMCs and hosts.

A technician with a switch that does not come up asks for its MAC and for the address that it should
have. The list says both, a port a line; DHCP and DNS say the same to machines. What has no MAC in
as-built/ is not in it, and the page of the unit counts it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rackwright.inventory import Device, Inventory

COLUMNS = ("NAME", "DEVICE", "PORT", "SERIAL", "MAC", "ADDRESS", "GATEWAY", "NETWORK")


class Port(NamedTuple):
    """A management port of a device in a rack."""

    name: str
    """In DNS."""
    port: str
    """As the lists of cables call it."""
    mac: str
    address: str
    device: Device


class Count(NamedTuple):
    """How many ports of a kind there are, and how many of them have no MAC in as-built data."""

    what: str
    there: int
    missing: int


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield the list of the unit, where it has such ports."""
    rows = [*_rows(inventory)]
    if rows:
        lines = (",".join(row) for row in (COLUMNS, *rows))
        yield f"{inventory.unit.folder}/management.csv", "".join(f"{line}\n" for line in lines)


def of_rack(devices: Iterable[Device]) -> Iterator[Port]:
    """Yield what else of the devices of a rack DHCP must know: NVOS, and BlueFields' BMCs."""
    for each in devices:
        if each.oob_mac and each.oob_address:
            port, end = ("dpu_bmc", "-dpu-bmc") if each.is_host else ("nvos", "")
            yield Port(f"{each.name}{end}", port, each.oob_mac, each.oob_address, each)


def counts(inventory: Inventory) -> tuple[Count, ...]:
    """Return of each kind of port how many there are, and how many DHCP does not know."""
    racks = [rack.name for rack in inventory.installed()]
    hosts = [each for rack in racks for each in inventory.present(rack, "compute")]
    trays = [each for rack in racks for each in inventory.present(rack, "nvlink-switch")]
    known = [port.port for port in of_rack(hosts + trays)]
    ethernet = {each.name for each in inventory.common.fabrics if each.mtu}
    there = [it for it in inventory.switches if it.fabric in ethernet and not it.reserved]
    found = (
        ("NVOS of NVLink switch trays", len(trays), known.count("nvos")),
        ("BMCs of BlueFields", len(hosts), known.count("dpu_bmc")),
        ("Ethernet switches", len(there), len(inventory.managed)),
    )
    return tuple(Count(what, every, every - mine) for what, every, mine in found if every)


def _rows(inventory: Inventory) -> Iterator[tuple[str, ...]]:
    for rack in inventory.installed():
        devices = [each for each in inventory.by_rack.get(rack.name, ()) if not each.open]
        for port in of_rack(devices):
            tray = port.device
            last = (port.mac, port.address, rack.out_of_band.gateway, "out-of-band")
            yield (port.name, tray.name, port.port, tray.serial, *last)
    for it in inventory.managed:
        last = (it.mac, it.address, it.subnet.gateway, f"management of {it.fabric}")
        yield (it.name, it.name, "eth0", it.serial, *last)
