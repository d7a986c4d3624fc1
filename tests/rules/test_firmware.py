"""Firmware and versions near the limit: what tests/bad/ does not say."""

from __future__ import annotations

from pathlib import Path

import pytest

import worlds
from rackwright import render

WHOLE = """\
  - name: june
    kinds: [gb300-nvl72]
    source: DGX GB300 SW 1.0.6
    power_shelf:
      - {component: pmc, version: r1.3.10}
      - {component: psu, version: "1.0", requires: [power_shelf.pmc]}
    nvlink_switch:
      - {component: bmc, version: "88.0002.1958"}
      - {component: erot, version: "01.04.0031.0000_n04"}
      - {component: cpld, version: "REV0300"}
      - {component: bios, version: "0.2"}
      - {component: nvos, version: "25.02.4317", requires: [nvlink_switch.bios, power_shelf.pmc]}
    compute:
      - {component: bmc, version: GB200Nvl-25.08-9}
      - {component: erot, version: "01.04.0031.0000_n04"}
      - {component: hmc, version: GB200Nvl-25.08-B}
      - {component: sbios, version: "02.05.06"}
      - {component: vbios, version: "97.10.4A.00.1F"}
      - {component: fpga, version: "1.60"}
      - {component: cpld, version: "0.22"}
      - {component: cx8, version: "40.47.2526", requires: [nvlink_switch.nvos]}
      - {component: bf3, version: "32.47.1026"}
"""


def change(old: str, new: str) -> dict[str, str]:
    return {"file": "site.yaml", "replace": old, "by": new}


def locked(text: str) -> dict[str, str]:
    return change("\nservice_nodes:\n", f"\nfirmware:\n{text}\nservice_nodes:\n")


def pinned(text: str) -> dict[str, str]:
    old = "    slurm:\n      controller"
    return change(old, f"    versions: {{{text}}}\n{old}")


def codes(site: Path, *changes: dict[str, str]) -> list[str]:
    worlds.change(worlds.copy(site), list(changes))
    return [problem.code for problem in render.check(site)]


def test_a_lockfile_of_the_whole_rack_is_good(tmp_path: Path) -> None:
    assert codes(tmp_path, locked(WHOLE)) == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('fpga, version: "1.60"', "fpga, version: 1.60", "wrong-type"),
        ("version: r1.3.10", "version: r 1", "wrong-form"),
        ("requires: [power_shelf.pmc]", "requires: [pmc]", "wrong-form"),
        ("requires: [power_shelf.pmc]", "requires: [power_shelf.psu]", "firmware-order"),
        ("kinds: [gb300-nvl72]", "kinds: [gb300-nlv72]", "unknown-hardware"),
        ("kinds: [gb300-nvl72]", "kinds: [gb300-nvl72, gb200-nvl72]", "component-not-there"),
        ("component: cx8", "component: cx7", "component-not-there"),
    ],
)
def test_a_slip_in_a_lockfile_is_said(old: str, new: str, code: str, tmp_path: Path) -> None:
    assert old in WHOLE
    assert codes(tmp_path, locked(WHOLE.replace(old, new))) == [code]


def test_two_lockfiles_for_two_kinds_are_good(tmp_path: Path) -> None:
    other = WHOLE.replace("june", "may").replace("gb300-nvl72", "gb300-nvl72-dell")
    assert codes(tmp_path, locked(WHOLE + other)) == []


@pytest.mark.parametrize(
    "text",
    [
        "driver: '580.126.20', cuda: '13.0.2', imex: '580.126.20', doca: '3.2.1-044413'",
        "driver: '580', cuda: '13.0'",
        "driver: '595.91.07'",
    ],
)
def test_versions_of_a_release_are_good(text: str, tmp_path: Path) -> None:
    assert codes(tmp_path, pinned(text)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("driver: '579.99', cuda: '13.0.2'", ["versions-unreleased", "version-too-old"]),
        ("driver: '524', cuda: '12.8'", ["versions-unreleased", "version-too-old"]),
        ("driver: '525', cuda: '12.8'", ["versions-unreleased"]),
        ("driver: '580.126.20', cuda: 13.0", ["wrong-type"]),
    ],
)
def test_versions_that_do_not_run_together_are_said(
    text: str, found: list[str], tmp_path: Path
) -> None:
    assert codes(tmp_path, pinned(text)) == found


def test_the_summaries_show_what_is_pinned_in_the_order_of_updates(tmp_path: Path) -> None:
    versions = pinned("driver: '580.126.20', doca: '3.2.1'")
    assert codes(tmp_path, locked(WHOLE), versions) == []
    files = render.render(tmp_path)
    page = files["site/SUMMARY.md"]
    assert "**june**, for gb300-nvl72: DGX GB300 SW 1.0.6. In this order:" in page
    assert "| 1 | power shelves | PMC | r1.3.10 |  |" in page
    assert "| 15 | compute trays | ConnectX-8 | 40.47.2526 | nvlink_switch.nvos |" in page
    overview = files["SUMMARY.md"]
    assert (
        "- **Firmware of gb300-nvl72**: [pinned](site/SUMMARY.md#firmware) but for NVMe drives of "
        "compute trays; no device is asked what it has.\n"
    ) in overview
    assert (
        "- **Software of pool train**: driver 580.126.20, imex 580.126.20, doca 3.2.1, as in "
        "DGX GB300 SW 1.0.6; no node is asked what it has.\n"
    ) in overview


def test_a_lockfile_changes_no_file_but_the_summaries(tmp_path: Path) -> None:
    assert codes(tmp_path, locked(WHOLE), pinned("driver: '580.126.20'")) == []
    before, after = render.render(worlds.ONE_RACK), render.render(tmp_path)
    different = {path for path, text in after.items() if before.get(path) != text}
    assert different == {"SUMMARY.md", "site/SUMMARY.md", "inputs.sha256"}
