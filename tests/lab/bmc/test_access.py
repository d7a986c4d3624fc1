from __future__ import annotations

import base64
from pathlib import Path

import pytest

from lab.bmc import emulated
from rackwright.lab.bmc import access
from rackwright.lab.bmc.access import Session
from rackwright.lab.bmc.devices import Device

SESSIONS = {"1": Session("admin", "a-token"), "2": Session("other", "töken")}


@pytest.fixture
def device(tmp_path: Path) -> Device:
    return emulated.rack(tmp_path / "secrets", "127.9.1")[0]


def basic(credentials: str) -> dict[str, str]:
    return {"authorization": f"Basic {base64.b64encode(credentials.encode()).decode()}"}


def test_the_right_password_says_who_it_is(device: Device) -> None:
    assert access.user_of(basic(f"admin:{emulated.PASSWORD}"), device, {}) == "admin"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        basic("admin:"),
        basic("admin:wrong"),
        basic(f"root:{emulated.PASSWORD}"),
        basic("admin"),
        {"authorization": "Basic %%%"},
        {"authorization": "Basic //79"},
        {"authorization": f"Bearer {emulated.PASSWORD}"},
        {"x-auth-token": "another-token"},
        {"x-auth-token": "another-token", **basic(f"admin:{emulated.PASSWORD}")},
    ],
)
def test_anything_else_proves_nothing(device: Device, headers: dict[str, str]) -> None:
    assert access.user_of(headers, device, SESSIONS) == ""


def test_a_token_says_whose_session_it_is(device: Device) -> None:
    assert access.user_of({"x-auth-token": "töken"}, device, SESSIONS) == "other"


def test_the_oldest_session_makes_room_for_a_new_one() -> None:
    sessions: dict[str, Session] = {}
    numbers = []
    for _ in range(access.MOST_SESSIONS + 1):
        number, sessions = access.opened(sessions, "admin")
        numbers.append(number)
    assert list(sessions) == numbers[1:]


def test_a_token_is_not_shown_with_its_session() -> None:
    assert "a-token" not in repr(SESSIONS)
