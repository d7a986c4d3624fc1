"""Racks of several makers side by side: each is what its type says, and no more is assumed."""

from __future__ import annotations

import worlds
from rackwright import plan, render

SITE = worlds.SITES / "mixed-oem"
FILES = render.render(SITE)


def test_every_rack_stands_as_its_makers_do() -> None:
    racks = {rack.name: rack for unit in plan.read_site(SITE).units for rack in _racks(unit)}
    assert {name: rack.kind for name, rack in racks.items()} == {
        "a01": "gb300-nvl72-dell",
        "a02": "gb300-nvl72-supermicro",
        "b01": "gb200-nvl72",
        "b02": "gb300-nvl72-hpe",
    }
    last = {name: rack.power_shelves[-1].slot for name, rack in racks.items()}
    assert last == {"a01": 8, "a02": 48, "b01": 8, "b02": 8}
    assert "Gres=gpu:gb200:4" in FILES["pools/legacy/slurm/slurm.conf"]
    assert "Gres=gpu:gb300:4" in FILES["pools/train/slurm/slurm.conf"]


def test_the_planned_rack_is_in_no_plan_dhcp_or_scheduler() -> None:
    assert {path for path, text in FILES.items() if "a03" in text} == {
        "h1-su01/SUMMARY.md",
        "h1-su01/power.csv",
    }


def test_the_held_rack_and_the_one_that_leaves_say_so_in_their_plan() -> None:
    held, leaving = _racks("h1-su01")[1], _racks("h1-su02")[0]
    assert held.hold == "its manifold waits for a pressure test"
    assert leaving.decommission == plan.Decommission(
        approval="CHG-2231, M. Ortiz, 3 November 2026", sanitise=True
    )


def test_the_override_is_in_the_plan_and_on_the_page() -> None:
    assert _racks("h1-su01")[0].compute_trays[3].bmc.address == "10.72.0.204"
    assert "| a01 | c04 | bmc_address | 10.72.0.204 |" in FILES["h1-su01/SUMMARY.md"]


def _racks(unit: str) -> tuple[plan.Rack, ...]:
    return plan.read_unit(SITE, unit).racks
