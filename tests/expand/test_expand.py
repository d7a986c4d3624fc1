from __future__ import annotations

from pathlib import Path

import pytest

import worlds
from rackwright import expand, spec
from rackwright.inventory import Inventory


def unit(site: Path, name: str) -> Inventory:
    return next(i for i in expand.expand_all(spec.load(site)) if i.unit.name == name)


def changed(target: Path, tray: str) -> Path:
    site = worlds.copy(target)
    trays = f"pool: train, trays: {{{tray}}}}}"
    worlds.change(site, [{"file": "site.yaml", "replace": "pool: train}", "by": trays}])
    return site


def test_the_units_of_a_site_are_the_site_its_scalable_units_and_its_pools() -> None:
    folders = [each.folder for each in expand.units(spec.load(worlds.ONE_RACK))]
    assert folders == ["site", "h1-su01", "pools/train"]


def test_as_built_data_lands_in_its_position() -> None:
    tray = unit(worlds.ONE_RACK, "h1-su01").present("a01", "compute")[0]
    assert (tray.name, tray.serial) == ("a01-p1-dgx-01-c01", "1643225076514")
    assert (tray.bmc_address, tray.address) == ("10.64.0.11", "10.65.0.11")


def test_an_open_position_keeps_its_name_and_is_not_present(tmp_path: Path) -> None:
    inventory = unit(changed(tmp_path, "c07: {open: not delivered}"), "h1-su01")
    assert len(inventory.present("a01", "compute")) == 17
    assert next(d for d in inventory.devices if d.label == "c07").name == "a01-p1-dgx-01-c07"


def test_a_hold_of_a_tray_holds_that_tray(tmp_path: Path) -> None:
    inventory = unit(changed(tmp_path, "c07: {hold: waits for a cable}"), "h1-su01")
    assert {d.label: d.hold for d in inventory.devices if d.hold} == {"c07": "waits for a cable"}


def test_a_hold_of_a_rack_holds_every_tray_of_it(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path)
    held = {"file": "site.yaml", "replace": "pool: train}", "by": "pool: train, hold: leak test}"}
    worlds.change(site, [held])
    assert {d.hold for d in unit(site, "h1-su01").devices} == {"leak test"}


def test_a_units_feeds_carry_its_own_racks_only(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path)
    worlds.rebuild(site, {1: {"a01": 1}, 2: {"b01": 1, "b02": 2}})
    assert [feed.planned_kw for feed in unit(site, "h1-su02").feeds] == [300]
    assert [feed.planned_kw for feed in unit(site, "site").feeds] == [450]


@pytest.mark.parametrize("kind", ["unknown", ""])
def test_a_rack_of_unknown_hardware_is_left_out(kind: str, tmp_path: Path) -> None:
    site = worlds.copy(tmp_path)
    change = {"file": "site.yaml", "replace": "kind: gb300-nvl72", "by": f"kind: '{kind}'"}
    worlds.change(site, [change])
    assert unit(site, "site").racks == ()
