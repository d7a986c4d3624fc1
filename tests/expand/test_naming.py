from __future__ import annotations

from rackwright import hardware
from rackwright.expand import naming

GB300 = hardware.catalogue()["gb300-nvl72"]


def test_a_compute_tray_is_named_by_rack_pod_place_and_tray() -> None:
    kind = GB300.device_type("compute")
    assert naming.device("a01", 12, 3, kind, 7) == "a01-p12-dgx-03-c07"
    assert naming.label(kind, 7) == "c07"


def test_a_switch_tray_and_a_shelf_are_numbered_in_their_rack() -> None:
    switch, shelf = GB300.device_type("nvlink-switch"), GB300.device_type("power-shelf")
    assert naming.device("a01", 1, 3, switch, 9) == "a01-p1-nvsw-09"
    assert naming.device("a01", 1, 3, shelf, 8) == "a01-p1-pwr-08"


def test_a_scalable_unit_is_named_by_its_hall() -> None:
    assert naming.unit("h4", 33) == "h4-su33"
