from __future__ import annotations

from pathlib import Path

import pytest

import worlds
from rackwright import render

FABRIC = "{name: ib, kind: %s, planned_scalable_units: {hall: h1, first: 1, count: 4}}"


def said(site: Path, *steps: tuple[str, str]) -> list[str]:
    changes = [{"file": "site.yaml", "replace": old, "by": new} for old, new in steps]
    worlds.change(site, changes)
    return [problem.code for problem in render.check(site)]


def test_a_pool_may_be_called_almost_what_is_taken(tmp_path: Path) -> None:
    steps = (("pool: train}", "pool: defaults}"), ("name: train", "name: defaults"))
    assert said(worlds.copy(tmp_path), *steps) == []


@pytest.mark.parametrize("name", ["all", "compute", "localhost"])
def test_a_service_node_is_not_called_what_means_something_else(name: str, tmp_path: Path) -> None:
    steps = (("name: svc01", f"name: {name}"), ("controller: svc01", f"controller: {name}"))
    assert said(worlds.copy(tmp_path), *steps) == ["name-reserved"]


def test_a_node_with_an_address_of_each_family_is_well(tmp_path: Path) -> None:
    steps = (
        ("prefix: 10.63.0.0/24", "prefix: 10.63.0.0/24\n    ipv6_prefix: fd00:63::/64"),
        ("address: 10.63.0.10", "address: 10.63.0.10\n    ipv6_address: fd00:63::10"),
    )
    assert said(worlds.copy(tmp_path), *steps) == []


@pytest.mark.parametrize(
    ("kind", "codes"), [("quantum-x800", ["no-fabric-manager"]), ("spectrum-x", [])]
)
def test_only_infiniband_needs_a_subnet_manager(
    kind: str, codes: list[str], tmp_path: Path
) -> None:
    site = worlds.copy(tmp_path)
    worlds.fabrics(site, FABRIC % kind)
    assert said(site, ("scheduler, ufm]", "scheduler]")) == codes


def test_a_site_may_accept_that_another_manages_its_fabric(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path)
    worlds.fabrics(site, FABRIC % "quantum-x800")
    accept = "accept: [{code: no-fabric-manager, reason: the campus has one UFM}]\nironic:\n"
    assert said(site, ("scheduler, ufm]", "scheduler]"), ("ironic:\n", accept)) == []


@pytest.mark.parametrize(
    ("place", "codes"),
    [
        ("{hall: h1}", []),
        ("{hall: h1, rack: srv01, u: 17}", []),
        ("{hall: h1, rack: a01, u: 48}", []),
        ("{hall: h1, rack: a01, u: 37}", ["place-taken"]),
        ("{hall: h2, rack: srv01}", ["unknown-reference"]),
    ],
)
def test_a_service_node_stands_where_nothing_else_does(
    place: str, codes: list[str], tmp_path: Path
) -> None:
    old = "address: 10.63.0.10"
    assert said(worlds.copy(tmp_path), (old, f"{old}\n    place: {place}")) == codes


def test_two_service_nodes_do_not_stand_in_one_place(tmp_path: Path) -> None:
    place = "place: {hall: h1, rack: srv01, u: 12}"
    other = f"{{name: svc02, address: 10.63.0.11, interface: bond0, roles: [login], {place}}}"
    steps = (
        ("address: 10.63.0.10", f"address: 10.63.0.10\n    {place}"),
        ("\nironic:", f"\n  - {other}\nironic:"),
    )
    assert said(worlds.copy(tmp_path), *steps) == ["place-taken"]
