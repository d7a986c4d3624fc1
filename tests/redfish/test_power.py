from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sushy
from sushy import exceptions

from rackwright import redfish
from rackwright.problems import ServiceFailed
from rackwright.redfish import Connection, Place, Reading, power

CONNECTION = Connection("10.64.0.41", "admin", "a-password", Path("ca.pem"))


class Bmc:
    """A BMC that says On or Off after so many looks, and takes resets through sushy."""

    def __init__(self, looks: list[str], refusal: Exception | None = None) -> None:
        self.looks = looks
        self.refusal = refusal
        self.resets: list[str] = []

    def __call__(self, address: str, **settings: Any) -> Bmc:
        assert (address, settings["connector"]._verify) == ("https://10.64.0.41", "ca.pem")
        return self

    def get_system(self, path: str) -> Bmc:
        assert path == "/redfish/v1/Systems/System_0"
        return self

    def reset_system(self, kind: str) -> None:
        if self.refusal:
            raise self.refusal
        self.resets.append(kind)

    async def read(self, connection: Connection, place: Place) -> Reading:
        return Reading("NVSW1", self.looks.pop(0) if len(self.looks) > 1 else self.looks[0])


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> Callable[[Bmc], Bmc]:
    def connect(bmc: Bmc) -> Bmc:
        monkeypatch.setattr(sushy, "Sushy", bmc)
        monkeypatch.setattr(power, "read", bmc.read)
        monkeypatch.setattr(power, "SECONDS_BETWEEN_LOOKS", 0)
        return bmc

    return connect


def test_power_on_ends_when_the_bmc_says_that_it_is_on(connected) -> None:
    bmc = connected(Bmc(["Off", "PoweringOn", "On"]))
    assert asyncio.run(redfish.power_on(CONNECTION, "System_0", 5)) == Reading("NVSW1", "On")
    assert bmc.resets == [sushy.RESET_ON]


def test_power_off_is_forced(connected) -> None:
    bmc = connected(Bmc(["On", "Off"]))
    assert asyncio.run(redfish.power_off(CONNECTION, "System_0", 5)).power == "Off"
    assert bmc.resets == [sushy.RESET_FORCE_OFF]


def test_power_that_does_not_come_is_a_failure(connected) -> None:
    connected(Bmc(["Off"]))
    with pytest.raises(ServiceFailed, match="Systems/System_0 is still Off 0 s after"):
        asyncio.run(redfish.power_on(CONNECTION, "System_0", 0))


def test_a_refused_reset_names_the_bmc_and_its_words(connected) -> None:
    connected(Bmc(["Off"], exceptions.SushyError(message="no such reset")))
    with pytest.raises(ServiceFailed, match=r"10\.64\.0\.41 refuses to power System_0 On: no such"):
        asyncio.run(redfish.power_on(CONNECTION, "System_0", 5))
