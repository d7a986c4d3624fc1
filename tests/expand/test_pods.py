from __future__ import annotations

from collections import Counter

import pytest

from rackwright.expand.fabrics import spectrum_x
from rackwright.inventory.cabling import Cable, Cables, Fabric
from rackwright.spec.fabrics import Fabric as Written
from rackwright.spec.reading import reader

KIND = spectrum_x.KIND
SIZES = [
    (1, 18, 0, 0),
    (2, 36, 18, 64),
    (3, 54, 36, 32),
    (4, 72, 36, 32),
    (33, 594, 576, 2),
    (64, 1152, 576, 2),
    (65, 1170, 1152, 1),
    (128, 2304, 1152, 1),
]
"""Scalable units, spines, super-spines, cables from a spine to each super-spine of its group."""


def of_units(count: int) -> Fabric:
    runs = {"hall": "h1", "first": 1, "count": count}
    data = {"name": "ew", "kind": KIND.word, "planned_scalable_units": runs}
    names = tuple(f"h1-su{index:02d}" for index in range(1, count + 1))
    return KIND.numbers(reader(Written)(data), ("h1",), names)


def inside(count: int, unit: str = "h1-su01") -> list[Cable]:
    return [*Cables(KIND.between(of_units(count), unit, ()))]


def out(count: int) -> list[Cable]:
    fabric = of_units(count)
    return [*Cables(run for unit in fabric.planned for run in KIND.uplinks(fabric, unit, ()))]


def plane_of(name: str) -> int:
    number = int(name.rsplit("-", 1)[1])
    return (number - 1) // (9 if "cspine" in name else 16)


@pytest.mark.parametrize(("count", "spines", "super_spines", "links"), SIZES)
def test_super_spines_follow_from_the_planned_units(
    count: int, spines: int, super_spines: int, links: int
) -> None:
    fabric = of_units(count)
    assert (fabric.spines, fabric.super_spines, fabric.super_links) == (spines, super_spines, links)
    assert len([*KIND.spines(fabric, False)]) == super_spines


def test_a_pod_fills_the_ports_of_its_spines_down_and_has_as_many_up() -> None:
    down = Counter(cable.target.device for cable in inside(2))
    up = Counter(cable.source.device for cable in out(2))
    mine = list(KIND.switches(of_units(2), "h1-su01", ()))
    assert {switch.name for switch in mine if switch.tier == "spine"} == set(down)
    assert set(down.values()) == set(up.values()) == {64}


@pytest.mark.parametrize("count", [2, 3, 33, 128])
def test_every_port_of_three_tiers_is_used_once(count: int) -> None:
    cables = [*inside(count), *out(count)]
    ends = [(end.device, end.port) for each in cables for end in (each.source, each.target)]
    assert len(ends) == len(set(ends))
    taken = Counter(device for device, _ in ends if "cssp" in device)
    assert max(taken.values()) <= 128
    assert len(taken) == of_units(count).super_spines


def test_nothing_is_oversubscribed() -> None:
    assert len(inside(4)) == 8 * 18 * 8
    assert len(out(4)) == 4 * 8 * 18 * 8


def test_no_cable_joins_two_planes() -> None:
    assert all(
        plane_of(cable.source.device) == plane_of(cable.target.device) for cable in inside(4)
    )
    planes: dict[str, set[int]] = {}
    for cable in out(4):
        planes.setdefault(cable.target.device, set()).add(plane_of(cable.source.device))
    assert all(len(each) == 1 for each in planes.values())


def test_a_super_spine_joins_the_same_spine_of_every_unit() -> None:
    joined: dict[str, set[str]] = {}
    for cable in out(4):
        joined.setdefault(cable.target.device, set()).add(cable.source.device)
    assert joined["ew-cssp-003"] == {f"h1-su{unit:02d}-cspine-02" for unit in (1, 2, 3, 4)}
    assert all(len(spines) == 4 for spines in joined.values())


def test_planning_a_second_unit_moves_no_cable_of_the_first() -> None:
    assert inside(1) == inside(2) == inside(128)
    assert out(1) == []


def test_only_a_fabric_with_super_spines_says_that_they_are_inferred() -> None:
    assert "inferred" not in " ".join(of_units(1).unproven)
    assert "inferred" in " ".join(of_units(2).unproven)


def test_cables_in_a_unit_are_short_and_those_to_super_spines_are_not() -> None:
    assert {cable.length for cable in inside(2)} == {"in-unit"}
    assert {cable.length for cable in out(2)} == {"in-hall"}


@pytest.mark.parametrize(("units", "spines", "super_spines", "_"), SIZES)
def test_cables_stay_in_the_plane_of_the_switches_at_both_ends(
    units: int, spines: int, super_spines: int, _: int
) -> None:
    fabric = of_units(units)
    switches = [*KIND.switches(fabric, "h1-su01", ()), *KIND.spines(fabric, False)]
    planes = {switch.name: switch.plane for switch in switches}
    assert len(switches) == fabric.leaves_per_unit + spines // units + super_spines
    assert set(planes.values()) == {1, 2}
    runs = (*KIND.between(fabric, "h1-su01", ()), *KIND.uplinks(fabric, "h1-su01", ()))
    for cable in Cables(runs):
        assert planes[cable.source.device] == planes[cable.target.device], cable
