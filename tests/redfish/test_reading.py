from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from rackwright import redfish
from rackwright.problems import ServiceFailed
from rackwright.redfish import Connection, Place, Reading, reading

CONNECTION = Connection("10.64.0.11", "admin", "a-password", Path("ca.pem"))
SYSTEM = Place("Systems", "System_0")


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch):
    """Let the BMC give the answer, or raise the error, that the test wants."""

    def give(answer: httpx.Response | Exception) -> None:
        def handle(request: httpx.Request) -> httpx.Response:
            assert request.url == "https://10.64.0.11/redfish/v1/Systems/System_0"
            if isinstance(answer, Exception):
                raise answer
            return answer

        transport = httpx.MockTransport(handle)
        monkeypatch.setattr(reading, "client", lambda _: httpx.AsyncClient(transport=transport))

    return give


def read() -> Reading:
    return asyncio.run(redfish.read(CONNECTION, SYSTEM))


def failure() -> str:
    with pytest.raises(ServiceFailed) as caught:
        read()
    return caught.value.message


def test_a_reading_says_who_and_how_far(answers) -> None:
    said = {
        "SerialNumber": "CT000001",
        "PowerState": "On",
        "Model": "GB300",
        "BootProgress": {"LastState": "OSRunning"},
        "Status": {"Conditions": []},
    }
    answers(httpx.Response(200, json=said))
    assert read() == Reading("CT000001", "On", "OSRunning", "GB300")


def test_what_a_bmc_does_not_say_is_empty(answers) -> None:
    answers(httpx.Response(200, json={"SerialNumber": None, "Status": None, "BootProgress": None}))
    assert read() == Reading("", "")


def test_only_a_critical_condition_is_a_problem(answers) -> None:
    conditions = [
        {"Severity": "Warning", "Message": "a fan is slow"},
        {"Severity": "Critical", "Message": "no boot device"},
    ]
    answers(httpx.Response(200, json={"Status": {"Conditions": conditions}}))
    assert read().problem == "no boot device"


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (httpx.Response(401), "answered 401: the user or the password is wrong"),
        (httpx.Response(404), "answered 404: it has no Systems/System_0"),
        (httpx.Response(503), "answered 503"),
        (httpx.Response(200, json=["no object"]), "answered something else than expected"),
        (httpx.ReadTimeout("slow"), "no answer in 10 s"),
        (httpx.ConnectError("[Errno 113] No route to host"), "[Errno 113] No route to host"),
        (
            httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] unable to get issuer"),
            "its certificate is not trusted",
        ),
    ],
)
def test_a_refusal_names_the_bmc_and_the_cause(answers, answer, sentence: str) -> None:
    answers(answer)
    assert failure() == f"the BMC at 10.64.0.11: {sentence}"


def test_a_device_without_a_system_is_read_at_its_chassis() -> None:
    assert str(Place.of("", "powershelf")) == "Chassis/powershelf"
    assert str(Place.of("System_0", "Chassis_0")) == "Systems/System_0"


def test_a_password_is_not_shown() -> None:
    assert "a-password" not in repr(CONNECTION)
