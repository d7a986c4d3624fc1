from __future__ import annotations

from rackwright import hardware
from rackwright.expand import placement

GB300 = hardware.catalogue()["gb300-nvl72"]


def slots(device_class: str) -> dict[int, int]:
    return {
        index: slot
        for kind, index, slot in placement.positions(GB300)
        if kind.device_class == device_class
    }


def test_compute_trays_sit_below_and_above_the_switch_trays() -> None:
    compute = slots("compute")
    assert (compute[1], compute[8], compute[9], compute[18]) == (11, 18, 28, 37)


def test_no_two_devices_share_a_slot() -> None:
    taken = [slot for _, _, slot in placement.positions(GB300)]
    assert len(taken) == len(set(taken)) == 35
