from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

import plans
from lab.bmc import emulated
from lab.bmc.emulated import PASSWORD, Hosts, Running
from rackwright import plan, redfish, status
from rackwright.lab.bmc.devices import Device, Kind
from rackwright.problems import SecretError, ServiceFailed
from rackwright.provision.metal import Site
from rackwright.provision.outside import silent
from rackwright.redfish import Connection, Place, Trust
from rackwright.redfish.trust import fingerprint
from rackwright.secrets import Secrets

OTHER = ":".join(["0A"] * 32)


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Running]:
    with emulated.small_rack(tmp_path, Hosts()) as running:
        yield running


def switch_tray(lab: Running) -> Device:
    return next(device for device in lab.devices if device.kind is Kind.NVLINK_SWITCH)


def own(lab: Running) -> str:
    pem = (lab.folder / "bmc.pem").read_text()
    return fingerprint(ssl.PEM_cert_to_DER_cert(pem))


def connection(lab: Running, trust: Trust, host: str = "") -> Connection:
    device = switch_tray(lab)
    return Connection(f"{host or device.address}:{lab.port}", device.user, PASSWORD, trust)


def read(lab: Running, trust: Trust, host: str = "") -> str:
    place = Place("Systems", switch_tray(lab).system)
    return asyncio.run(redfish.read(connection(lab, trust, host), place)).serial


def test_a_bmc_of_the_authority_is_read(lab: Running) -> None:
    assert read(lab, lab.ca) == switch_tray(lab).serial


def test_a_bmc_with_a_pinned_certificate_is_read_without_an_authority(lab: Running) -> None:
    assert read(lab, frozenset({OTHER, own(lab)})) == switch_tray(lab).serial


def test_a_certificate_that_is_not_pinned_is_refused_and_named(lab: Running) -> None:
    with pytest.raises(ServiceFailed) as caught:
        read(lab, frozenset({OTHER}))
    assert f"its certificate has the fingerprint {own(lab)}, and that is not pinned" in (
        caught.value.message
    )
    assert "fingerprints:" in caught.value.hint


def test_nothing_is_sent_to_a_bmc_whose_certificate_is_not_pinned(lab: Running) -> None:
    with pytest.raises(ServiceFailed):
        asyncio.run(redfish.power_on(connection(lab, frozenset({OTHER})), "System_0", 5))
    assert lab.actions() == []


def test_power_goes_to_a_bmc_with_a_pinned_certificate(lab: Running) -> None:
    pinned = connection(lab, frozenset({own(lab)}))
    assert asyncio.run(redfish.power_on(pinned, "System_0", 20)).power == "On"
    assert lab.actions()


def test_a_bmc_that_shows_nothing_is_said_in_words(lab: Running) -> None:
    silent = Connection("127.9.1.250:1", "admin", PASSWORD, frozenset({OTHER}))
    with pytest.raises(ServiceFailed, match=r"127\.9\.1\.250:1: .*refused"):
        asyncio.run(redfish.read(silent, Place("Systems", "System_0")))


def test_a_class_is_trusted_as_its_plan_says(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path)
    by_ca = plan.Trust(ca_ref="file:bmc-ca.pem", fingerprints=())
    assert redfish.trust(by_ca, secrets) == tmp_path / "bmc-ca.pem"
    assert redfish.trust(plan.Trust(ca_ref="", fingerprints=(OTHER,)), secrets) == {OTHER}
    with pytest.raises(SecretError):
        redfish.trust(plan.Trust(ca_ref="", fingerprints=()), secrets)


def pinned_plan(lab: Running, fingerprint: str) -> tuple[plan.UnitPlan, plan.Bmc]:
    """Return a plan that pins switch trays to a certificate, and the running tray's BMC in it."""
    unit = plans.unit_plan()
    pins = plan.Trust(ca_ref="", fingerprints=(fingerprint,))
    bmc = unit.racks[0].switch_trays[0].bmc
    address = f"{switch_tray(lab).address}:{lab.port}"
    return (
        replace(unit, trust={**unit.trust, "nvlink-switch": pins}),
        replace(bmc, address=address),
    )


def test_provisioning_believes_a_pinned_certificate_and_no_other(lab: Running) -> None:
    secrets = Secrets(lab.folder / "secrets")

    def ask(fingerprint: str) -> str:
        unit, bmc = pinned_plan(lab, fingerprint)
        outside = Site(secrets, lab.folder).outside(unit, unit.racks[0], silent)
        return asyncio.run(outside.bmcs.read(bmc)).serial

    assert ask(own(lab)) == switch_tray(lab).serial
    with pytest.raises(ServiceFailed, match="that is not pinned"):
        ask(OTHER)


def test_the_table_says_that_a_certificate_is_not_pinned(lab: Running) -> None:
    secrets = Secrets(lab.folder / "secrets")

    def ask(fingerprint: str) -> str:
        unit, bmc = pinned_plan(lab, fingerprint)
        return str(asyncio.run(status._known(status._device(unit, bmc, secrets))))

    assert switch_tray(lab).serial in ask(own(lab))
    assert f"its certificate has the fingerprint {own(lab)}" in ask(OTHER)
