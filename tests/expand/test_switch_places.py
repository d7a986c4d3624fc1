from __future__ import annotations

import csv
from pathlib import Path

import worlds
from rackwright import expand, render, spec
from rackwright.expand.fabrics import cabled

FABRIC = (
    "{name: ib, kind: quantum-x800, planned_scalable_units: {hall: h1, first: 1, count: 4}, "
    'places: {leaf: {rack: "{hall}-su{unit:02}-n{rack}", rack_units: [5, 9, 13]}, '
    'spine: {rack: "{hall}-x{rack}", rack_units: [1, 5, 9, 13, 17, 21, 25, 29, 33, 37]}}}'
)


def switches(site: Path, unit: str) -> dict[str, tuple[str, int]]:
    inventories = expand.expand_all(spec.load(site))
    found = next(each for each in inventories if each.unit.name == unit)
    return {each.name: (each.rack, each.u) for each in cabled(found).switches}


def test_switches_fill_their_racks_one_after_the_other(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path)
    worlds.fabrics(site, FABRIC)
    assert switches(site, "h1-su01") == {
        f"h1-su01-cleaf-{number + 1:02d}": (f"h1-su01-n{number // 3 + 1}", (5, 9, 13)[number % 3])
        for number in range(8)
    }
    spines = switches(site, "ib")
    assert spines["ib-cspine-10"] == ("h1-x1", 37)
    assert spines["ib-cspine-11"] == ("h1-x2", 1)


def test_a_cable_leads_to_the_place_of_its_switch(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path)
    worlds.fabrics(site, FABRIC)
    tree = render.render(site)
    for path in ("h1-su01/cables.csv", "fabrics/ib/cables.csv"):
        for row in csv.DictReader(tree[path].splitlines()):
            places = switches(site, "h1-su01") | switches(site, "ib")
            rack, u = places[row["DST_NAME"]]
            assert (row["DST_RACKROLE"], row["DST_RACK"], row["DST_U"]) == ("network", rack, str(u))
            break


def test_a_switch_in_the_rack_it_serves_has_a_rack_unit_there() -> None:
    places = switches(worlds.SITES / "two-fabric", "h1-su01")
    assert places["h1-su01-r02-p1-tor-01"] == ("h1-su01-r02", 43)
    assert places["h1-su01-r02-p1-tor-02"] == ("h1-su01-r02", 44)


def test_a_switch_is_configured_the_same_wherever_it_stands(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path, worlds.SITES / "spectrum-x")
    before = render.render(site)
    plan = "planned_scalable_units: {hall: h1, first: 1, count: 2}\n    switches: {loopbacks"
    places = 'places: {leaf: {rack: "{hall}-su{unit:02}-n{rack}", rack_units: [1, 3]}}'
    worlds.change(site, [{"file": "site.yaml", "replace": plan, "by": f"{places}\n    {plan}"}])
    after = render.render(site)
    assert switches(site, "h1-su01")["h1-su01-cleaf-02"] == ("h1-su01-n1", 3)
    switched = [path for path in before if "/switches/" in path]
    assert switched
    assert all(after[path] == before[path] for path in switched)


def test_a_switch_does_not_stand_where_a_tray_is(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path)
    worlds.fabrics(
        site,
        "{name: mgmt, kind: oob, planned_scalable_units: {hall: h1, first: 1, count: 1}, "
        "places: {leaf: {rack_units: [43, 37]}}}",
    )
    (found,) = render.check(site)
    assert found.message == "a01-p1-tor-02 would stand where a device of a01 is"


def test_a_fabric_that_says_no_places_has_none(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path)
    worlds.fabrics(
        site,
        "{name: ib, kind: quantum-x800, planned_scalable_units: {hall: h1, first: 1, count: 1}}",
    )
    assert {*switches(site, "h1-su01").values()} == {("", 0)}


def test_the_bill_counts_what_the_list_names() -> None:
    tree = render.render(worlds.SITES / "one-su")
    (bill,) = csv.DictReader(tree["h1-su01/bill-of-cables.csv"].splitlines())
    listed = [row["STATE"] for row in csv.DictReader(tree["h1-su01/cables.csv"].splitlines())]
    counts = (listed.count("installed"), listed.count("reserved"), len(listed))
    assert (int(bill["INSTALLED"]), int(bill["RESERVED"]), int(bill["TOTAL"])) == counts
    assert (bill["METRES"], bill["CABLE"]) == ("15", "fibre-mpo12-15")
