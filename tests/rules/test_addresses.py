"""Networks of every kind, in both families, near the limit: what tests/bad/ does not say."""

from __future__ import annotations

from pathlib import Path

import pytest

import worlds
from rackwright import render
from rackwright.problems import Problem

SECOND = """\
  - name: h2
    index: 2
    networks: {in_band: {prefix: 10.80.0.0/21, ipv6_prefix: fd00:80::/59}, \
out_of_band: {prefix: 10.81.0.0/19}}
    feeds: [{name: a, capacity_kw: 5000}]
    scalable_units: {first: 1, count: 4, feed: a, racks: {first: 1, count: 8, kind: gb300-nvl72, \
state: planned, pool: train}}

pools:
"""


def replace(old: str, new: str) -> dict[str, str]:
    return {"file": "site.yaml", "replace": old, "by": new}


def judged(site: Path, *changes: dict[str, str]) -> tuple[Problem, ...]:
    worlds.every_network(worlds.copy(site))
    worlds.change(site, list(changes))
    return render.check(site)


def codes(site: Path, *changes: dict[str, str]) -> list[str]:
    return [problem.code for problem in judged(site, *changes)]


def test_networks_that_are_just_large_enough_are_good(tmp_path: Path) -> None:
    assert judged(tmp_path) == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("fd00:65::/59", "fd00:65::/60"),
        ("fd00:70::/59", "fd00:70::/60"),
        ("10.70.0.0/21", "10.70.0.0/22"),
        ("10.71.0.0/21", "10.71.0.0/22"),
        ("10.72.0.0/20", "10.72.0.0/21"),
        ("fd00:64::/59", "fd00:64::/59\n    ipv6_rack_prefix_length: 63"),
    ],
)
def test_a_network_that_is_half_as_large_is_bad(old: str, new: str, tmp_path: Path) -> None:
    assert codes(tmp_path, replace(old, new)) == ["address-pool-too-small"]


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ("rack_prefix_length: 25, links", "rack_prefix_length: 26, links", "/25 or shorter"),
        ("links_per_tray: 2", "links_per_tray: 3", "/24 or shorter"),
        ("10.71.0.0/21, rack_prefix_length: 26", "10.71.0.0/21, rack_prefix_length: 28", "/27"),
        (
            "ipv6_prefix: fd00:64::/59",
            "ipv6_prefix: fd00:64::/59\n    ipv6_rack_prefix_length: 120",
            "",
        ),
        (
            "ipv6_prefix: fd00:70::/59",
            "ipv6_prefix: fd00:70::/59\n    ipv6_rack_prefix_length: 120",
            "",
        ),
    ],
)
def test_a_rack_prefix_holds_its_devices_and_links(
    old: str, new: str, hint: str, tmp_path: Path
) -> None:
    found = judged(tmp_path, replace(old, new))
    assert [problem.code for problem in found] == ["address-pool-too-small"] * bool(hint)
    assert all(problem.hint.startswith(hint) for problem in found)


def test_one_more_as_number_would_be_needed(tmp_path: Path) -> None:
    changed = replace("last: 4200001023", "last: 4200001022")
    (problem,) = judged(tmp_path, changed)
    assert problem.code == "asn-range-too-small"
    assert problem.hint == "first: 4200000000, last: 4200001023 would do"


@pytest.mark.parametrize(
    ("asns", "found"),
    [
        ("first: 64512, last: 64543, per_rack: 1", []),
        ("first: 64512, last: 65534, per_rack: 19", []),
        ("first: 64512, last: 65534, per_rack: 18", ["asn-range"]),
        ("first: 65503, last: 65534, per_rack: 1", []),
        ("first: 65504, last: 65535, per_rack: 1", ["asn-range"]),
        ("first: 65534, last: 64512, per_rack: 1", ["asn-range"]),
    ],
)
def test_as_numbers_are_private_and_enough_for_trays(
    asns: str, found: list[str], tmp_path: Path
) -> None:
    assert codes(tmp_path, replace("first: 4200000000, last: 4200001023", asns)) == found


def test_a_hall_with_prefixes_of_its_own_needs_none_of_the_sites(tmp_path: Path) -> None:
    found = judged(tmp_path, replace("pools:\n", SECOND), replace("4200001023", "4200002047"))
    assert {problem.code for problem in found} == {"address-pool-too-small"}
    said = " ".join(problem.message for problem in found)
    assert "10.70.0.0/21" in said  # storage is shared, and too small for two halls
    assert "10.65.0.0/16" not in said
    assert "fd00:65::/59" not in said


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("10.80.0.0/21", "10.80.0.0/22"),
        ("fd00:80::/59", "fd00:80::/60"),
        ("10.81.0.0/19", "10.81.0.0/20"),
    ],
)
def test_a_prefix_of_a_hall_holds_that_hall(old: str, new: str, tmp_path: Path) -> None:
    found = judged(tmp_path, replace("pools:\n", SECOND.replace(old, new)))
    (problem,) = [problem for problem in found if new in problem.message]
    assert problem.because[0] == "32 racks are planned: scalable units 4 x racks 8"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("10.80.0.0/21", "10.65.248.0/21"),
        ("fd00:80::/59", "fd00:65::/59"),
        ("10.81.0.0/19", "10.63.0.0/19"),
    ],
)
def test_a_prefix_of_a_hall_overlaps_no_other(old: str, new: str, tmp_path: Path) -> None:
    found = codes(tmp_path, replace("pools:\n", SECOND.replace(old, new)))
    assert found.count("prefixes-overlap") == 1


def test_prefixes_inside_each_other_are_each_said_once(tmp_path: Path) -> None:
    found = judged(
        tmp_path,
        replace("10.70.0.0/21", "10.65.8.0/21"),
        replace("10.71.0.0/21", "10.65.8.0/21"),
    )
    assert [(problem.code, problem.message) for problem in found] == [
        ("prefixes-overlap", "storage overlaps in_band"),
        ("prefixes-overlap", "loopbacks overlaps in_band"),
    ]


def test_what_exists_is_in_hosts_files_inventories_and_summaries(tmp_path: Path) -> None:
    files = render.render(worlds.every_network(worlds.copy(tmp_path)))
    hosts = files["h1-su01/hosts/a01"]
    name = "a01-p1-dgx-01-c07"
    assert f"\nfd00:65::11 {name}-ipv6.one-rack.example {name}-ipv6\n" in hosts
    assert f"\n10.70.0.17 {name}-storage.one-rack.example {name}-storage\n" in hosts
    assert hosts.count(f" {name}\n") == 1
    rack = files["h1-su01/racks/a01.json"]
    assert '"point_to_point_2": "10.72.0.79"' in rack
    assert '"asn": 4200000007' in rack
    assert (
        "| storage IPv6 | fd00:70::/59 | /64 a rack | 32 racks | 32 racks | 0 racks |"
        in (files["SUMMARY.md"])
    )
    assert "storage, loopbacks, point-to-point, AS numbers**: allocated" in (files["SUMMARY.md"])
    assert "| a01 | out_of_band_ipv6 | fd00:64::/64 |" in files["h1-su01/SUMMARY.md"]
    assert "allow fd00:70::/59" in files["site/chrony/server.conf"]


@pytest.mark.parametrize(
    ("prefix", "address", "found"),
    [
        ("fd00:63::/64", "fd00:63::10", []),
        ("fd00:63::/64", "fd00:63::1", ["service-address"]),
        ("fd00:63::/64", "fd00:64::10", ["service-address"]),
        ("fd00:65::/64", "fd00:65::10", ["prefixes-overlap"]),
        ("", "fd00:63::10", ["service-address"]),
    ],
)
def test_a_service_node_may_have_an_address_in_both_families(
    prefix: str, address: str, found: list[str], tmp_path: Path
) -> None:
    services = "    prefix: 10.63.0.0/24\n"
    wider = f"{services}    ipv6_prefix: {prefix}\n" if prefix else services
    node = "    address: 10.63.0.10\n"
    changes = [replace(services, wider), replace(node, f"{node}    ipv6_address: {address}\n")]
    assert codes(tmp_path, *changes) == found
    if not found:
        files = render.render(tmp_path)
        assert f"\n{address} svc01-ipv6.one-rack.example svc01-ipv6\n" in files["h1-su01/hosts/a01"]
        assert "| services IPv6 | fd00:63::/64 | one a node | 1 node |" in files["SUMMARY.md"]


def test_a_hall_that_brings_nothing_says_so(tmp_path: Path) -> None:
    empty = replace("    index: 1\n", "    index: 1\n    networks: {in_band: {}}\n")
    (problem,) = judged(tmp_path, empty)
    assert (problem.code, problem.message) == (
        "hall-network",
        "hall h1 brings no prefix for in_band",
    )


@pytest.mark.parametrize(
    ("prefix", "hint"),
    [
        ("10.63.8.0/24", "a /21 would do"),
        (
            "10.63.1.0/24",
            "a /21 would do, where it overlaps nothing: here it would cover services 10.63.0.0/24",
        ),
    ],
)
def test_a_wider_network_is_recommended_with_what_it_would_cover(
    prefix: str, hint: str, tmp_path: Path
) -> None:
    (found,) = judged(tmp_path, replace("10.70.0.0/21", prefix))
    assert (found.code, found.hint) == ("address-pool-too-small", hint)


@pytest.mark.parametrize(
    ("prefix", "hint"),
    [
        ("10.63.0.16/30", "10.63.0.18 to 10.63.0.18 are for service nodes"),
        (
            "10.63.0.16/31",
            "the services network has no address for a node: give it a shorter prefix",
        ),
    ],
)
def test_a_service_node_outside_is_told_what_is_inside(
    prefix: str, hint: str, tmp_path: Path
) -> None:
    found = judged(tmp_path, replace("prefix: 10.63.0.0/24", f"prefix: {prefix}"))
    assert [each.hint for each in found if each.code == "service-address"] == [hint]
