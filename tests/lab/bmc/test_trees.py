from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.bmc import emulated
from rackwright.lab.bmc import trees
from rackwright.lab.bmc.devices import Device, Kind
from rackwright.lab.bmc.resources import ROOT, Resources
from rackwright.lab.bmc.system import Override, Power, Progress, System

STATES = {
    "off": System(),
    "running": System(
        power=Power.ON,
        override=Override("Cd", "Continuous"),
        media={"Cd1": "https://10.63.0.10:8180/redfish/boot.iso"},
        progress=Progress.RUNNING,
    ),
    "no boot device": System(power=Power.ON, problem="no boot device"),
}


@pytest.fixture(params=list(Kind))
def device(request: pytest.FixtureRequest, tmp_path: Path) -> Device:
    devices = emulated.rack(tmp_path / "secrets", "127.9.1")
    return next(device for device in devices if device.kind is request.param)


def of_kind(tmp_path: Path, kind: Kind, system: System = STATES["off"]) -> Resources:
    devices = emulated.rack(tmp_path / "secrets", "127.9.1")
    return trees.resources(next(d for d in devices if d.kind is kind), system, {})


def links(value: object) -> Iterator[str]:
    """Yield every place that a resource leads to: links and the targets of its actions' owner."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "@odata.id":
                yield inner
            elif key == "target":
                yield inner.partition("/Actions/")[0]
            else:
                yield from links(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from links(inner)


@pytest.mark.parametrize("state", STATES)
def test_every_link_leads_to_a_resource(device: Device, state: str) -> None:
    tree = trees.resources(device, STATES[state], {"5e55": "admin"})
    lost = {place for resource in tree.values() for place in links(resource)} - tree.keys()
    assert lost == set()


def test_every_resource_is_reached_from_the_service_root(device: Device) -> None:
    tree = trees.resources(device, STATES["running"], {"5e55": "admin"})
    reached, todo = set(), [ROOT]
    while todo:
        place = todo.pop()
        if place not in reached:
            reached.add(place)
            todo.extend(links(tree[place]))
    assert reached == tree.keys()


def test_a_resource_says_where_and_what_it_is(device: Device) -> None:
    for path, resource in trees.resources(device, STATES["off"], {}).items():
        assert resource["@odata.id"] == path
        assert resource["@odata.type"].startswith("#")
        assert resource["Name"]


def test_no_password_is_in_a_tree(device: Device) -> None:
    assert emulated.PASSWORD not in json.dumps(trees.resources(device, STATES["off"], {}))


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        (Kind.COMPUTE, "Systems/System_0"),
        (Kind.COMPUTE, "Chassis/Chassis_0"),
        (Kind.NVLINK_SWITCH, "Systems/System_0"),
        (Kind.NVLINK_SWITCH, "Chassis/MGX_BMC_0"),
        (Kind.POWER_SHELF, "Chassis/powershelf"),
    ],
)
def test_a_device_shows_serial_and_power(tmp_path: Path, kind: Kind, place: str) -> None:
    resource = of_kind(tmp_path, kind, STATES["running"])[f"{ROOT}/{place}"]
    assert resource["SerialNumber"].endswith("000001")
    assert resource["PowerState"] == "On"


@pytest.mark.parametrize(
    ("kind", "chassis", "detectors"),
    [(Kind.COMPUTE, "Chassis_0", 4), (Kind.NVLINK_SWITCH, "MGX_BMC_0", 8)],
)
def test_a_tray_has_its_leak_detectors(
    tmp_path: Path, kind: Kind, chassis: str, detectors: int
) -> None:
    path = f"{ROOT}/Chassis/{chassis}/ThermalSubsystem/LeakDetection/LeakDetectors"
    assert of_kind(tmp_path, kind)[path]["Members@odata.count"] == detectors


def test_a_power_shelf_has_no_systems(tmp_path: Path) -> None:
    tree = of_kind(tmp_path, Kind.POWER_SHELF)
    assert "Systems" not in tree[ROOT]
    assert f"{ROOT}/Systems" not in tree


def test_a_power_shelf_has_the_planned_power_supplies(tmp_path: Path) -> None:
    path = f"{ROOT}/Chassis/powershelf/PowerSubsystem/PowerSupplies"
    tree = of_kind(tmp_path, Kind.POWER_SHELF)
    supplies = [tree[member["@odata.id"]] for member in tree[path]["Members"]]
    assert len({supply["SerialNumber"] for supply in supplies}) == 6
    assert {supply["PowerState"] for supply in supplies} == {"On"}


def test_a_failed_boot_says_why_in_the_status(tmp_path: Path) -> None:
    tree = of_kind(tmp_path, Kind.COMPUTE, STATES["no boot device"])
    status = tree[f"{ROOT}/Systems/System_0"]["Status"]
    assert status["Health"] == "Critical"
    assert [condition["Message"] for condition in status["Conditions"]] == ["no boot device"]


def test_an_inserted_medium_is_shown_in_its_slot(tmp_path: Path) -> None:
    tree = of_kind(tmp_path, Kind.COMPUTE, STATES["running"])
    media = f"{ROOT}/Managers/BMC_0/VirtualMedia"
    shown = {slot: tree[f"{media}/{slot}"]["Inserted"] for slot in ("Cd1", "Usb1")}
    assert shown == {"Cd1": True, "Usb1": False}
