from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright import hardware
from rackwright.expand import addressing

GB300 = hardware.catalogue()["gb300-nvl72"]
COMPUTE = GB300.device_type("compute")


def number(hall: int, unit: int, rack: int) -> int:
    return addressing.rack_number(hall, unit, rack, units_per_hall=33, racks_per_unit=8)


def test_numbers_count_positions_not_racks() -> None:
    assert [number(1, 1, 1), number(1, 1, 8), number(1, 2, 1), number(2, 1, 1)] == [0, 7, 8, 264]


@given(
    st.tuples(st.integers(1, 9), st.integers(1, 33), st.integers(1, 8)),
    st.tuples(st.integers(1, 9), st.integers(1, 33), st.integers(1, 8)),
)
def test_two_positions_never_share_a_number(
    one: tuple[int, int, int], other: tuple[int, int, int]
) -> None:
    assert (number(*one) == number(*other)) == (one == other)


@given(st.integers(8, 24), st.integers(0, 200))
def test_a_rack_base_is_the_prefix_of_its_number(length: int, place: int) -> None:
    network = IPv4Network("10.0.0.0/8")
    prefixes = list(zip(range(place + 1), network.subnets(new_prefix=length), strict=False))
    if len(prefixes) == place + 1:
        wanted = prefixes[-1][1].network_address
        assert addressing.rack_base(network, length, place) == int(wanted)


@given(st.integers(0, 2**32 - 1))
def test_an_address_is_written_as_everyone_writes_it(address: int) -> None:
    assert addressing.text(address) == str(IPv4Address(address))


def test_a_network_longer_than_its_racks_holds_none() -> None:
    assert addressing.possible_racks(IPv4Network("10.0.0.0/24"), 20) == 0


@given(
    st.integers(0, 2**128 - 1) | st.integers(0, 2**20), st.integers(0, 40), st.sampled_from((1, 2))
)
@pytest.mark.parametrize("ipv6", [False, True])
def test_a_series_is_its_addresses_written_one_by_one(
    ipv6: bool, first: int, count: int, step: int
) -> None:
    wanted = [addressing.text(first + place * step, ipv6=ipv6) for place in range(count)]
    assert addressing.series(first, count, step=step, ipv6=ipv6) == wanted


@given(st.integers(0, 2**32 - 1), st.integers(1, 8))
def test_a_trays_end_of_a_link_is_one_above_the_switchs(base: int, link: int) -> None:
    ends = addressing.link_addresses(base, link, COMPUTE)
    assert ends == [addressing.link_address(base, link, tray) for tray in range(1, 19)]


def test_each_class_of_device_starts_at_its_own_offset() -> None:
    base = int(IPv4Address("10.64.3.0"))
    every = {kind.device_class: addressing.device_addresses(base, kind) for kind in GB300.devices}
    assert every["compute"][-1] == "10.64.3.28"
    assert every["power-shelf"][0] == "10.64.3.31"
    assert every["nvlink-switch"][-1] == "10.64.3.49"
