"""Schedulers, partitions, tenants near the limit: what tests/bad/ does not say."""

from __future__ import annotations

from pathlib import Path

import pytest

import worlds
from rackwright import render

TENANCY = """\
tenancy:
  planned_tenants: {planned}
  p_keys: {{first: {p_key}, last: 0x7ffe}}
  vnis: {{first: {vni}, last: 16777214}}
  tenants: [{{name: {name}, index: {index}}}]

pools:
"""


def codes(site: Path) -> list[str]:
    return [problem.code for problem in render.check(site)]


def change(site: Path, old: str, new: str) -> None:
    worlds.change(site, [{"file": "site.yaml", "replace": old, "by": new}])


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ("{compute_domains: true}", []),
        ("{compute_domains: false, host_imex: true}", []),
        ("{compute_domains: false}", []),
        ("{compute_domains: true, host_imex: true}", ["imex-twice"]),
        ("{compute_domains: true, version: '1.34.2', dra_driver: '0.5.0'}", []),
        ("{compute_domains: true, version: '1.34.1', dra_driver: '0.5.0'}", ["version-too-old"]),
        ("{compute_domains: true, version: '1.33', dra_driver: '0.4.0'}", []),
    ],
)
def test_one_program_runs_imex_on_a_cluster_that_is_new_enough(
    settings: str, found: list[str], tmp_path: Path
) -> None:
    worlds.kubernetes(worlds.copy(tmp_path), f"    kubernetes: {settings}\n")
    assert codes(tmp_path) == found


@pytest.mark.parametrize(
    ("driver", "found"), [("580.126.20", []), ("575.57.08", ["version-too-old"])]
)
def test_the_dra_driver_needs_its_gpu_driver(driver: str, found: list[str], tmp_path: Path) -> None:
    site = worlds.kubernetes(worlds.copy(tmp_path))
    worlds.pool(site, f'    versions: {{driver: "{driver}"}}\n')
    assert [code for code in codes(site) if code != "versions-unreleased"] == found


def test_a_pool_without_its_settings_is_said(tmp_path: Path) -> None:
    site = worlds.kubernetes(worlds.copy(tmp_path), "")
    assert codes(site) == ["scheduler-settings"]
    change(site, "scheduler: kubernetes", "scheduler: slurm")
    assert codes(site) == ["scheduler-settings"]


@pytest.mark.parametrize(
    ("parts", "sizes", "found"),
    [
        ("{name: all, first: 1, count: 18}", "[18]", []),
        ("{name: a, first: 1, count: 17}, {name: b, first: 18, count: 1}", "[1]", []),
        ("{name: b, first: 10, count: 9}, {name: a, first: 1, count: 9}", "[9, 18]", []),
        ("{name: a, first: 1, count: 9}, {name: b, first: 10, count: 8}", "[8]", ["partition-gap"]),
        (
            "{name: a, first: 1, count: 9}, {name: b, first: 10, count: 9}",
            "[10]",
            ["block-too-small", "block-too-small"],
        ),
        (
            "{name: a, first: 1, count: 9}, {name: a, first: 10, count: 9}",
            "[9]",
            ["duplicate-name"],
        ),
    ],
)
def test_partitions_divide_a_domain_completely_and_once(
    parts: str, sizes: str, found: list[str], tmp_path: Path
) -> None:
    site = worlds.pool(worlds.copy(tmp_path), f"    nvlink_partitions: [{parts}]\n")
    change(site, "block_sizes: [18]", f"block_sizes: {sizes}")
    assert [code for code in codes(site) if code != "block-too-small"] == [
        code for code in found if code != "block-too-small"
    ]
    assert ("block-too-small" in codes(site)) == ("block-too-small" in found)


@pytest.mark.parametrize(("spares", "found"), [(8, []), (9, ["spares-not-kept"])])
def test_spares_are_those_of_a_partition(spares: int, found: list[str], tmp_path: Path) -> None:
    parts = "[{name: a, first: 1, count: 9}, {name: b, first: 10, count: 9}]"
    site = worlds.pool(worlds.copy(tmp_path), f"    nvlink_partitions: {parts}\n")
    change(site, "      block_sizes: [18]  ", f"      spares: {spares}  ")
    assert codes(site) == found


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"planned": 1, "p_key": "0x7ffe", "vni": 16777214}, []),
        ({"planned": 2, "p_key": "0x7ffd", "vni": 16777213, "index": 2}, []),
        ({"planned": 1, "index": 2}, ["index-beyond-plan"]),
        ({"planned": 2, "p_key": "0x7ffe"}, ["tenant-range-too-small"]),
        ({"planned": 2, "vni": 16777214}, ["tenant-range-too-small"]),
        ({"p_key": "0x7fff"}, ["out-of-range"]),
        ({"p_key": "0"}, ["out-of-range"]),
        ({"vni": 16777215}, ["out-of-range"]),
        ({"name": "default"}, ["unknown-reference", "vrf-reserved"]),
    ],
)
def test_ranges_last_for_the_planned_tenants_and_no_further(
    values: dict[str, object], found: list[str], tmp_path: Path
) -> None:
    site = worlds.pool(worlds.copy(tmp_path), "    tenant: alpha\n")
    whole = {"planned": 1, "p_key": "0x1", "vni": 1, "name": "alpha", "index": 1} | values
    change(site, "pools:\n", TENANCY.format(**whole))
    assert sorted(codes(site)) == found


def test_two_tenants_of_one_index_would_share_their_numbers(tmp_path: Path) -> None:
    site = worlds.pool(worlds.copy(tmp_path), "    tenant: alpha\n")
    tenancy = TENANCY.format(planned=2, p_key=1, vni=1, name="alpha", index=1)
    change(site, "pools:\n", tenancy.replace("index: 1}", "index: 1}, {name: beta, index: 1}"))
    (problem,) = render.check(site)
    assert problem.code == "duplicate-index"
    assert problem.because[0].startswith("P_Keys and VNIs follow")


def test_a_tenant_needs_a_site_that_has_it(tmp_path: Path) -> None:
    assert codes(worlds.pool(worlds.copy(tmp_path), "    tenant: alpha\n")) == ["unknown-reference"]


def test_arguments_that_may_repeat_may_repeat(tmp_path: Path) -> None:
    arguments = "[console=tty0, console=ttyS0, module_blacklist=nouveau, quiet]"
    site = worlds.pool(worlds.copy(tmp_path), f"    kernel: {{arguments: {arguments}}}\n")
    assert codes(site) == []


def test_an_acceptance_profile_must_be_known(tmp_path: Path) -> None:
    site = worlds.pool(worlds.copy(tmp_path), "    acceptance: nvl7\n")
    (problem,) = render.check(site)
    assert (problem.code, problem.hint) == ("unknown-reference", "did you mean 'nvl72'?")


@pytest.mark.parametrize(
    ("backup", "node", "found"),
    [
        ("svc02", "standby: [scheduler]", []),
        ("svc02", "roles: [scheduler]", []),
        ("svc02", "roles: [monitoring]", ["service-without-node"]),
        ("svc01", "roles: [monitoring]", ["backup-useless"]),
        ("svc03", "roles: [monitoring]", ["unknown-reference"]),
    ],
)
def test_a_backup_is_another_node_that_stands_by(
    backup: str, node: str, found: list[str], tmp_path: Path
) -> None:
    site = worlds.copy(tmp_path)
    slurm = f"controller: svc01\n      backup: {backup}\n      state_folder: /shared\n"
    change(site, "controller: svc01\n", slurm)
    line = f"  - {{name: svc02, address: 10.63.0.11, interface: bond0, {node}}}\n"
    change(site, "ironic, scheduler]\n", f"ironic, scheduler]\n{line}")
    assert codes(site) == found


@pytest.mark.parametrize(
    ("sizes", "racks", "found"),
    [
        ("[18, 36]", {1: {"a01": 1, "a02": 2}, 2: {"b01": 1}}, []),
        ("[18, 36]", {2: {"b01": 1}, 4: {"d01": 1}}, ["blocks-unaligned"]),
        ("[18, 36]", {2: {"b03": 3, "b04": 4}}, []),
        ("[18, 36]", {2: {"b02": 2, "b03": 3}}, ["blocks-unaligned"]),
        ("[18]", {2: {"b02": 2, "b04": 4}}, []),
    ],
)
def test_paired_blocks_keep_to_the_positions_of_their_racks(
    sizes: str, racks: dict[int, dict[str, int]], found: list[str], tmp_path: Path
) -> None:
    site = worlds.copy(tmp_path)
    worlds.rebuild(site, racks)
    change(site, "[18]", sizes)
    assert codes(site) == found
