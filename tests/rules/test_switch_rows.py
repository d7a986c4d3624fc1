from __future__ import annotations

from pathlib import Path

import worlds
from rackwright import render

FABRIC = "{name: ib, kind: quantum-x800, planned_scalable_units: {hall: h1, first: 1, count: 2}}"
HEADER = "rack,tray,serial,bmc_mac,in_band_mac,guid_1"


def said(site: Path, *rows: str, file: str = "ib.csv") -> list[tuple[int, str, str, str]]:
    worlds.copy(site)
    worlds.fabrics(site, FABRIC)
    (site / "as-built" / file).write_text("\n".join((HEADER, *rows, "")))
    found = render.check(site)
    return [(each.at.line, each.code, each.message, each.hint) for each in found]


def test_rows_of_switches_that_are_planned_are_taken(tmp_path: Path) -> None:
    rows = (
        "h1-su01,cleaf-01,MT1001,02:02:00:00:00:01,,0x0200000000000001",
        "h1-su02,cleaf-08,MT1002,02:02:00:00:00:02,,0x0200000000000002",
        "ib,cspine-01,MT1003,02:02:00:00:00:03,,0x0200000000000003",
    )
    assert said(tmp_path, *rows) == []


def test_a_row_of_a_switch_that_the_fabric_has_not_is_refused(tmp_path: Path) -> None:
    row = "h1-su03,cleaf-01,MT1001,02:02:00:00:00:01,,0x0200000000000001"
    ((line, code, message, hint),) = said(tmp_path, row)
    assert (line, code) == (2, "as-built-no-position")
    assert message == "fabric ib has no switch h1-su03-cleaf-01"
    assert hint.startswith("did you mean 'h1-su0")


def test_two_switches_of_one_guid_are_refused(tmp_path: Path) -> None:
    rows = (
        "h1-su01,cleaf-01,MT1001,02:02:00:00:00:01,,0x0200000000000001",
        "ib,cspine-01,MT1003,02:02:00:00:00:03,,0x0200000000000001",
    )
    assert [code for _, code, _, _ in said(tmp_path, *rows)] == ["duplicate-guid"]


def test_a_misspelt_fabric_is_asked_about(tmp_path: Path) -> None:
    ((_, code, _, hint),) = said(tmp_path, file="ibb.csv")
    assert code == "as-built-no-position"
    assert hint == "did you mean ib.csv?"
