"""What Ethernet switches are to do follows from indexes and the plan, and both ends agree."""

from __future__ import annotations

from pathlib import Path

import pytest

import worlds
from rackwright import expand, spec
from rackwright.expand.fabrics import cabled
from rackwright.inventory.switching import Configured

SPECTRUM = worlds.SITES / "spectrum-x"
TENANTS = """\
tenancy: {planned_tenants: 4, p_keys: {first: 0x101, last: 0x104}, vnis: {first: 101, last: 104},
  tenants: [{name: acme, index: 2}]}

pools:
  - name: train
    tenant: acme
"""


def configured(site: Path) -> dict[str, Configured]:
    found = [
        switch
        for inventory in expand.expand_all(spec.load(site))
        for switch in cabled(inventory).configured
    ]
    assert len({switch.name for switch in found}) == len(found)
    return {switch.name: switch for switch in found}


@pytest.fixture(scope="module")
def switches() -> dict[str, Configured]:
    return configured(SPECTRUM)


def test_every_session_is_seen_from_both_sides(switches: dict[str, Configured]) -> None:
    ends = {(s.name, p.port): (p.device, p.device_port) for s in switches.values() for p in s.peers}
    assert ends
    assert all(ends[far] == near for near, far in ends.items())


def test_no_two_switches_share_a_loopback(switches: dict[str, Configured]) -> None:
    assert len({switch.loopback for switch in switches.values()}) == len(switches)


def test_no_two_neighbours_share_an_as_number(switches: dict[str, Configured]) -> None:
    for switch in switches.values():
        assert all(switches[peer.device].asn != switch.asn for peer in switch.peers)


def test_leaves_have_as_numbers_of_their_own(switches: dict[str, Configured]) -> None:
    leaves = [switch.asn for switch in switches.values() if switch.tier == "leaf"]
    assert len(set(leaves)) == len(leaves)


def test_a_tray_has_the_other_end_of_every_routed_link(switches: dict[str, Configured]) -> None:
    (unit,) = [i for i in expand.expand_all(spec.load(SPECTRUM)) if i.unit.name == "h1-su01"]
    trays = {device.name: device for device in unit.devices}
    links: dict[str, set[str]] = {}
    for switch in switches.values():
        for host in switch.hosts:
            for address in filter(None, (host.ipv4, host.ipv6)):
                links.setdefault(host.device, set()).add(address)
    assert len(links) == 18
    for name, ends in links.items():
        theirs = {v for k, v in trays[name].further.items() if k.startswith("point_to_point")}
        assert {_next(end) for end in ends} == theirs


def _next(end: str) -> str:
    address = end.partition("/")[0]
    head, _, last = address.rpartition(".")
    return f"{head}.{int(last) + 1}"


def test_both_leaves_of_a_bond_give_it_one_segment(switches: dict[str, Configured]) -> None:
    segments: dict[str, set[tuple[str, int]]] = {}
    for switch in switches.values():
        for host in switch.hosts:
            if host.bond:
                segments.setdefault(host.device, set()).add((switch.segment_mac, host.segment))
    assert len(segments) == 18
    assert all(len(each) == 1 for each in segments.values())
    assert len({next(iter(each)) for each in segments.values()}) == 18


def test_a_gateway_is_shared_and_each_switch_has_an_address_too(
    switches: dict[str, Configured],
) -> None:
    by_vlan: dict[tuple[str, bool], list[tuple[str, str]]] = {}
    for switch in switches.values():
        for vlan in switch.vlans:
            for gateway in vlan.gateways:
                family = vlan.title, ":" in gateway.own
                by_vlan.setdefault(family, []).append((gateway.own, gateway.shared))
    assert by_vlan
    for pairs in by_vlan.values():
        assert len(pairs) == 2
        assert len({shared for _, shared in pairs}) == 1
        assert len({address for pair in pairs for address in pair}) == 3


def test_a_switch_that_nothing_installed_needs_is_not_configured(
    switches: dict[str, Configured],
) -> None:
    assert "h1-su01-cleaf-01" in switches
    assert "h1-su01-cleaf-02" not in switches


def test_a_fabric_without_numbers_for_its_switches_leaves_them_alone(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path)
    runs = "planned_scalable_units: {hall: h1, first: 1, count: 4}"
    worlds.fabrics(site, f"{{name: mgmt, kind: oob, {runs}}}")
    assert configured(site) == {}


def test_a_tenant_is_a_vrf_with_its_vni_on_the_leaves_of_its_racks(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path, SPECTRUM)
    worlds.change(
        site,
        [{"file": "site.yaml", "replace": "pools:\n  - name: train\n", "by": TENANTS}],
    )
    leaf = configured(site)["h1-su01-cleaf-01"]
    assert [(vrf.name, vrf.vni) for vrf in leaf.vrfs] == [("acme", 102)]
    assert leaf.overlay
    assert {host.vrf for host in leaf.hosts} == {"acme"}
    converged = configured(site)["h1-su01-nsleaf-01"]
    assert {vlan.vrf for vlan in converged.vlans} == {"acme"}


def test_a_second_rack_moves_nothing_of_the_first(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path, SPECTRUM)
    before = configured(site)
    worlds.change(
        site,
        [{"file": "site.yaml", "replace": ", state: planned}", "by": "}"}],
    )
    after = configured(site)
    for name, switch in before.items():
        assert set(switch.hosts) <= set(after[name].hosts)
        assert set(switch.vlans) <= set(after[name].vlans)
        assert (switch.loopback, switch.asn, switch.peers) == (
            after[name].loopback,
            after[name].asn,
            after[name].peers,
        )
    leaf = "h1-su01-nsleaf-01"
    assert len(after[leaf].hosts) == 2 * len(before[leaf].hosts)
