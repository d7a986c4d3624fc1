from __future__ import annotations

import json
from pathlib import Path

import pytest

import worlds
from rackwright import render, spec, trace

C07 = "racks.a01.trays.c07"


def site(folder: Path, *overrides: tuple[str, str]) -> Path:
    lines = "".join(f"  - {{at: {at}, value: {v}, reason: a | b}}\n" for at, v in overrides)
    by = f"\noverrides:\n{lines}\naccess:\n"
    change = {"file": "site.yaml", "replace": "\naccess:\n", "by": by}
    worlds.change(worlds.copy(folder), [change])
    return folder


def said(folder: Path, *overrides: tuple[str, str]) -> list[tuple[str, tuple[str, ...]]]:
    found = render.check(site(folder, *overrides))
    return [(problem.code, problem.because) for problem in found]


def test_an_override_is_in_every_file_of_its_rack_and_in_no_other(tmp_path: Path) -> None:
    changes = ((f"{C07}.bmc_address", "10.64.0.200"), (f"{C07}.redfish.system", "Self"))
    before, after = render.render(worlds.ONE_RACK), render.render(site(tmp_path, *changes))
    changed = {path for path in before if before[path] != after[path]}
    assert changed == {
        "SUMMARY.md",
        "h1-su01/SUMMARY.md",
        "h1-su01/conman/compute",
        "h1-su01/dns/64.10.in-addr.arpa",
        "h1-su01/dns/one-rack.example",
        "h1-su01/kea/subnets.json",
        "h1-su01/plan.json",
        "h1-su01/racks/a01.json",
        "inputs.sha256",
        "pools/train/SUMMARY.md",
    }
    plan = json.loads(after["h1-su01/plan.json"])
    bmcs = {tray["label"]: tray["bmc"] for tray in plan["racks"][0]["compute_trays"]}
    systems = {label: plan["bmc_kinds"][bmc["kind"]]["system"] for label, bmc in bmcs.items()}
    assert (bmcs["c07"]["address"], systems["c07"]) == ("10.64.0.200", "Self")
    assert (bmcs["c08"]["address"], systems["c08"]) == ("10.64.0.18", "System_0")
    assert len(plan["bmc_kinds"]) == 3 + 1
    for page in ("SUMMARY.md", "h1-su01/SUMMARY.md", "pools/train/SUMMARY.md"):
        assert "| a01 | c07 | bmc_address | 10.64.0.200 | a \\| b |\n" in after[page]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bmc_address", "10.64.0.2"),
        ("bmc_address", "10.64.0.254"),
        ("address", "10.65.0.62"),
        ("redfish.manager", "iDRAC.Embedded.1"),
    ],
)
def test_an_override_at_the_limit_is_good(field: str, value: str, tmp_path: Path) -> None:
    assert said(tmp_path, (f"{C07}.{field}", value)) == []


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("bmc_address", "10.64.0.1", "it is the rack's gateway"),
        ("bmc_address", "10.64.0.0", "it is reserved in 10.64.0.0/24"),
        ("bmc_address", "10.64.0.255", "it is reserved in 10.64.0.0/24"),
        ("bmc_address", "here", "it is no IPv4 address"),
        ("address", "10.65.0.64", "the rack's prefix is 10.65.0.0/26"),
        ("address", "10.65.0.18", "c08 has it"),
    ],
)
def test_an_address_that_cannot_work_is_said(
    field: str, value: str, reason: str, tmp_path: Path
) -> None:
    assert said(tmp_path, (f"{C07}.{field}", value)) == [("override-address", (reason,))]


@pytest.mark.parametrize("at", ["racks.a02.trays.c07.address", "racks.a01.trays.c70.address"])
def test_an_override_of_nothing_is_said(at: str, tmp_path: Path) -> None:
    assert said(tmp_path, (at, "10.65.0.20")) == [("unknown-reference", ())]


def test_two_devices_may_change_places(tmp_path: Path) -> None:
    changes = (
        (f"{C07}.bmc_address", "10.64.0.18"),
        ("racks.a01.trays.c08.bmc_address", "10.64.0.17"),
    )
    assert said(tmp_path, *changes) == []


def test_a_reason_of_an_overridden_value_is_the_override(tmp_path: Path) -> None:
    loaded = spec.load(site(tmp_path, (f"{C07}.bmc_address", "10.64.0.200")))
    first, *_ = trace.why(loaded, f"{C07}.bmc_address")
    assert first.text == "overridden: a | b"
    assert list(trace.show(loaded, f"{C07}.bmc_address")) == ["10.64.0.200"]
