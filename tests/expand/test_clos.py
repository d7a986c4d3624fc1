from __future__ import annotations

import re
from collections import Counter

import pytest

from rackwright.expand.fabrics import ethernet_evpn, of_kind, quantum_x800, spectrum_x
from rackwright.expand.fabrics.kind import Kind
from rackwright.inventory.cabling import Cable, Cables, Fabric
from rackwright.spec.fabrics import Fabric as Written
from rackwright.spec.reading import reader

PUBLISHED = [
    (1, 8, 4, 18),
    (2, 16, 8, 9),
    (4, 32, 18, 4),
    (8, 64, 36, 2),
    (16, 128, 72, 1),
    (18, 144, 72, 1),
]
"""Scalable units, leaves, spines, cables between each leaf and each spine: NVIDIA's own table."""

EVERY = [
    (module.KIND, count)
    for module in (quantum_x800, ethernet_evpn)
    for count in range(1, module.KIND.units + 1)
]
PORTS = {"quantum-x800": r"sw([1-9]|[1-6]\d|7[0-2])p[12]"}
CUMULUS = r"swp([1-9]|[1-5]\d|6[0-4])s[01]"


def word(value: object) -> str:
    return value.word if isinstance(value, Kind) else str(value)


def of_units(kind: Kind, count: int) -> Fabric:
    runs = {"hall": "h1", "first": 1, "count": count}
    data = {"name": "one", "kind": kind.word, "planned_scalable_units": runs}
    names = tuple(f"h1-su{index:02d}" for index in range(1, count + 1))
    return kind.numbers(reader(Written)(data), ("h1",), names)


def uplinks(kind: Kind, count: int) -> list[Cable]:
    fabric = of_units(kind, count)
    return [*Cables(run for unit in fabric.planned for run in kind.uplinks(fabric, unit, ()))]


@pytest.mark.parametrize(("count", "leaves", "spines", "links"), PUBLISHED)
def test_a_superpod_has_the_switches_and_cables_that_nvidia_publishes(
    count: int, leaves: int, spines: int, links: int
) -> None:
    fabric = of_units(quantum_x800.KIND, count)
    assert (fabric.leaves_per_unit * count, fabric.spines, fabric.links) == (leaves, spines, links)
    assert len(uplinks(quantum_x800.KIND, count)) == 576 * count


def test_four_racks_have_the_ethernet_switches_that_nvidia_publishes() -> None:
    compute, converged = spectrum_x.CLOS, ethernet_evpn.CLOS
    racks = 4 // compute.racks_per_leaf
    assert len(compute.lanes) * racks == 16
    assert compute.spines(16 // compute.planes) * compute.planes == 8
    assert (len(converged.lanes) * racks, converged.spines(4)) == (4, 2)


@pytest.mark.parametrize(("kind", "count"), EVERY, ids=word)
def test_every_uplink_has_two_ports_of_its_own(kind: Kind, count: int) -> None:
    fabric, cables = of_units(kind, count), uplinks(kind, count)
    ends = [(end.device, end.port) for each in cables for end in (each.source, each.target)]
    assert len(ends) == len(set(ends))
    assert all(re.fullmatch(PORTS.get(kind.word, CUMULUS), port) for _, port in ends)
    pairs = Counter((cable.source.device, cable.target.device) for cable in cables)
    assert set(pairs.values()) == {fabric.links}
    assert {spine for _, spine in pairs} == {s.name for s in kind.spines(fabric, False)}
    assert len({leaf for leaf, _ in pairs}) == count * fabric.leaves_per_unit


@pytest.mark.parametrize("kind", [quantum_x800.KIND, ethernet_evpn.KIND], ids=word)
def test_each_leaf_has_as_many_cables_up_as_down(kind: Kind) -> None:
    up = Counter(cable.source.device for cable in uplinks(kind, kind.units))
    assert set(up.values()) == {72 if kind.word == "quantum-x800" else 36}


def test_a_plan_beyond_two_tiers_still_expands_so_that_rules_can_say_it() -> None:
    fabric = of_units(of_kind("quantum-x800"), 33)
    assert (fabric.spines, fabric.links) == (72, 1)
