"""The site's true addresses on one machine, as commands for `ip`.

A lab must edit no rendered file, so the addresses in them must exist: every subnet of the site
becomes a bridge with the subnet's gateway on it, every host a network namespace with one cable into
its bridge, every BMC an address on the out-of-band bridge. The sandbox is the router between them.
All of it is worked out from the plan before a single command runs.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rackwright import plan
from rackwright.problems import PlanError

LONGEST_LINK_NAME = 15
BRIDGE_PORTS = 1024
"""What the kernel allows on one bridge (BR_MAX_PORTS)."""


@dataclass(frozen=True, slots=True)
class Cable:
    """A host's one cable: into which subnet, and what the host calls its end."""

    host: str
    interface: str
    subnet: plan.Subnet
    mac: str = ""
    """Of the host's end; empty where the plan does not say."""


def cables(site: plan.SitePlan, units: Iterable[plan.UnitPlan]) -> tuple[Cable, ...]:
    """Return the cables of service nodes and compute trays.

    Raises:
        PlanError: An address lies in no subnet of the site, or a bridge would be too large.
    """
    found = [
        Cable(node.name, node.interface, _subnet(site, node.address)) for node in site.service_nodes
    ]
    for unit in units:
        for rack in unit.racks:
            found += [
                Cable(tray.name, port.name, _subnet(site, port.address), port.mac)
                for tray in rack.compute_trays
                for port in (tray.interface,)
            ]
    _require_ports(found)
    return tuple(found)


def router(site: plan.SitePlan, units: Iterable[plan.UnitPlan]) -> Iterator[str]:
    """Yield `ip` commands for the bridges, their gateways and the BMCs' addresses."""
    yield "link set lo up"
    for number, subnet in enumerate(site.subnets):
        prefix = subnet.prefix.partition("/")[2]
        yield f"link add {bridge(number)} type bridge"
        yield f"addr add {subnet.gateway}/{prefix} dev {bridge(number)}"
        yield f"link set {bridge(number)} up"
    for address in bmc_addresses(units):
        number = site.subnets.index(_subnet(site, address))
        yield f"addr add {address}/32 dev {bridge(number)}"


def cable(site: plan.SitePlan, number: int, each: Cable) -> Iterator[str]:
    """Yield `ip` commands that lay a host's cable; its namespace exists already."""
    end = f"cable{number}"
    mac = f" address {each.mac}" if each.mac else ""
    yield f"link add {end} type veth peer name {each.interface}{mac} netns {each.host}"
    yield f"link set {end} master {bridge(site.subnets.index(each.subnet))} up"


def bridge(number: int) -> str:
    """Return the name of a subnet's bridge."""
    return f"subnet{number}"


def bmc_addresses(units: Iterable[plan.UnitPlan]) -> tuple[str, ...]:
    """Return the out-of-band address of every device, in the order of racks and trays."""
    return tuple(
        device.bmc.address for unit in units for rack in unit.racks for device in rack.devices
    )


def _subnet(site: plan.SitePlan, address: str) -> plan.Subnet:
    for subnet in site.subnets:
        if ipaddress.ip_address(address) in ipaddress.ip_network(subnet.prefix):
            return subnet
    raise PlanError(f"{address} lies in no subnet of {site.site}", "rackwright render SITE")


def _require_ports(found: list[Cable]) -> None:
    for subnet in {each.subnet.name for each in found}:
        count = sum(each.subnet.name == subnet for each in found)
        if count > BRIDGE_PORTS:
            raise PlanError(
                f"{subnet} has {count} hosts, and a bridge has {BRIDGE_PORTS} ports",
                "start fewer racks: rackwright lab up SITE --rack NAME",
            )
    for each in found:
        if len(each.interface) > LONGEST_LINK_NAME:
            raise PlanError(f"{each.interface!r} is too long for the name of a link")
