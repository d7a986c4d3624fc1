"""What the reference page says beyond the keys is true, and its examples work."""

from __future__ import annotations

from pathlib import Path

import pytest

import worlds
from rackwright import asbuilt, hardware, render, spec, yamlfile
from rackwright.expand import naming
from rackwright.spec import chapters, layout, reading
from rackwright.spec.site import Site

TYPES = sorted(hardware.catalogue())


def page() -> str:
    return spec.schema_files()["reference.md"]


def test_the_exceptions_of_the_example_are_of_whom_it_says() -> None:
    data = yamlfile.parse((worlds.ONE_RACK / "site.yaml").read_text(), "site.yaml").data
    halls = yamlfile.parse(chapters.EXCEPTIONS, "halls.yaml").data
    (hall,) = layout.resolve(reading.read(Site, data | halls))
    racks = {rack.name: rack for unit in hall.scalable_units for rack in unit.racks}
    installed = {name for name, rack in racks.items() if rack.state == "installed"}
    assert installed == {*(f"h1-su01-r{rack:02}" for rack in range(1, 9)), "h1-su02-r03"}
    held = {name for name, rack in racks.items() if rack.hold}
    assert held == {f"h1-su{unit:02}-r08" for unit in range(1, 5)}
    assert set(racks["h1-su02-r03"].trays) == {"c07"}


def test_the_example_of_gates_is_one() -> None:
    data = yamlfile.parse((worlds.ONE_RACK / "site.yaml").read_text(), "site.yaml").data
    site = reading.read(Site, data | yamlfile.parse(chapters.GATES, "gates.yaml").data)
    assert site.gates is not None
    assert site.gates.require_label == {"redeploy": "maintenance-window", "replace": "rma"}


@pytest.mark.parametrize("name", TYPES)
def test_an_example_of_as_built_data_can_be_read(name: str) -> None:
    kind = hardware.catalogue()[name]
    found, problems = asbuilt.parse(chapters.example(kind), "h1-su01.csv")
    assert problems == ()
    hosted = [device.has_host for device in kind.devices]
    assert [bool(row.in_band_mac) for row in found.rows] == hosted
    assert [any(row.guids) for row in found.rows] == hosted


@pytest.mark.parametrize("name", TYPES)
def test_the_labels_are_those_that_devices_have(name: str) -> None:
    for device in hardware.catalogue()[name].devices:
        expected = (naming.label(device, 1), naming.label(device, device.count))
        assert chapters.labels(device) == expected


def test_every_column_and_every_hardware_type_is_listed() -> None:
    text = page()
    assert all(f"\n| `{column}` | " in text for column in asbuilt.COLUMNS)
    assert all(
        f"\n| `{kind.name}` | {kind.title} |\n" in text for kind in hardware.catalogue().values()
    )


def test_a_choice_of_one_or_many_says_its_parts_once() -> None:
    text = page()
    units = "one or a list (1 or more) of: [UnitsOfHall](#unitsofhall)"
    racks = "[RackRange](#rackrange), or a list of: [Rack](#rack) or [RackRange](#rackrange)"
    assert f"| `planned_scalable_units` | {units} | required |" in text
    assert f"| `racks` | {racks} | required |" in text


def test_a_number_in_place_of_planned_units_is_answered_with_their_shape(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path / "site")
    worlds.fabrics(site, "{name: oob, kind: oob, planned_scalable_units: 2}")
    (problem,) = render.check(site)
    assert problem.code == "wrong-type"
    assert "{hall: h1, first: 1, count: 2}" in problem.hint
