"""The laws of the describing half: the same bytes everywhere, and no rack moves another."""

from __future__ import annotations

import csv
import difflib
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import worlds
from rackwright import expand, render, spec
from rackwright.expand.fabrics import cabled
from rackwright.inventory.cabling import LENGTH_CLASSES, Cable, End
from rackwright.render import cables as lists
from rackwright.tree import Tree

DIGEST = (
    "import hashlib, sys; from pathlib import Path; from rackwright import render;"
    "t = render.render(Path(sys.argv[1]));"
    "print(hashlib.sha256(repr(list(t.items())).encode()).hexdigest())"
)

PACKAGES = str(Path(render.__file__).parents[2])
"""Where the package under test lies."""

Units = Mapping[int, Mapping[str, int]]
RACKS = st.sets(st.tuples(st.integers(1, 4), st.integers(1, 8)), min_size=1, max_size=5)


def rendered(units: Units, fabrics: Collection[str] = ()) -> Tree:
    with tempfile.TemporaryDirectory() as folder:
        site = worlds.copy(Path(folder))
        worlds.rebuild(site, units)
        if fabrics:
            worlds.fabrics(site, *fabrics)
        return render.render(site)


def units_of(places: set[tuple[int, int]]) -> dict[int, dict[str, int]]:
    units: dict[int, dict[str, int]] = {}
    for unit, index in sorted(places):
        units.setdefault(unit, {})[f"r{unit}{index}"] = index
    return units


def only_added(old: str, new: str) -> bool:
    return all(
        not line.startswith("- ") for line in difflib.ndiff(old.splitlines(), new.splitlines())
    )


@pytest.mark.parametrize("site", sorted(worlds.SITES.iterdir()), ids=lambda site: site.name)
def test_the_same_specification_gives_the_same_bytes_with_any_hash_seed(site: Path) -> None:
    said = {
        subprocess.run(
            [sys.executable, "-c", DIGEST, str(site)],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": PACKAGES},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(said) == 1


def test_the_same_specification_gives_the_same_bytes_in_any_folder(tmp_path: Path) -> None:
    assert render.render(worlds.copy(tmp_path)) == render.render(worlds.ONE_RACK)


def test_a_unit_rendered_alone_is_the_unit_of_the_whole() -> None:
    loaded, whole = spec.load(worlds.ONE_RACK), render.render(worlds.ONE_RACK)
    alone: dict[str, str] = {}
    for unit in expand.units(loaded):
        alone |= render.unit_files(expand.expand(loaded, unit))
    assert alone == whole


@settings(max_examples=12, deadline=None)
@given(places=RACKS, new=st.tuples(st.integers(1, 4), st.integers(1, 8)))
def test_a_new_rack_changes_no_other_rack_and_no_other_unit(
    places: set[tuple[int, int]], new: tuple[int, int]
) -> None:
    assume(places - {new})
    before, after = rendered(units_of(places - {new})), rendered(units_of(places | {new}))
    own = f"h1-su{new[0]:02d}/"
    racks = ("/racks/", "/hosts/", "/imex/")
    foreign = [path for path in before if path.startswith("h1-su") and not path.startswith(own)]
    for path in (*(path for path in before if any(part in path for part in racks)), *foreign):
        assert after[path] == before[path], path


@settings(max_examples=8, deadline=None)
@given(places=RACKS)
def test_a_new_rack_only_adds_lines_to_shared_files(places: set[tuple[int, int]]) -> None:
    new = next(p for p in ((u, i) for u in range(1, 5) for i in range(1, 9)) if p not in places)
    before, after = rendered(units_of(places)), rendered(units_of(places | {new}))
    shared = [
        "pools/train/slurm/slurm.conf",
        "pools/train/slurm/topology.conf",
        "pools/train/slurm/gres.conf",
        "site/kea/kea-dhcp4.conf",
        "site/ansible/known_hosts",
        f"h1-su{new[0]:02d}/kea/subnets.json",
    ]
    for path in shared:
        if path in before:
            assert only_added(before[path], after[path]), path


def test_a_second_rack_moves_no_name_and_no_address_of_the_first(tmp_path: Path) -> None:
    alone = worlds.copy(tmp_path / "alone")
    worlds.rebuild(alone, {1: {"a01": 1}})
    both = worlds.copy(tmp_path / "both")
    worlds.rebuild(both, {1: {"a00": 2, "a01": 1}, 2: {"b01": 1}})
    (first,) = [i for i in expand.expand_all(spec.load(alone)) if i.unit.name == "h1-su01"]
    (second,) = [i for i in expand.expand_all(spec.load(both)) if i.unit.name == "h1-su01"]
    assert all(device in second.devices for device in first.devices)
    assert all(rack in second.racks for rack in first.racks)


COMPUTE = st.sampled_from(("quantum-x800", "spectrum-x"))


def of_kinds(*kinds: str) -> list[str]:
    runs = "planned_scalable_units: {hall: h1, first: 1, count: 4}"
    return [f"{{name: f{place}, kind: {kind}, {runs}}}" for place, kind in enumerate(kinds)]


def cables(units: Units, compute: str) -> set[Cable]:
    with tempfile.TemporaryDirectory() as folder:
        site = worlds.copy(Path(folder))
        worlds.rebuild(site, units)
        worlds.fabrics(site, *of_kinds(compute, "ethernet-evpn", "oob"))
        found = [
            cable._replace(reserved=False)
            for inventory in expand.expand_all(spec.load(site))
            for cable in cabled(inventory).cables
        ]
    ends = {(end.device, end.port) for cable in found for end in (cable.source, cable.target)}
    assert len(ends) == 2 * len(found), "a port is used twice"
    return set(found)


@settings(max_examples=12, deadline=None)
@given(places=RACKS, new=st.tuples(st.integers(1, 4), st.integers(1, 8)), compute=COMPUTE)
def test_a_new_rack_or_unit_moves_no_cable(
    places: set[tuple[int, int]], new: tuple[int, int], compute: str
) -> None:
    assume(places - {new})
    before, after = (cables(units_of(racks), compute) for racks in (places - {new}, places | {new}))
    assert before < after
    unit = f"h1-su{new[0]:02d}"
    assert {cable.source.rack or cable.source.device[:7] for cable in after - before} <= {
        f"r{new[0]}{new[1]}",
        unit,
    }


@settings(max_examples=6, deadline=None)
@given(places=RACKS, new=st.tuples(st.integers(1, 4), st.integers(1, 8)), compute=COMPUTE)
def test_a_new_rack_changes_no_line_of_another_unit_in_a_list_of_cables(
    places: set[tuple[int, int]], new: tuple[int, int], compute: str
) -> None:
    assume(places - {new})
    own = f"h1-su{new[0]:02d}"
    fabrics = of_kinds(compute, "ethernet-evpn", "oob")
    before, after = (
        rendered(units_of(racks), fabrics) for racks in (places - {new}, places | {new})
    )
    lists = [path for path in before if path.endswith(("cables.csv", "topology", "power.csv"))]
    assert lists
    for path in lists:
        old, now = (
            [line for line in tree[path].splitlines() if own not in line]
            for tree in (before, after)
        )
        if not path.startswith(own):
            assert old == now, path


PLACED = [
    *(
        f"{{name: {name}, kind: {kind}, planned_scalable_units: {{hall: h1, first: 1, count: 4}}, "
        f'places: {{leaf: {{rack: "{{hall}}-su{{unit:02}}-{name}{{rack}}", rack_units: [5, 9]}}, '
        f'spine: {{rack: "{{hall}}-su{{unit:02}}-{name}x{{rack}}", rack_units: [1, 5]}}}}, '
        'cables: {in_unit: {metres: 15, cable: "10 % {hall} part"}}}'
        for name, kind in (("ew", "spectrum-x"), ("ns", "ethernet-evpn"))
    ),
    (
        "{name: mgmt, kind: oob, planned_scalable_units: {hall: h1, first: 1, count: 4}, "
        "places: {leaf: {rack_units: [43, 44]}}}"
    ),
]
"""Fabrics that say where their switches stand, and what cables are bought."""


def listed(tree: Tree) -> Iterator[Cable]:
    """Yield the cables that the lists of a tree name."""
    for path in tree:
        for row in csv.DictReader(tree[path].splitlines()) if path.endswith("/cables.csv") else ():
            ends = (("SRC", "HCA_PORT"), ("DST", "PORT"))
            source, target = (
                End(*(row[f"{end}_{column}"] for column in ("NAME", port, "RACK", "U")))
                for end, port in ends
            )
            yield Cable(
                fabric=row["FABRIC"],
                bundle=row["BUNDLE_ID"],
                sequence=int(row["SEQ"]),
                source=source,
                target=target,
                gbps=int(row["GBPS"]),
                length=next(each for each in LENGTH_CLASSES if each == row["LENGTH_CLASS"]),
                reserved=row["STATE"] == "reserved",
            )


@pytest.mark.parametrize(
    "name", [*(site.name for site in sorted(worlds.SITES.iterdir())), "placed"]
)
def test_a_list_of_cables_reads_back_as_the_cables_of_the_inventory(
    name: str, tmp_path: Path
) -> None:
    site = worlds.SITES / name
    if name == "placed":
        site = worlds.copy(tmp_path)
        worlds.fabrics(site, *PLACED)
    units = (cabled(each) for each in expand.expand_all(spec.load(site)))
    assert all([*listed(dict(lists.files(unit)))] == [*unit.cables] for unit in units)


@settings(max_examples=15, deadline=None)
@given(places=RACKS)
def test_every_address_is_unique_and_inside_its_prefix(places: set[tuple[int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        site = worlds.copy(Path(folder))
        worlds.rebuild(site, units_of(places))
        inventories = expand.expand_all(spec.load(site))
    seen: set[str] = set()
    for inventory in inventories:
        if inventory.unit.kind == "scalable-unit":
            racks = {rack.name: rack for rack in inventory.racks}
            for device in inventory.devices:
                rack = racks[device.rack]
                pairs = [(device.bmc_address, rack.out_of_band)]
                pairs += [(device.address, rack.in_band)] if device.is_host else []
                for address, subnet in pairs:
                    assert IPv4Address(address) in IPv4Network(subnet.prefix)
                    assert address != subnet.gateway
                    assert address not in seen
                    seen.add(address)


def test_a_planned_rack_is_in_no_plan_dhcp_or_scheduler(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path)
    worlds.rebuild(site, {1: {"a01": 1, "a02": 2}}, planned={"a02"})
    files = render.render(site)
    assert {path for path, text in files.items() if "a02" in text} == {
        "h1-su01/SUMMARY.md",
        "h1-su01/power.csv",
    }
