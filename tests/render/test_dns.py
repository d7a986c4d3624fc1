"""The rendered zones; verify has a real BIND read them."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import worlds
from rackwright import render
from rackwright.expand import zones
from rackwright.render import dns
from rackwright.tree import Tree


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    return render.render(worlds.every_network(worlds.copy(tmp_path_factory.mktemp("site"))))


def records(files: Tree, path: str) -> list[str]:
    return [line for line in files[path].splitlines() if line[:1] not in ";$"]


def test_every_address_of_a_tray_has_a_name_of_its_own(files: Tree) -> None:
    mine = [
        line.split()
        for line in records(files, "h1-su01/dns/one-rack.example")
        if line.startswith("a01-p1-dgx-01-c07")
    ]
    assert {name.removeprefix("a01-p1-dgx-01-c07"): kind for name, kind, _ in mine} == {
        "": "A",
        "-bmc": "A",
        "-bmc-ipv6": "AAAA",
        "-ipv6": "AAAA",
        "-storage": "A",
        "-storage-ipv6": "AAAA",
        "-loopback": "A",
    }


def test_every_name_leads_back(files: Tree) -> None:
    forward = {line.split()[0] for line in records(files, "h1-su01/dns/one-rack.example")}
    back = {
        line.split()[-1].partition(".")[0]
        for path in files
        if path.startswith("h1-su01/dns/") and path.endswith(".arpa")
        for line in records(files, path)
    }
    assert back == forward


def test_a_zone_has_no_soa_until_it_is_published(files: Tree) -> None:
    zones = [path for path in files if path.startswith("site/dns/zones/")]
    assert len(zones) > 5
    for path in zones:
        assert "$INCLUDE /etc/bind/soa" in files[path]
        assert not [line for line in records(files, path) if "SOA" in line.split()]


def test_a_server_asks_nobody_that_the_specification_does_not_name(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path)
    assert "recursion no;" in render.render(site)["site/dns/named.conf"]
    forwarders = "\nupstream: {dns_forwarders: [192.0.2.53]}\n\nironic:\n"
    worlds.change(site, [{"file": "site.yaml", "replace": "\nironic:\n", "by": forwarders}])
    assert "forwarders { 192.0.2.53; };" in render.render(site)["site/dns/named.conf"]


def test_the_names_in_dns_are_those_of_etc_hosts(files: Tree) -> None:
    domain = {
        (words[2], words[0])
        for line in records(files, "h1-su01/dns/one-rack.example")
        for words in (line.split(),)
    }
    hosts = {
        (address, name)
        for line in files["h1-su01/hosts/a01"].splitlines()
        if "dgx" in line
        for address, *names in (line.split(),)
        for name in names
        if "." not in name
    }
    assert hosts <= domain


NEAR = st.integers(0, 3 << 16)
V4 = (st.ip_addresses(v=4) | NEAR.map(IPv4Address)).map(str)
V6 = (st.ip_addresses(v=6) | NEAR.map(lambda n: IPv6Address((0xFD00 << 112) + n))).map(str)


@given(
    st.lists(
        st.tuples(st.text("abc"), V4, st.integers(1, 3))
        | st.tuples(st.text("abc"), V6, st.integers(1, 31))
    )
)
def test_neighbours_are_found_where_each_alone_would_be(
    entries: list[tuple[str, str, int]],
) -> None:
    wanted: dict[str, tuple[list[str], list[str]]] = {}
    for name, address, digits in entries:
        zone, label = zones.reverse_name(address, digits)
        labels, names = wanted.setdefault(zone, ([], []))
        labels.append(label)
        names.append(name)
    assert dns._reverse(entries) == wanted
