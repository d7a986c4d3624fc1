from __future__ import annotations

import json
from pathlib import Path

import worlds
from rackwright import render
from rackwright.expand.fabrics import quantum_x800
from rackwright.verify import infiniband
from rackwright.verify.infiniband import Membership, Topology

ONE_SU = worlds.SITES / "one-su"
TREE = render.render(ONE_SU)
TWO_FABRIC = render.render(worlds.SITES / "two-fabric")
UNIT, TOP = "h1-su01/infiniband/ib/topology", "fabrics/ib/topology"
PARTITIONS = "fabrics/ib/partitions.conf"
OF_A_TRAY = ("caguid=", '[1]\t"h1-su01-cleaf-')
ONE = "[{name: research, index: 1}]"
TWO = "[{name: research, index: 1}, {name: guests, index: 2}]"
IN_THE_OTHER_POOL = "exceptions:\n          - {index: 2, pool: guests}\n"
POOL = """
  - name: guests
    scheduler: kubernetes
    tenant: guests
    image: {name: dgx-node, url: https://10.67.0.10:8180/images/dgx-node.iso}
    kubernetes: {compute_domains: true, version: "1.34.2", dra_driver: "0.5.0"}
    versions: {driver: "580.126.20"}

service_nodes:"""
SELECTED = "    racks: {scalable_units: {hall: h1, first: 1, count: 1}}\n"
TENANTS = [
    {"file": "site.yaml", "replace": SELECTED, "by": ""},
    {"file": "site.yaml", "replace": "block_sizes: [17, 34, 68]", "by": "block_sizes: [17]"},
    {"file": "site.yaml", "replace": "state: installed}", "by": "state: installed, pool: train}"},
    {"file": "site.yaml", "replace": ONE, "by": TWO},
    {"file": "site.yaml", "replace": "exceptions:\n", "by": IN_THE_OTHER_POOL},
    {"file": "site.yaml", "replace": "\nservice_nodes:", "by": POOL},
]


def topology(*paths: str, tree: dict[str, str] | None = None) -> Topology:
    files = tree or TREE
    return infiniband.topology(
        line for path in paths for line in infiniband.lines(path, files[path])
    )


def members(tree: dict[str, str]) -> list[Membership]:
    found = list(infiniband.memberships(infiniband.lines(PARTITIONS, tree[PARTITIONS])))
    assert all(isinstance(each, Membership) for each in found)
    return [each for each in found if isinstance(each, Membership)]


def test_every_link_is_there_from_both_ends() -> None:
    links = topology(UNIT, TOP).links
    assert len(links) == 2 * (7 * 18 * 4 - 4 + 8 * 72)
    assert all(links[other][0] == end for end, (other, _) in links.items())


def test_a_tray_is_linked_rail_by_rail_to_a_leaf_of_each() -> None:
    links = topology(UNIT).links
    leaves = [
        links[infiniband.End(f"h1-su01-r05-p1-dgx-05-c03 fabric-{rail}", 1)][0]
        for rail in (1, 2, 3, 4)
    ]
    assert [str(end) for end in leaves] == [
        f"h1-su01-cleaf-{leaf:02d} port 3" for leaf in (2, 4, 6, 8)
    ]


def test_what_is_not_installed_is_in_no_topology() -> None:
    text = TREE[UNIT] + TREE[TOP]
    assert "h1-su01-r03-p1-dgx-03-c08 fabric-1" in text
    assert "h1-su01-r03-p1-dgx-03-c07" not in text
    assert "h1-su01-r08" not in text


def test_a_leaf_that_nothing_needs_yet_is_in_no_topology() -> None:
    found = topology(
        "h1-su01/infiniband/ib1/topology",
        "h1-su18/infiniband/ib1/topology",
        "fabrics/ib1/topology",
        tree=TWO_FABRIC,
    )
    leaves = [name for name in found.switches if "cleaf" in name]
    assert leaves == [
        f"h1-su{unit}-cleaf-{leaf:02d}" for unit in ("01", "18") for leaf in (1, 3, 5, 7)
    ]
    assert all(
        links[0].node in {*found.switches, *found.adapters} for links in found.links.values()
    )


def test_a_guid_stands_where_it_is_known_and_nowhere_else(tmp_path: Path) -> None:
    assert len(topology(UNIT).ports()) == 500
    site = worlds.copy(tmp_path, ONE_SU)
    _forget(site, "h1-su01-r02,c05,")
    tree = render.render(site)
    found = topology(UNIT, tree=tree)
    assert {*found.adapters} - {*found.guids} == {
        f"h1-su01-r02-p1-dgx-02-c05 fabric-{rail}" for rail in (1, 2, 3, 4)
    }
    assert len(members(tree)) == 2 + 496
    assert "4 of 500 installed ports have no GUID in as-built/" in tree["fabrics/ib/SUMMARY.md"]


def test_everybody_reaches_the_subnet_manager_and_a_tenant_itself() -> None:
    everybody, manager, *tenant = members(TREE)
    assert (everybody.member, everybody.p_key, everybody.full) == ("ALL", 0x7FFF, False)
    assert (manager.member, manager.p_key, manager.full) == ("SELF", 0x7FFF, True)
    assert {(each.partition, each.p_key, each.full) for each in tenant} == {
        ("research", 0x101, True)
    }
    assert {each.member for each in tenant} == {*topology(UNIT).ports().values()}


def test_tenants_share_no_port(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path, ONE_SU)
    worlds.change(site, TENANTS)
    found = members(render.render(site))
    keys = {
        name: {each.member for each in found if each.partition == name}
        for name in ("research", "guests")
    }
    assert {name: len(guids) for name, guids in keys.items()} == {"research": 428, "guests": 72}
    assert not keys["research"] & keys["guests"]
    guids = topology(UNIT).guids
    assert keys["guests"] == {guids[name] for name in guids if name.startswith("h1-su01-r02-")}


def test_no_line_of_partitions_is_long_enough_to_lose_them_all() -> None:
    assert max(map(len, TREE[PARTITIONS].splitlines())) < 200


def test_a_rack_that_leaves_takes_only_its_own_lines_with_it(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path, ONE_SU)
    away = "exceptions:\n          - {index: 2, state: planned}\n"
    worlds.change(site, [{"file": "site.yaml", "replace": "exceptions:\n", "by": away}])
    _forget(site, "h1-su01-r02,", whole=True)
    tree = render.render(site)
    for path in (PARTITIONS, UNIT, TOP):
        left = set(TREE[path].splitlines()) - set(tree[path].splitlines())
        assert all("h1-su01-r02-" in line or line.startswith(OF_A_TRAY) for line in left), path
        assert set(tree[path].splitlines()) <= set(TREE[path].splitlines())


def test_ufm_is_asked_for_the_same_members() -> None:
    request = json.loads(TREE["fabrics/ib/ufm/pkey-research.json"])
    assert {key: request[key] for key in request if key != "guids"} == {
        "pkey": "0x101",
        "membership": "full",
        "index0": True,
        "ip_over_ib": True,
    }
    assert {*request["guids"]} == {each.member for each in members(TREE)} - {"ALL", "SELF"}


def test_a_site_without_tenants_has_one_partition_of_everybody() -> None:
    text = TWO_FABRIC["fabrics/ib1/partitions.conf"]
    found = list(infiniband.memberships(infiniband.lines("partitions.conf", text)))
    assert [(each.member, each.full) for each in found if isinstance(each, Membership)] == [
        ("ALL", True),
        ("SELF", True),
    ]
    assert not [path for path in TWO_FABRIC if "/ufm/" in path]


def test_topoconfig_has_every_link_from_both_ends() -> None:
    links = [line.split(",") for line in TREE["fabrics/ib/topoconfig.conf"].splitlines()]
    ends = {(one, port, other, other_port) for one, port, other, other_port, *_ in links}
    assert len(ends) == len(links) == len(topology(UNIT, TOP).links)
    assert all((other, there, one, port) in ends for one, port, other, there in ends)
    assert {tuple(rest) for *_, rest in ((*each[:4], each[4:]) for each in links)} == {
        ("Any", "Active")
    }


def test_there_is_no_topoconfig_while_one_guid_is_unknown(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path, ONE_SU)
    table = site / "as-built/ib.csv"
    table.write_text("\n".join((*table.read_text().splitlines()[:-1], "")))
    tree = render.render(site)
    assert "fabrics/ib/topoconfig.conf" not in tree
    assert "There is no topoconfig.conf" in tree["fabrics/ib/SUMMARY.md"]
    assert "those of switches in as-built/ib.csv" in tree["fabrics/ib/SUMMARY.md"]


def test_a_fabric_of_which_nothing_stands_there_has_no_topology(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path, ONE_SU)
    worlds.change(
        site, [{"file": "site.yaml", "replace": "state: installed", "by": "state: planned"}]
    )
    (site / "as-built/h1-su01.csv").unlink()
    tree = render.render(site)
    assert not [path for path in tree if path.endswith(("topology", "topoconfig.conf"))]
    assert "There is no topoconfig.conf" in tree["fabrics/ib/SUMMARY.md"]
    assert "| research | 0x0101 | 0 |" in tree["fabrics/ib/SUMMARY.md"]


def test_an_ethernet_fabric_has_no_infiniband_files() -> None:
    tree = render.render(worlds.SITES / "spectrum-x")
    assert not [path for path in tree if path.endswith(("topology", "partitions.conf"))]


def test_the_number_of_a_port_follows_from_its_name() -> None:
    clos = quantum_x800.CLOS
    assert [quantum_x800.number(clos.name(number)) for number in range(1, 145)] == [*range(1, 145)]


def _forget(site: Path, start: str, *, whole: bool = False) -> None:
    """Take the GUIDs, or the whole row, from as-built rows."""
    table = site / "as-built/h1-su01.csv"
    rows = table.read_text().splitlines()
    kept = [
        row if not row.startswith(start) else ",".join((*row.split(",")[:5], "", "", "", ""))
        for row in rows
        if not (whole and row.startswith(start))
    ]
    table.write_text("\n".join((*kept, "")))
