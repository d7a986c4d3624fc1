from __future__ import annotations

import pytest
from msgspec.structs import replace

import worlds
from rackwright.lab import network
from rackwright.lab.scope import Scope, read
from rackwright.problems import PlanError


@pytest.fixture
def scope() -> Scope:
    return read(worlds.ONE_RACK)


def test_every_gateway_of_the_site_exists(scope: Scope) -> None:
    lines = list(network.router(scope.site, scope.units))
    for subnet in scope.site.subnets:
        length = subnet.prefix.partition("/")[2]
        assert any(line.startswith(f"addr add {subnet.gateway}/{length} ") for line in lines)


def test_every_device_of_the_rack_has_an_address_for_its_bmc(scope: Scope) -> None:
    addresses = network.bmc_addresses(scope.units)
    assert len(addresses) == len(set(addresses)) == 35
    lines = list(network.router(scope.site, scope.units))
    assert all(any(f"addr add {address}/32 " in line for line in lines) for address in addresses)


def test_a_host_has_one_cable_named_and_addressed_as_the_plan_says(scope: Scope) -> None:
    tray = scope.racks[0].compute_trays[0]
    found = [each for each in network.cables(scope.site, scope.units) if each.host == tray.name]
    assert [(each.interface, each.mac) for each in found] == [("bond0", tray.interface.mac)]
    laid = list(network.cable(scope.site, 7, found[0]))
    assert laid[0] == (
        f"link add cable7 type veth peer name bond0 address {tray.interface.mac} netns {tray.name}"
    )


def test_a_cable_ends_in_the_bridge_of_the_hosts_subnet(scope: Scope) -> None:
    for number, each in enumerate(network.cables(scope.site, scope.units)):
        bridge = network.bridge(scope.site.subnets.index(each.subnet))
        assert f"master {bridge} " in list(network.cable(scope.site, number, each))[1]


def test_an_address_outside_every_subnet_is_refused(scope: Scope) -> None:
    site = replace(scope.site, subnets=scope.site.subnets[:1])
    with pytest.raises(PlanError, match="lies in no subnet of one-rack"):
        network.cables(site, scope.units)


def test_more_hosts_than_a_bridge_has_ports_are_refused(
    scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "BRIDGE_PORTS", 17)
    with pytest.raises(PlanError, match="a01-in-band has 18 hosts, and a bridge has 17 ports"):
        network.cables(scope.site, scope.units)
