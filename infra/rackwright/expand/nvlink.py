"""Where a GPU is in its NVLink domain, as NVIDIA's fabric manager counts: chassis, slot, host, GPU.

A rack is a chassis, numbered in its domain. Slots count compute and switch trays together, from the
bottom. So tray 15 of the reference rack is in slot 24, as NVML shows it. (NVML: `slotNumber` counts
all trays, `trayIndex` compute trays alone; infra-controller's example rack has the positions.)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rackwright.expand.placement import positions
from rackwright.hardware import HardwareType
from rackwright.inventory import Device, Rack

HOST = 1
"""A tray is one host."""
_SLOTS = ("compute", "nvlink-switch")


def chassis(rack: Rack, racks: Iterable[Rack]) -> int:
    """Return the number of a rack in its NVLink domain, from 1."""
    domain = [each for each in racks if each.nvlink_domain == rack.nvlink_domain]
    return 1 + sum(each.number < rack.number for each in domain)


def trays_before(rack: Rack, racks: Iterable[Rack]) -> int:
    """Return how many compute tray positions of its domain are in racks before a rack."""
    return sum(
        each.hardware.device_type("compute").count
        for each in racks
        if each.nvlink_domain == rack.nvlink_domain and each.number < rack.number
    )


def slots(hardware: HardwareType) -> dict[int, int]:
    """Return the slot of every tray by the rack unit it is in."""
    units = [u for device, _, u in positions(hardware) if device.device_class in _SLOTS]
    return {u: number for number, u in enumerate(sorted(units), start=1)}


def locations(rack: Rack, number: int, trays: Iterable[Device]) -> Iterator[str]:
    """Yield the place of every GPU of some trays of a rack: `1.24.1.4`."""
    by_unit = slots(rack.hardware)
    for tray in trays:
        for gpu in range(1, rack.hardware.host.gpus + 1):
            yield f"{number}.{by_unit[tray.slot]}.{HOST}.{gpu}"
