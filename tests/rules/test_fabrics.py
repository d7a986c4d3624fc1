from __future__ import annotations

from pathlib import Path

import pytest

import worlds
from rackwright import render


def said(site: Path, *fabrics: str, **changes: str) -> list[str]:
    """Return the codes for a site planned for 32 units, with fabrics and `kind` or more racks."""
    worlds.copy(site)
    worlds.fabrics(site, *fabrics)
    steps = [("planned_scalable_units: 4 ", f"planned_scalable_units: {changes.get('units', 32)} ")]
    if "kind" in changes:
        steps.append(("kind: gb300-nvl72", f"kind: {changes['kind']}"))
    if "racks" in changes:
        steps.append(("networks: ", f"networks:\n  racks_per_scalable_unit: {changes['racks']} "))
    worlds.change(site, [{"file": "site.yaml", "replace": a, "by": b} for a, b in steps])
    return [problem.code for problem in render.check(site)]


def fabric(
    first: int, count: int, name: str = "ib", hall: str = "h1", kind: str = "quantum-x800"
) -> str:
    runs = f"{{hall: {hall}, first: {first}, count: {count}}}"
    return f"{{name: {name}, kind: {kind}, planned_scalable_units: {runs}}}"


def oob(more: str = "") -> str:
    runs = "{hall: h1, first: 1, count: 32}"
    return f"{{name: mgmt, kind: oob, {more}planned_scalable_units: {runs}}}"


@pytest.mark.parametrize("count", [1, 16])
def test_two_tiers_hold_less_than_they_reach(count: int, tmp_path: Path) -> None:
    assert said(tmp_path, fabric(1, count)) == []


@pytest.mark.parametrize(
    ("kind", "most"), [("quantum-x800", 18), ("ethernet-evpn", 16), ("spectrum-x", 128)]
)
def test_tiers_reach_so_many_units_and_no_more(kind: str, most: int, tmp_path: Path) -> None:
    largest, larger = (fabric(1, count, kind=kind) for count in (most, most + 1))
    assert "fabric-too-large" not in said(tmp_path / "most", largest, units="129")
    assert "fabric-too-large" in said(tmp_path / "more", larger, units="129")


def test_units_of_a_hall_may_have_compute_fabrics_of_two_kinds(tmp_path: Path) -> None:
    fabrics = [fabric(1, 1), fabric(2, 1, "ew", kind="spectrum-x")]
    assert said(tmp_path, *fabrics) == []


def test_two_kinds_that_take_the_same_ports_are_said(tmp_path: Path) -> None:
    fabrics = [fabric(1, 1), fabric(1, 1, "ew", kind="spectrum-x")]
    assert said(tmp_path / "twice", *fabrics) == ["fabric-twice"]
    fabrics[1] = fabric(1, 1, "ns", kind="ethernet-evpn")
    assert said(tmp_path / "once", *fabrics, oob()) == []


def test_a_tray_with_more_ports_than_the_fabric_takes_does_not_fit(tmp_path: Path) -> None:
    assert said(tmp_path, fabric(1, 1, kind="ethernet-evpn"), kind="gb200-nvl72") == ["fabric-port"]


def test_the_management_fabric_has_no_such_limit(tmp_path: Path) -> None:
    assert said(tmp_path, oob()) == []


def test_fabrics_that_meet_do_not_overlap(tmp_path: Path) -> None:
    fabrics = [fabric(1, 18, "west"), fabric(19, 14, "east"), oob()]
    assert said(tmp_path, *fabrics) == []


def test_runs_of_one_fabric_may_say_a_unit_twice(tmp_path: Path) -> None:
    runs = "[{hall: h1, first: 1, count: 3}, {hall: h1, first: 2, count: 3}]"
    assert said(tmp_path, f"{{name: ib, kind: quantum-x800, planned_scalable_units: {runs}}}") == []


def test_a_hall_without_a_fabric_of_a_kind_needs_none(tmp_path: Path) -> None:
    assert said(tmp_path, oob()) == []


def test_a_fabric_ends_with_the_sites_plan(tmp_path: Path) -> None:
    assert said(tmp_path / "in", fabric(1, 4), units="4") == []
    assert said(tmp_path / "out", fabric(1, 5), units="4") == ["index-beyond-plan"]


def test_a_fabric_beyond_the_plan_and_two_tiers_is_said_to_be_both(tmp_path: Path) -> None:
    found = said(tmp_path, fabric(1, 33), units="4")
    assert sorted(found) == ["fabric-too-large", "index-beyond-plan"]


def test_a_fabric_of_an_unknown_hall_is_said(tmp_path: Path) -> None:
    assert said(tmp_path, fabric(1, 4, hall="h2")) == ["unknown-reference"]


def test_two_fabrics_of_one_name_are_said(tmp_path: Path) -> None:
    found = said(tmp_path, fabric(1, 4), fabric(5, 4))
    assert found == ["duplicate-name"]


@pytest.mark.parametrize("kind", ["gb300-nvl72-dell", "gb300-nvl72-hpe", "gb300-nvl72-lenovo"])
def test_variants_of_the_rack_fit(kind: str, tmp_path: Path) -> None:
    assert "fabric-port" not in said(tmp_path, fabric(1, 4), oob(), kind=kind)


def test_two_management_switches_hold_a_gb200_rack_but_for_its_hosts(tmp_path: Path) -> None:
    kind = "gb200-nvl72"
    assert said(tmp_path / "without", oob(), kind=kind) == []
    assert said(tmp_path / "with", oob("host_ports: true, "), kind=kind) == ["fabric-full"]
    assert said(tmp_path / "gb300", oob("host_ports: true, ")) == []


def test_leaves_hold_eight_racks(tmp_path: Path) -> None:
    assert said(tmp_path / "eight", fabric(1, 4), units="4", racks="8") == []
    assert said(tmp_path / "nine", fabric(1, 4), units="4", racks="9") == ["fabric-full"]


def test_an_unknown_kind_is_said_with_the_one_that_is_meant(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path)
    worlds.fabrics(site, fabric(1, 4).replace("x800", "x80"), "{name: b}", "c")
    found = [(each.code, each.message, each.hint) for each in render.check(site)]
    assert found == [
        (
            "not-one-of",
            "kind is 'quantum-x80', expected quantum-x800 or spectrum-x or ethernet-evpn or oob",
            "did you mean 'quantum-x800'?",
        ),
        ("missing", "missing key 'kind'", "The kind of fabric."),
        ("wrong-type", "fabrics[2] is 'c', expected a mapping of keys to values", FABRICS),
    ]


def test_a_mistake_inside_a_fabric_is_said_at_its_key(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path)
    worlds.fabrics(site, "{name: ib, kind: quantum-x800, planned_scalable_unit: 4, host_ports: no}")
    found = [(each.code, each.hint, each.subject) for each in render.check(site)]
    code = "extra-forbidden"
    assert found == [
        (code, "did you mean 'planned_scalable_units'?", "fabrics.ib.planned_scalable_unit"),
        (code, "another kind has this key", "fabrics.ib.host_ports"),
    ]


FABRICS = "What connects its racks; of each kind there may be several."
