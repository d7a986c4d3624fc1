from __future__ import annotations

import pytest
from msgspec.structs import replace

import plans
from rackwright import plan
from rackwright.provision import outputs
from rackwright.provision.difference import Kind, aims, changes, shortfalls, step

UNIT, RACK = plans.unit_plan(), plans.rack()


def good() -> dict:
    found = outputs.previewed(UNIT, RACK, {})
    return {**found, "ready": True}


def test_the_same_has_no_changes() -> None:
    assert list(changes({"a": {"b": [1]}}, {"a": {"b": [1]}})) == []


def test_a_change_is_shown_by_its_path_and_kind() -> None:
    old = {"rack": {"trays": {"c05": {"serial": "1"}, "c06": {}}}}
    new = {"rack": {"trays": {"c05": {"serial": "2"}, "c07": {}}}}
    assert list(changes(old, new)) == [
        ('rack.trays["c05"].serial', Kind.UPDATE),
        ('rack.trays["c06"]', Kind.DELETE),
        ('rack.trays["c07"]', Kind.ADD),
    ]


@pytest.mark.parametrize(
    ("key", "path"), [("rack", "x.rack"), ("bmc_kinds", "x.bmc_kinds"), ("c05", 'x["c05"]')]
)
def test_a_label_stands_in_brackets(key: str, path: str) -> None:
    assert step("x", key) == path


def test_a_rack_that_is_as_it_should_be_falls_short_of_nothing() -> None:
    assert list(shortfalls(RACK, good())) == []


@pytest.mark.parametrize(
    ("kind", "label", "name", "value"),
    [
        ("trays", "c05", "power", "Off"),
        ("trays", "c05", "power", "unknown"),
        ("trays", "c05", "ironic", "deploy failed"),
        ("trays", "c05", "host", "unreachable"),
        ("trays", "c05", "serial", "X9"),
        ("switch_trays", "nvsw-02", "power", "Off"),
        ("power_shelves", "pwr-03", "power", "unknown"),
    ],
)
def test_whatever_is_not_as_it_should_be_is_shown(
    kind: str, label: str, name: str, value: str
) -> None:
    found = good()
    found[kind][label][name] = value
    assert list(shortfalls(RACK, found)) == [f'{kind}["{label}"].{name}']


def test_what_is_on_hold_falls_short_of_nothing() -> None:
    assert list(shortfalls(replace(RACK, hold="waits"), outputs.unread(UNIT, RACK))) == []


def test_a_tray_on_hold_falls_short_of_nothing() -> None:
    held = replace(RACK.compute_trays[4], hold="waits")
    trays = (*RACK.compute_trays[:4], held, *RACK.compute_trays[5:])
    found = good()
    found["trays"]["c05"]["power"] = "Off"
    assert list(shortfalls(replace(RACK, compute_trays=trays), found)) == []


def test_a_rack_that_leaves_is_to_be_off_and_undeployed() -> None:
    leaving = replace(RACK, decommission=plan.Decommission(approval="CHG-1", sanitise=False))
    assert aims(leaving)["trays"]["c05"] == {
        "serial": "CT000005",
        "power": "Off",
        "ironic": "available",
    }
    assert 'switch_trays["nvsw-01"].power' in list(shortfalls(leaving, good()))
