from __future__ import annotations

from pathlib import Path

import pytest

import worlds
from rackwright import expand, spec
from rackwright.expand import zones
from rackwright.inventory import Space


def space(prefix: str, *, rack_length: int = 0, planned: int = 0) -> Space:
    return Space(
        network="in-band",
        hall="",
        ipv6=":" in prefix,
        prefix=prefix,
        length=int(prefix.partition("/")[2]),
        gateway="",
        rack_length=rack_length,
        planned_racks=planned,
        possible_racks=0,
    )


def names(prefix: str, rack_length: int = 0, planned: int = 0) -> tuple[str, ...]:
    (found,) = zones.reverse_zones([space(prefix, rack_length=rack_length, planned=planned)])
    return found.names


@pytest.mark.parametrize(
    ("address", "digits", "zone", "label"),
    [
        ("10.64.0.11", 2, "64.10.in-addr.arpa", "11.0"),
        ("10.64.0.11", 3, "0.64.10.in-addr.arpa", "11"),
        ("fd00:4::b", 8, "4.0.0.0.0.0.d.f.ip6.arpa", "b" + ".0" * 23),
    ],
)
def test_a_reverse_name_is_cut_at_its_zone(
    address: str, digits: int, zone: str, label: str
) -> None:
    assert zones.reverse_name(address, digits) == (zone, label)


def test_a_zone_is_never_wider_than_its_space() -> None:
    assert names("10.2.0.0/15", 26, 1056) == ("2.10.in-addr.arpa", "3.10.in-addr.arpa")
    assert names("10.70.8.0/21", 26, 32) == tuple(f"{n}.70.10.in-addr.arpa" for n in range(8, 16))


def test_a_zone_that_no_planned_rack_reaches_is_not_there() -> None:
    assert names("10.2.0.0/15", 26, 1024) == ("2.10.in-addr.arpa",)
    assert len(names("fd00:4::/53", 64, 1056)) == 5


def test_a_space_smaller_than_a_24_takes_the_whole() -> None:
    assert names("10.63.0.64/26") == ("0.63.10.in-addr.arpa",)


def test_a_unit_has_names_in_the_zones_of_its_planned_racks(tmp_path: Path) -> None:
    site = worlds.every_network(worlds.copy(tmp_path))
    found = expand.expand_all(spec.load(site))[0].common.zones.of_units["h1-su01"]
    assert found[0] == "one-rack.example"
    assert "64.10.in-addr.arpa" in found
    assert "0.70.10.in-addr.arpa" in found
    assert not any("72.10" in zone for zone in found)  # links are named by their ends
