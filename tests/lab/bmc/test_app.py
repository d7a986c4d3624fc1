from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from lab.bmc import emulated
from lab.bmc.emulated import PASSWORD, Hosts, Running
from rackwright.lab.bmc.devices import Device

V1 = "/redfish/v1"
SYSTEM = f"{V1}/Systems/System_0"
RESET = f"{SYSTEM}/Actions/ComputerSystem.Reset"
SESSIONS = f"{V1}/SessionService/Sessions"
CD = f"{V1}/Managers/BMC_0/VirtualMedia/Cd1"
IMAGE = "https://10.63.0.10:8180/redfish/boot.iso"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One emulation for all tests here: none of them changes anything."""
    with emulated.small_rack(tmp_path_factory.mktemp("lab"), Hosts()) as running:
        yield running


def message(answer: httpx.Response) -> tuple[int, str]:
    """Return the status of a refusal and its message without the registry."""
    error = answer.json()["error"]
    assert error["@Message.ExtendedInfo"][0]["MessageId"] == error["code"]
    return answer.status_code, error["code"].rpartition(".")[2]


@pytest.mark.parametrize("path", ["/redfish", "/redfish/", V1, f"{V1}/"])
def test_the_service_root_is_open_to_everybody(lab: Running, tray: Device, path: str) -> None:
    with lab.client(tray, auth=None) as client:
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", [f"{V1}/Systems", SYSTEM, SESSIONS, f"{V1}/nowhere"])
def test_everything_else_needs_credentials(lab: Running, tray: Device, path: str) -> None:
    with lab.client(tray, auth=None) as client:
        answer = client.get(path)
    assert message(answer) == (401, "NoValidSession")
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


@pytest.mark.parametrize(
    "path", [f"{V1}/nowhere", f"{V1}/Systems/System_1", "/redfish/v2", f"{SYSTEM}/Bios"]
)
def test_a_path_that_leads_nowhere_is_said_so(lab: Running, tray: Device, path: str) -> None:
    with lab.client(tray) as client:
        assert message(client.get(path)) == (404, "ResourceMissingAtURI")


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", SYSTEM), ("DELETE", SYSTEM), ("POST", f"{V1}/Systems"), ("PATCH", CD)],
)
def test_a_resource_has_only_its_own_methods(
    lab: Running, tray: Device, method: str, path: str
) -> None:
    with lab.client(tray) as client:
        assert message(client.request(method, path, json={})) == (405, "OperationNotAllowed")


def test_each_address_answers_for_its_own_device(lab: Running) -> None:
    places = {"compute": SYSTEM, "nvlink-switch": SYSTEM, "power-shelf": f"{V1}/Chassis/powershelf"}
    serials = [
        lab.get(device, places[device.kind].removeprefix(V1))["SerialNumber"]
        for device in lab.devices
    ]
    assert serials == [device.serial for device in lab.devices]


@pytest.mark.parametrize("content", [b"{", b"[]", b'"On"', b"\xff"])
def test_a_body_that_is_no_object_is_refused(lab: Running, tray: Device, content: bytes) -> None:
    with lab.client(tray) as client:
        assert message(client.post(RESET, content=content)) == (400, "MalformedJSON")


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({}, (400, "ActionParameterMissing")),
        ({"ResetType": "Nmi"}, (400, "PropertyValueNotInList")),
        ({"ResetType": "ForceRestart"}, (409, "ActionParameterValueConflict")),
    ],
)
def test_a_reset_that_cannot_be_is_refused(
    lab: Running, tray: Device, body: dict, refusal: tuple[int, str]
) -> None:
    with lab.client(tray) as client:
        assert message(client.post(RESET, json=body)) == refusal


def test_a_power_shelf_cannot_be_reset(lab: Running, shelf: Device) -> None:
    with lab.client(shelf) as client:
        assert client.post(RESET, json={"ResetType": "ForceOff"}).status_code == 404
    assert lab.get(shelf, "/Chassis/powershelf")["PowerState"] == "On"


@pytest.mark.parametrize(
    "body", [{}, {"UserName": "admin"}, {"UserName": 1, "Password": [PASSWORD]}]
)
def test_a_session_needs_the_password(lab: Running, tray: Device, body: dict) -> None:
    with lab.client(tray, auth=None) as client:
        assert message(client.post(SESSIONS, json=body)) == (401, "NoValidSession")


@pytest.mark.parametrize(
    ("path", "refusal"),
    [
        (f"{V1}/Systems/HGX_Baseboard_0", (405, "OperationNotAllowed")),
        (f"{V1}/Systems/System_7", (404, "ResourceMissingAtURI")),
    ],
)
def test_only_the_host_system_can_be_patched(
    lab: Running, tray: Device, path: str, refusal: tuple[int, str]
) -> None:
    with lab.client(tray) as client:
        assert message(client.patch(path, json={})) == refusal


@pytest.mark.parametrize("place", ["BMC_0/VirtualMedia/Cd9", "HGX_BMC_0/VirtualMedia/Cd1"])
def test_a_medium_needs_a_slot_that_exists(lab: Running, tray: Device, place: str) -> None:
    action = f"{V1}/Managers/{place}/Actions/VirtualMedia"
    with lab.client(tray) as client:
        inserted = client.post(f"{action}.InsertMedia", json={"Image": IMAGE})
        ejected = client.post(f"{action}.EjectMedia")
    assert message(inserted) == message(ejected) == (404, "ResourceMissingAtURI")
