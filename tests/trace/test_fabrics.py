from __future__ import annotations

import re

import pytest

import worlds
from rackwright import spec, trace
from rackwright.inventory import ServiceNode, Space
from rackwright.inventory.cabling import Cable, Fabric, Switch
from rackwright.problems import NoSuchValue
from rackwright.spec import Loaded

TWO_FABRIC = spec.load(worlds.SITES / "two-fabric")
SPECTRUM = spec.load(worlds.SITES / "spectrum-x")
ONE_SU = spec.load(worlds.SITES / "one-su")

LEAF = "fabrics.ib1.switches.h1-su18-cleaf-03"
DOWN = "fabrics.ib1.cables.h1-su18-r08--h1-su18-cleaf-02/07"
PORTS = [
    (TWO_FABRIC, DOWN),
    (TWO_FABRIC, "fabrics.ib1.cables.h1-su18-cleaf-08--ib1-cspine-72/01"),
    (TWO_FABRIC, "fabrics.ib2.cables.h1-su19-cleaf-01--ib2-cspine-01/01"),
    (SPECTRUM, "fabrics.ew.cables.h1-su01-r02--h1-su01-cleaf-17/18"),
    (SPECTRUM, "fabrics.ew.cables.h1-su01-cleaf-32--h1-su01-cspine-18/04"),
    (SPECTRUM, "fabrics.ew.cables.h1-su01-cspine-18--ew-cssp-018/64"),
    (SPECTRUM, "fabrics.ns.cables.h1-su01-nsleaf-08--ns-nsspine-09/04"),
]


def fields(kind: type) -> list[str]:
    if issubclass(kind, tuple):
        return list(kind._fields)
    return list(kind.__struct_fields__)


def said(loaded: Loaded, path: str) -> str:
    return "\n".join(reason.text for reason in trace.why(loaded, path))


@pytest.mark.parametrize("loaded", [TWO_FABRIC, SPECTRUM], ids=["two-fabric", "spectrum-x"])
def test_every_value_of_a_fabric_has_its_reasons(loaded: Loaded) -> None:
    paths = [f"fabrics.{each.name}.{field}" for each in loaded.site.fabrics for field in FIELDS]
    for path in paths:
        assert list(trace.show(loaded, path))
        assert [reason.at for reason in trace.why(loaded, path) if reason.at]


FIELDS = fields(Fabric)


@pytest.mark.parametrize(("loaded", "path"), PORTS, ids=lambda value: str(value)[8:40])
def test_the_ports_of_a_cable_are_arithmetic_that_adds_up(loaded: Loaded, path: str) -> None:
    reasons = re.findall(r"^port (\d+) = .*: (\S+)$", said(loaded, path), re.MULTILINE)
    shown = dict(line.split(": ", 1) for line in trace.show(loaded, path))
    for number, port in reasons:
        n = int(number)
        infiniband = f"sw{(n + 1) // 2}p{2 - n % 2}"
        assert port in (infiniband, f"swp{(n + 1) // 2}s{(n - 1) % 2}")
    ports = [port for _, port in reasons]
    assert ports in ([shown["target.port"]], [shown["source.port"], shown["target.port"]])


def test_a_spine_count_shows_its_arithmetic_and_the_line_of_the_plan() -> None:
    assert said(TWO_FABRIC, "fabrics.ib1.spines").startswith("72 for 144 leaves: the smallest")
    (plan, _) = [each.at for each in trace.why(TWO_FABRIC, "fabrics.ib1.spines") if each.at]
    assert plan.line == 26
    assert "18 groups of spines x 1" in said(SPECTRUM, "fabrics.ew.super_spines")
    assert "9 for 16 leaves" in said(SPECTRUM, "fabrics.ew.spines")


def test_a_switch_shows_what_is_plugged_into_its_ports() -> None:
    shown = dict(line.split(": ", 1) for line in trace.show(TWO_FABRIC, f"{LEAF}.ports.sw1p1"))
    assert shown["source.device"] == "h1-su18-r01-p18-dgx-01-c01"
    assert "= lane 1 of fabric-2" in said(TWO_FABRIC, f"{LEAF}.ports.sw1p1.source")
    assert list(trace.show(TWO_FABRIC, f"{LEAF}.reserved")) == ["no"]


@pytest.mark.parametrize("field", fields(Switch))
def test_every_value_of_a_switch_has_a_reason(field: str) -> None:
    assert "a leaf of h1-su18" in said(TWO_FABRIC, f"{LEAF}.{field}")


@pytest.mark.parametrize("field", fields(Cable))
def test_every_value_of_a_cable_has_a_reason(field: str) -> None:
    assert "rack 3 of the leaf, from 0, x 18 + tray 7" in said(TWO_FABRIC, f"{DOWN}.{field}")


def test_a_management_cable_says_that_its_order_is_ours() -> None:
    cable = next(iter(trace.show(TWO_FABRIC, "fabrics.mgmt.cables")))
    assert "in a fixed order" in said(TWO_FABRIC, f"fabrics.mgmt.cables.{cable}.target")


def test_a_switch_that_is_not_there_is_said() -> None:
    with pytest.raises(NoSuchValue, match=r"no 'h1-su18-cleaf-09' in fabrics\.ib1\.switches"):
        list(trace.why(TWO_FABRIC, "fabrics.ib1.switches.h1-su18-cleaf-09.tier"))


@pytest.mark.parametrize("field", fields(ServiceNode))
def test_every_value_of_a_service_node_has_a_line(field: str) -> None:
    reasons = list(trace.why(ONE_SU, f"service_nodes.svc02.{field}"))
    assert all(reason.at for reason in reasons)
    assert reasons


@pytest.mark.parametrize("field", fields(Space))
@pytest.mark.parametrize("space", ["services", "out-of-band", "in-band"])
def test_every_value_of_a_network_has_a_line(space: str, field: str) -> None:
    assert [reason for reason in trace.why(ONE_SU, f"spaces.{space}.{field}") if reason.at]


def test_a_planned_network_shows_its_arithmetic() -> None:
    assert said(TWO_FABRIC, "spaces.out-of-band.planned_racks").startswith("1 x 33 x 8")
