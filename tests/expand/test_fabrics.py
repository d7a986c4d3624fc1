from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import worlds
from rackwright import expand, spec
from rackwright.expand.fabrics import KINDS, cabled
from rackwright.expand.fabrics.kind import Kind
from rackwright.inventory import Inventory
from rackwright.inventory.cabling import Cable

TWO_FABRIC = worlds.SITES / "two-fabric"
ETHERNET = {"ew": "spectrum-x", "ns": "ethernet-evpn"}


def units(site: Path) -> dict[str, Inventory]:
    return {each.unit.name: cabled(each) for each in expand.expand_all(spec.load(site))}


def cables(site: Path) -> list[Cable]:
    return [cable for each in units(site).values() for cable in each.cables]


def test_every_port_is_used_once_and_every_end_is_there() -> None:
    here = units(TWO_FABRIC)
    everything = [cable for each in here.values() for cable in each.cables]
    ends = [end for cable in everything for end in (cable.source, cable.target)]
    assert len(ends) == len({(end.device, end.port) for end in ends})
    switches = {switch.name for each in here.values() for switch in each.switches}
    devices = {device.name for each in here.values() for device in each.devices}
    assert {cable.target.device for cable in everything} <= switches
    assert {cable.source.device for cable in everything} <= switches | devices
    assert len({cable.label for cable in everything}) == len(everything)


def test_every_port_of_a_tray_that_a_fabric_takes_is_cabled() -> None:
    inventory = units(TWO_FABRIC)["h1-su18"]
    taken = Counter(cable.source.device for cable in inventory.cables)
    for device in inventory.devices:
        wanted = {"compute": 4 + 2, "nvlink-switch": 2, "power-shelf": 1}[device.device_class]
        assert taken[device.name] == wanted, device.name


def test_a_tray_of_two_planes_has_a_cable_to_eight_leaves(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path)
    runs = "planned_scalable_units: {hall: h1, first: 1, count: 1}"
    worlds.fabrics(site, *(f"{{name: {w}, kind: {k}, {runs}}}" for w, k in ETHERNET.items()))
    tray = [cable for cable in cables(site) if cable.source.device.endswith("-c05")]
    assert [cable.source.port for cable in tray if cable.fabric == "ew"] == [
        f"fabric-{gpu}-p{plane}" for plane in (1, 2) for gpu in (1, 2, 3, 4)
    ]
    assert {cable.target.port for cable in tray} == {"swp3s0"}
    assert len({cable.target.device for cable in tray}) == 8 + 2
    assert {cable.gbps for cable in tray} == {400}


def test_a_rail_of_four_racks_is_on_one_leaf() -> None:
    rails: dict[str, set[str]] = {}
    for cable in units(TWO_FABRIC)["h1-su18"].cables:
        if cable.fabric == "ib1":
            rails.setdefault(cable.target.device, set()).add(cable.source.port)
            assert cable.target.port[2:].split("p")[0] in map(str, range(1, 37))
    assert len(rails) == 8
    assert all(len(rail) == 1 for rail in rails.values())


def test_a_planned_rack_is_cabled_and_reserved() -> None:
    inventory = units(TWO_FABRIC)["h1-su18"]
    reserved = {cable.source.rack: cable.reserved for cable in inventory.cables}
    assert reserved == {"h1-su18-r01": False, "h1-su18-r08": True}
    assert sum(switch.reserved for switch in inventory.switches) == 4 + 2


def test_the_first_unit_of_a_second_fabric_is_on_its_first_ports() -> None:
    first = next(cable for cable in units(TWO_FABRIC)["ib2"].cables)
    assert (first.source.device, first.source.port) == ("h1-su19-cleaf-01", "sw37p1")
    assert (first.target.device, first.target.port) == ("ib2-cspine-01", "sw1p1")
    last = units(TWO_FABRIC)["ib1"].cables[-1]
    assert (last.source.device, last.source.port) == ("h1-su18-cleaf-08", "sw72p2")
    assert (last.target.device, last.target.port) == ("ib1-cspine-72", "sw72p2")


@pytest.mark.parametrize(
    ("kind", "host_ports", "ports"),
    [
        ("gb300-nvl72", "false", [45, 17]),
        ("gb300-nvl72", "true", [45, 35]),
        ("gb200-nvl72", "false", [45, 35]),
        ("gb200-nvl36x2", "true", [45, 17]),
    ],
)
def test_the_management_switches_of_a_rack_take_all_its_ports(
    kind: str, host_ports: str, ports: list[int], tmp_path: Path
) -> None:
    site = worlds.copy(tmp_path)
    runs = "planned_scalable_units: {hall: h1, first: 1, count: 4}"
    worlds.fabrics(site, f"{{name: mgmt, kind: oob, host_ports: {host_ports}, {runs}}}")
    worlds.change(
        site, [{"file": "site.yaml", "replace": "kind: gb300-nvl72", "by": f"kind: {kind}"}]
    )
    found = [cable for cable in cables(site) if not cable.source.port.startswith("swp")]
    taken = Counter(cable.target.device for cable in found)
    assert [count for _, count in sorted(taken.items())] == ports
    assert all(cable.length == "in-rack" and cable.gbps == 1 for cable in found)


def test_the_management_switches_of_a_rack_are_joined(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path)
    runs = "planned_scalable_units: {hall: h1, first: 1, count: 4}"
    worlds.fabrics(site, f"{{name: mgmt, kind: oob, {runs}}}")
    (joint,) = [cable for cable in cables(site) if cable.source.port.startswith("swp")]
    ends = (joint.source.device, joint.source.port, joint.target.device, joint.target.port)
    assert ends == ("a01-p1-tor-01", "swp52", "a01-p1-tor-02", "swp52")


def test_cabling_the_ports_of_hosts_later_moves_nothing(tmp_path: Path) -> None:
    said = []
    for words in ("", "host_ports: true, "):
        site = worlds.copy(tmp_path / (words or "without")[:4])
        runs = "planned_scalable_units: {hall: h1, first: 1, count: 4}"
        worlds.fabrics(site, f"{{name: mgmt, kind: oob, {words}{runs}}}")
        said.append(set(cables(site)))
    assert said[0] < said[1]


def test_a_fabric_of_two_halls_has_cables_between_them(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path)
    hall = """  - name: h2
    index: 2
    feeds: [{name: a, capacity_kw: 1250}]
    scalable_units:
      - index: 1
        feed: a
        racks: [{name: b01, index: 1, kind: gb300-nvl72, state: planned, pool: train}]

pools:"""
    worlds.change(site, [{"file": "site.yaml", "replace": "\npools:", "by": hall}])
    worlds.fabrics(
        site,
        "{name: ib, kind: quantum-x800, planned_scalable_units: "
        "[{hall: h2, first: 1, count: 1}, {hall: h1, first: 1, count: 1}]}",
    )
    here = units(site)
    assert here["ib"].common.fabrics[0].planned == ("h1-su01", "h2-su01")
    assert {cable.length for cable in here["ib"].cables} == {"between-halls"}
    assert {cable.length for cable in here["h2-su01"].cables} == {"in-unit"}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.word)
def test_the_reference_says_how_far_a_fabric_reaches(kind: Kind) -> None:
    page = spec.schema_files()["reference.md"]
    (section,) = (part for part in page.split("\n## ") if f"| `kind` | `{kind.word}` |" in part)
    units = f"{kind.units} scalable unit{'s' if kind.units != 1 else ''} at most"
    reach = f"One fabric reaches {units}, and {kind.racks_per_unit} rack positions in each."
    assert (reach in section) == (kind.word != "oob")
    assert ("every unit that can be planned" in section) == (kind.word == "oob")


def test_every_kind_of_the_language_is_expanded() -> None:
    schema = spec.schema_text()
    assert all(f'"const": "{kind.word}"' in schema for kind in KINDS)
    assert len({kind.word for kind in KINDS}) == len(KINDS)
