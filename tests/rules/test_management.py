from __future__ import annotations

import shutil
from pathlib import Path

import worlds
from rackwright import render

SPECTRUM = worlds.SITES / "spectrum-x"


def with_oob(site: Path, **macs: str) -> list[tuple[str, str, str]]:
    """Return what is said of a copy of the one-rack site whose rows have an oob_mac, by label."""
    worlds.copy(site)
    file = site / "as-built/h1-su01.csv"
    head, *rows = file.read_text().splitlines()
    lines = [f"{row},{macs.get(row.split(',')[1].replace('-', '_'), '')}" for row in rows]
    file.write_text("\n".join((f"{head},oob_mac", *lines, "")))
    return said(site)


def said(site: Path) -> list[tuple[str, str, str]]:
    return [(each.code, each.message, each.hint) for each in render.check(site)]


def spectrum(site: Path, file: str, replace: str, by: str) -> list[tuple[str, str, str]]:
    shutil.copytree(SPECTRUM, site, ignore=shutil.ignore_patterns("rendered"))
    worlds.change(site, [{"file": file, "replace": replace, "by": by}])
    return said(site)


def test_macs_of_nvos_and_of_bluefields_are_taken(tmp_path: Path) -> None:
    found = with_oob(tmp_path, c01="3c:6d:66:50:00:01", nvsw_01="3c:6d:66:50:00:02")
    assert found == []


def test_a_power_shelf_has_nothing_else_out_of_band(tmp_path: Path) -> None:
    ((code, message, _),) = with_oob(tmp_path, pwr_01="3c:6d:66:50:00:01")
    assert code == "as-built-oob"
    assert message == "a01 pwr-01 has nothing out of band but its BMC, so no oob_mac"


def test_a_mac_that_is_another_devices_is_refused(tmp_path: Path) -> None:
    found = with_oob(tmp_path, c01="3c:6d:66:50:00:01", c02="3c:6d:66:50:00:01")
    assert [code for code, _, _ in found] == ["duplicate-mac"]


def test_a_rack_prefix_without_room_for_a_bluefield_is_said_once(tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(SPECTRUM, site, ignore=shutil.ignore_patterns("rendered"))
    file = site / "as-built/h1-su01.csv"
    rows = file.read_text().splitlines()
    for number in (3, 4):
        rows[number] += f"3c:6d:66:50:00:0{number}"
    file.write_text("\n".join((*rows, "")))
    ((code, message, hint),) = said(site)
    assert code == "address-pool-too-small"
    assert message == "a /26 has no room for 2 ports of trays beside their BMCs"
    assert hint.startswith("/25 or shorter")


def test_a_part_that_is_too_short_for_a_units_switches_is_refused(tmp_path: Path) -> None:
    by = "{prefix: 10.75.1.0/25, unit_prefix_length: 27}"
    found = spectrum(tmp_path / "site", "site.yaml", "{prefix: 10.75.1.0/25}", by)
    ((code, _, hint),) = found
    assert code == "management-too-small"
    assert hint == "prefix: a /25, unit_prefix_length: 26 would do"


def test_management_ports_on_another_network_are_refused(tmp_path: Path) -> None:
    found = spectrum(tmp_path / "site", "site.yaml", "10.75.1.0/25", "10.76.1.0/25")
    assert [code for code, _, _ in found] == ["prefixes-overlap"]


def test_a_row_of_a_switch_that_the_rack_has_not_is_asked_about(tmp_path: Path) -> None:
    found = spectrum(tmp_path / "site", "as-built/mgmt.csv", ",tor-02,", ",tor-03,")
    ((code, message, hint),) = found
    assert code == "as-built-no-position"
    assert message == "fabric mgmt has no switch h1-su01-r01-tor-03"
    assert "h1-su01-r0" in hint
