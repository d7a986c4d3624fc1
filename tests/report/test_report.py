"""The report as files: what is in it, how large it is, where it may go."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import worlds
from rackwright import data, expand, report, spec, tree
from rackwright.completeness import APPLY
from rackwright.problems import CannotBegin, SpecError
from rackwright.report.changes import Change, Changes

LARGEST = 1_000_000
TEMPLATES = data.folder("templates") / "report"
SMALL = ("one-rack", "one-su", "mixed-oem", "two-fabric", "spectrum-x")


def value(files: dict[str, str], name: str) -> Any:
    """Return a piece of data of a report, with its tables as records."""
    text = files[f"data/{name}.js"]
    begin = f'rackwright.data.take("{name}", '
    assert text.startswith(begin)
    return _records(json.loads(text.removeprefix(begin).removesuffix(");\n")))


def _records(each: Any) -> Any:
    if isinstance(each, list):
        return [_records(one) for one in each]
    if not isinstance(each, dict):
        return each
    if each.keys() == {"columns", "rows"}:
        return [dict(zip(each["columns"], row, strict=True)) for row in each["rows"]]
    return {key: _records(one) for key, one in each.items()}


def pages(name: str) -> dict[str, str]:
    return dict(report.pages(worlds.SITES / name))


@pytest.mark.parametrize("name", SMALL)
def test_every_device_is_in_it_as_it_is_expanded(name: str) -> None:
    files = pages(name)
    for inventory in expand.expand_all(spec.load(worlds.SITES / name)):
        if inventory.unit.kind == "scalable-unit":
            drawn = value(files, f"unit/{inventory.unit.name}")["devices"]
            assert [
                (each["name"], each["serial"], each["bmcAddress"], each["bmcMac"], each["slot"])
                for each in drawn
            ] == [
                (each.name, each.serial, each.bmc_address, each.bmc_mac, each.slot)
                for each in inventory.devices
            ]


@pytest.mark.parametrize("name", ["two-fabric", "spectrum-x"])
def test_every_cable_is_in_it_with_its_ports(name: str) -> None:
    shown = {
        end
        for path, text in pages(name).items()
        for end in _ends(path.removeprefix("data/").removesuffix(".js"), {path: text})
    }
    listed = [
        dict(zip(rows[0].split(","), row.split(","), strict=True))
        for path in (worlds.SITES / name / "rendered").rglob("cables.csv")
        for rows in (path.read_text().splitlines(),)
        for row in rows[1:]
    ]
    assert listed
    assert shown == {(row["DST_NAME"], row["DST_PORT"]) for row in listed}


def _ends(piece: str, files: dict[str, str]) -> set[tuple[str, str]]:
    """Return switch and port of the upper end of every cable in a piece of data."""
    if piece.startswith("uplinks/"):
        return {(upper, port) for each in value(files, piece) for *_, upper, port in each["cables"]}
    if not piece.startswith("inside/"):
        return set()
    inside = value(files, piece)
    return {(each["leaf"], port) for each in inside["down"] for *_, port in each["cables"]} | {
        (upper, port) for each in inside["between"] for *_, upper, port in each["cables"]
    }


def test_leaves_are_counted_by_plane_and_rail() -> None:
    fabric = value(pages("spectrum-x"), "fabric/ew")
    leaves = [each for each in fabric["switches"] if each["tier"] == "leaf"]
    rails = {(leaf["plane"], leaf["rail"]) for leaf in leaves}
    assert len(rails) == 8
    assert (2, "fabric-3-p2") in rails
    installed = [leaf for leaf in leaves if not leaf["reserved"]]
    assert {(leaf["down"], leaf["downReserved"], leaf["up"]) for leaf in installed} == {
        (18, 18, 36)
    }


def test_three_tiers_are_counted_and_as_many_links_lead_down_as_up() -> None:
    switches = value(pages("spectrum-x"), "fabric/ew")["switches"]
    tiers = ("leaf", "spine", "super-spine")
    leaves, spines, super_spines = (
        [each for each in switches if each["tier"] == tier] for tier in tiers
    )
    assert (len(leaves), len(spines), len(super_spines)) == (32, 18, 18)
    for lower, upper in ((leaves, spines), (spines, super_spines)):
        for plane in (1, 2):
            links = {
                sum(each[f"{way}{state}"] for each in those if each["plane"] == plane)
                for those, way in ((lower, "up"), (upper, "down"))
                for state in ("", "Reserved")
            }
            assert sum(each["up"] for each in lower if each["plane"] == plane) > 0
            assert len(links) == 2
    assert {each["unit"] for each in spines} == {"h1-su01"}
    assert {each["unit"] for each in super_spines} == {""}


def test_a_cable_between_two_switches_of_a_rack_counts_neither_up_nor_down() -> None:
    leaves = value(pages("spectrum-x"), "fabric/mgmt")["switches"]
    assert {each["up"] for each in leaves} == {0}
    (rack, *_) = value(pages("spectrum-x"), "inside/mgmt/h1-su01")["between"]
    assert rack["cables"] == [
        [
            "h1-su01-r01-p1-tor-01--h1-su01-r01-p1-tor-02",
            1,
            "swp52",
            "h1-su01-r01-p1-tor-02",
            "swp52",
        ]
    ]


def test_switches_stand_where_the_site_says() -> None:
    files = pages("one-su")
    (rack,) = {each["rack"] for each in value(files, "unit/h1-su01")["switches"]}
    places = {(each["rack"], each["u"], each["name"]) for each in value(files, "network-racks")}
    assert (rack, 5, "h1-su01-cleaf-01") in places
    assert ("h1-spines", 17, "ib-cspine-04") in places
    in_racks = value(pages("two-fabric"), "unit/h1-su01")["switches"]
    assert {each["u"] for each in in_racks if each["fabric"] == "mgmt"} == {43, 44}
    assert value(pages("two-fabric"), "network-racks") == []


def test_what_is_not_checked_is_what_the_summary_says() -> None:
    summary = (worlds.SITES / "two-fabric/rendered/SUMMARY.md").read_text()
    items = re.findall(r"^- ", summary.partition("## Not checked")[2], re.MULTILINE)
    unchecked = value(pages("two-fabric"), "site")["unchecked"]
    assert len(unchecked) == len(items) + 1
    assert ["Cooling of h1", "the hall names no cooling loops."] in unchecked


def test_what_every_dry_run_leaves_open_is_listed_too() -> None:
    known = value(dict(report.pages(worlds.ONE_RACK, known=APPLY)), "site")["known"]
    assert [each["what"] for each in known] == [each.what for each in APPLY]
    assert {each["standing"] for each in known} == {"unknown until apply"}


def test_power_is_that_of_the_summary() -> None:
    (feed,) = value(pages("one-su"), "site")["feeds"]
    assert (feed["capacity"], feed["installed"], feed["planned"]) == (1250, 1050, 1200)
    assert (
        "| h1 a | 1,250 kW | 1,050 kW | 1,200 kW |"
        in (worlds.SITES / "one-su/rendered/SUMMARY.md").read_text()
    )


def test_each_block_of_addresses_has_its_place() -> None:
    (out_of_band, in_band) = value(pages("two-fabric"), "addresses")["spaces"]
    assert out_of_band["blocks"][0] == [0, 0, "10.72.0.0/26"]
    assert in_band["blocks"][2] == [17 * 8, 2, "10.73.17.0/27"]
    assert (in_band["planned"], in_band["possible"]) == (264, 2048)


def test_changes_are_beside_the_racks_they_touch() -> None:
    change = Change(
        "h1-su01", "a01", "c04", "replaced", "serial: A1 before, B2 now", "replace: by hand"
    )
    files = report.pages(worlds.SITES / "mixed-oem", Changes("main", (change,)))
    site = value(dict(files), "site")
    assert site["since"] == "main"
    assert site["changes"] == [
        {
            "unit": "h1-su01",
            "rack": "a01",
            "label": "c04",
            "kind": "replaced",
            "text": "serial: A1 before, B2 now",
            "does": "replace: by hand",
        }
    ]


def test_two_reports_are_the_same_bytes(tmp_path: Path) -> None:
    beginning = "from rackwright.cli import main; main()"
    for seed in ("1", "2"):
        words = ["report", worlds.SITES / "spectrum-x", "--output", tmp_path / seed]
        environment = {"PYTHONPATH": str(Path(report.__file__).parents[2]), "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", beginning, *words], env=environment, check=True)
    assert tree.read(tmp_path / "1") == tree.read(tmp_path / "2")


def test_nothing_in_it_leads_to_a_network() -> None:
    for path, text in pages("mixed-oem").items():
        links = set(re.findall(r"https?://[^\s\"'`]+", text)) if path[:5] != "data/" else set()
        assert links <= {"http://www.w3.org/2000/svg"}, path


def test_every_file_of_the_page_is_part_of_it() -> None:
    there = {path.name for path in TEMPLATES.iterdir() if path.suffix != ".j2"}
    assert {*report.STYLES, *report.SCRIPTS} == there


@pytest.mark.parametrize("name", report.SCRIPTS)
def test_a_script_makes_no_markup_of_text(name: str) -> None:
    text = (TEMPLATES / name).read_text()
    assert text.startswith("// ")
    assert '\n"use strict";\n' in text
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", text)
    assert len(text.splitlines()) <= 310


def test_a_report_of_a_campus_is_in_small_pieces(written: Callable[[str], Path]) -> None:
    files = [path for path in written("childress").parent.rglob("*") if path.is_file()]
    assert len(files) > 500
    assert max(path.stat().st_size for path in files) < LARGEST


def test_a_current_site_is_said_to_be_current() -> None:
    assert value(pages("one-su"), "site")["stale"] == {"reason": "", "hint": ""}


def test_a_stale_site_is_said_to_be_stale(tmp_path: Path) -> None:
    worlds.shutil.copytree(worlds.ONE_RACK, tmp_path / "site")
    with (tmp_path / "site/site.yaml").open("a") as file:
        file.write("# more\n")
    stale = value(dict(report.pages(tmp_path / "site")), "site")["stale"]
    assert "site.yaml has changed since" in stale["reason"]
    assert stale["hint"].startswith("rackwright render ")


def test_a_wrong_specification_leaves_an_old_report_alone(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path / "site")
    page = report.write(site)
    before = page.read_bytes()
    worlds.change(site, [{"file": "site.yaml", "replace": "version: 1", "by": "version: 1\nx: 1"}])
    with pytest.raises(SpecError):
        report.write(site)
    assert page.read_bytes() == before


def test_it_replaces_an_earlier_report_whole(tmp_path: Path) -> None:
    page = report.write(worlds.SITES / "two-fabric", tmp_path / "out")
    report.write(worlds.ONE_RACK, tmp_path / "out")
    assert "<title>one-rack</title>" in page.read_text()
    assert not (tmp_path / "out/data/fabric").exists()


@pytest.mark.parametrize("folder", ["rendered", "rendered/report"])
def test_it_never_goes_into_rendered(folder: str, tmp_path: Path) -> None:
    worlds.shutil.copytree(worlds.ONE_RACK, tmp_path / "site")
    with pytest.raises(CannotBegin, match="what is reviewed"):
        report.write(tmp_path / "site", tmp_path / "site" / folder)


def test_it_never_replaces_anything_else(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(CannotBegin, match="no report"):
        report.write(worlds.ONE_RACK, tmp_path)
    with pytest.raises(CannotBegin, match="no report"):
        report.write(worlds.ONE_RACK, tmp_path / "thesis.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_git_ignores_it(tmp_path: Path) -> None:
    def git(*words: str) -> str:
        done = subprocess.run(["git", "-C", tmp_path, *words], check=True, capture_output=True)
        return done.stdout.decode()

    site = worlds.copy(tmp_path / "site")
    git("init")
    git("add", ".")
    before = git("status", "--porcelain")
    report.write(site)
    assert git("status", "--porcelain") == before
