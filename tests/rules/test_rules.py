"""What tests/bad/ does not say: good cases near the limit, and rules beside each other."""

from __future__ import annotations

from pathlib import Path

import pytest

import worlds
from rackwright import render, yamlfile
from rackwright.problems import SpecError

SITE = "site.yaml"
BAD = Path(__file__).parents[1] / "bad"
CSV = "as-built/h1-su01.csv"


def replace(old: str, new: str, file: str = SITE) -> dict[str, str]:
    return {"file": file, "replace": old, "by": new}


def codes(site: Path, *changes: dict[str, str]) -> list[str]:
    worlds.change(worlds.copy(site), list(changes))
    return [problem.code for problem in render.check(site)]


def test_the_example_breaks_no_rule(tmp_path: Path) -> None:
    assert codes(tmp_path) == []


@pytest.mark.parametrize(
    "change",
    [
        replace("prefix: 10.64.0.0/16", "prefix: 10.64.0.0/19"),
        replace("rack_prefix_length: 24", "rack_prefix_length: 26"),
        replace("rack_prefix_length: 26", "rack_prefix_length: 27"),
        replace("capacity_kw: 1250", "capacity_kw: 150"),
        replace("block_sizes: [18]", "block_sizes: [9, 18]"),
        replace("prefix: 10.63.0.0/24", "prefix: 10.63.0.0/28"),
        replace("url: https://10.63.0.10:6385", "url: https://svc01.one-rack.example:6385"),
    ],
    ids=lambda change: change["by"],
)
def test_a_site_at_the_limit_is_good(change: dict[str, str], tmp_path: Path) -> None:
    assert codes(tmp_path, change) == []


def test_an_open_tray_is_good_where_the_block_may_be_smaller(tmp_path: Path) -> None:
    lines = (worlds.ONE_RACK / CSV).read_text().splitlines()
    line = next(line for line in lines if line.startswith("a01,c18"))
    found = codes(
        tmp_path,
        replace("pool: train}", "pool: train, trays: {c18: {open: RMA 4711}}}"),
        replace("block_sizes: [18]", "block_sizes: [16]"),
        replace(f"{line}\n", "", CSV),
    )
    assert found == []


def test_mistakes_of_several_rules_are_said_in_one_pass(tmp_path: Path) -> None:
    found = codes(
        tmp_path,
        replace("capacity_kw: 1250", "capacity_kw: 100"),
        replace("purpose: lab ", "purpose: production "),
        replace("a01,c05", "a01,c50", CSV),
    )
    assert sorted(set(found)) == [
        "as-built-missing",
        "as-built-no-position",
        "image-not-pinned",
        "lab-key",
        "no-standby",
        "no-time-source",
        "power-over-budget",
    ]


def test_an_image_outside_the_site_needs_no_node(tmp_path: Path) -> None:
    found = codes(
        tmp_path,
        replace("https://10.63.0.10:8180/images", "https://images.example/gb300"),
    )
    assert found == []


STANDBY = "  - {name: svc02, address: 10.63.0.11, interface: bond0, standby: [dhcp, dns, time]}\n"
PRODUCTION = (
    replace("purpose: lab ", "purpose: production "),
    replace("IPOchN+3", "IPOchN+4"),
    replace("IAyOHVV2", "IAyOHVV3"),
    replace("\nironic:\n", f"{STANDBY}\ntime_sources: [192.0.2.1]\n\nironic:\n"),
)


def accepting(at: str) -> dict[str, str]:
    line = f"  - {{code: image-not-pinned, reason: rebuilt daily{at}}}\n"
    return replace("\naccess:\n", f"\naccept:\n{line}\naccess:\n")


@pytest.mark.parametrize(
    ("at", "left"),
    [
        ("", []),
        (", at: pools", []),
        (", at: pools.train", []),
        (", at: pools.train.image", []),
        (", at: pools.trai", ["image-not-pinned", "accept-nothing"]),
        (", at: pools.train.image.url", ["image-not-pinned", "accept-nothing"]),
    ],
)
def test_a_warning_is_accepted_where_the_acceptance_is_for(
    at: str, left: list[str], tmp_path: Path
) -> None:
    assert codes(tmp_path, *PRODUCTION, accepting(at)) == left


def test_a_code_that_nobody_knows_is_not_accepted(tmp_path: Path) -> None:
    wrong = accepting("")
    wrong["by"] = wrong["by"].replace("image-not", "imgae-not")
    assert codes(tmp_path, wrong) == ["unknown-reference"]


def test_an_accepted_warning_is_on_the_sites_page_with_its_reason(tmp_path: Path) -> None:
    worlds.change(worlds.copy(tmp_path), [*PRODUCTION, accepting(", at: pools.train")])
    files = render.render(tmp_path)
    assert "| image-not-pinned | pools.train | rebuilt daily |\n" in files["SUMMARY.md"]
    assert "Accepted warnings: on the site's page." in files["h1-su01/SUMMARY.md"]


def test_a_warning_nobody_accepts_stops_a_render(tmp_path: Path) -> None:
    worlds.change(worlds.copy(tmp_path), list(PRODUCTION))
    with pytest.raises(SpecError):
        render.render(tmp_path)


def test_a_node_that_stands_by_is_asked_last_and_serves_the_same(tmp_path: Path) -> None:
    standby = STANDBY.replace("svc02", "a02")
    worlds.change(worlds.copy(tmp_path), [replace("\nironic:\n", f"{standby}\nironic:\n")])
    files = render.render(tmp_path)
    servers = [line for line in files["site/chrony/client.conf"].splitlines() if "10.63" in line]
    assert [line.split()[1] for line in servers] == ["10.63.0.10", "10.63.0.11"]
    page = files["site/SUMMARY.md"]
    assert "10.63.0.11 on `bond0`: dhcp, dns, time. Stands by for dhcp, dns, time.\n" in page
    assert page.count("`/etc/kea/kea-dhcp4.conf`") == 2


def test_two_racks_that_share_a_domain_are_a_whole_one(tmp_path: Path) -> None:
    rack = "          - {{name: {0}, index: {1}, kind: {2}, state: {3}, pool: train, {4}}}"
    kind, domain = "gb200-nvl36x2", "nvlink_domain: b"
    pair = [rack.format(f"b0{n}", n + 1, kind, "planned", domain) for n in (1, 2)]
    first = "          - {name: a01,"
    assert codes(tmp_path, replace(first, "\n".join([*pair, first]))) == []


def test_a_planned_rack_may_have_a_bmc_that_lends_no_medium(tmp_path: Path) -> None:
    case = yamlfile.parse((BAD / "no-virtual-media.yaml").read_text(), "case")
    rack = "          - {{name: {}, index: {}, kind: {}, state: {}, pool: train}}"
    old = rack.format("a01", 1, "gb300-nvl72", "installed")
    planned = rack.format("a02", 2, "our-rack", "planned")
    site = worlds.copy(tmp_path)
    worlds.change(site, [case.data["changes"][0]])
    worlds.change(site, [replace(old, f"{old}\n{planned}")])
    assert render.check(site) == ()


def upstream(values: str) -> dict[str, str]:
    return replace("\nironic:\n", f"\nupstream: {{{values}}}\n\nironic:\n")


@pytest.mark.parametrize(
    ("prefix", "found"),
    [
        ("10.62.0.0/16", []),
        ("10.63.1.0/24", []),
        ("10.63.0.128/25", ["prefixes-overlap"]),
        ("10.64.0.0/15", ["prefixes-overlap", "prefixes-overlap"]),
        ("0.0.0.0/0", ["prefixes-overlap"] * 3),
    ],
)
def test_the_site_does_not_hide_what_it_must_reach(
    prefix: str, found: list[str], tmp_path: Path
) -> None:
    assert codes(tmp_path, upstream(f"border_prefixes: [{prefix}]")) == found


def test_the_page_of_the_services_says_what_is_outside(tmp_path: Path) -> None:
    values = (
        "dns_forwarders: [192.0.2.53], border_prefixes: [172.16.0.0/12, 192.168.0.0/16], "
        'package_mirror: "https://mirror.example/ubuntu"'
    )
    worlds.change(worlds.copy(tmp_path), [upstream(values)])
    page = render.render(tmp_path)["site/SUMMARY.md"]
    assert "- Names outside the site are asked of 192.0.2.53.\n" in page
    assert "- Reached through the border routers: 172.16.0.0/12 192.168.0.0/16.\n" in page
    assert page.endswith("- Packages come from https://mirror.example/ubuntu.\n")
