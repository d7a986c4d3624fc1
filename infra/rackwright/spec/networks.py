"""Networks: the site's three address spaces and how many racks they must hold one day.

Addresses follow from indexes and from what is *planned*, never from what is built, so a rack that
is added, removed or replaced moves no other rack's address. That needs the plan to be written down
before the first rack is there.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from rackwright.spec.words import Address, InterfaceName, Prefix, Spec, Url, Whole


class Network(Spec):
    """A network without racks on it."""

    prefix: Prefix = Field(description="The whole network; its first address is the gateway.")


class RackNetwork(Spec):
    """A network that is cut into one prefix per rack."""

    prefix: Prefix = Field(description="The whole network, for every rack that is planned.")
    rack_prefix_length: Annotated[Whole, Field(ge=16, le=29)] = Field(
        description="Length of each rack's own prefix; its first address is the rack's gateway."
    )


class HostNetwork(RackNetwork):
    """The rack network that hosts are on."""

    interface: InterfaceName = Field(
        default="bond0", description="The host's interface on this network."
    )


class Upstream(Spec):
    """What the site reaches outside itself."""

    dns_forwarders: tuple[Address, ...] = Field(
        default=(), description="Name servers that the site's own ask for other names."
    )
    border_prefixes: tuple[Prefix, ...] = Field(
        default=(), description="Networks behind the border routers that the site must reach."
    )
    package_mirror: Url | None = Field(default=None, description="Where nodes get packages from.")


class Networks(Spec):
    """The networks of the site."""

    planned_scalable_units: Annotated[Whole, Field(ge=1, le=500)] = Field(
        description="How many scalable units each hall will have one day. Addresses follow: "
        "changing it moves the addresses of every hall but the first."
    )
    racks_per_scalable_unit: Annotated[Whole, Field(ge=1, le=64)] = Field(
        default=8, description="How many rack positions a scalable unit has."
    )
    services: Network = Field(description="Where the service nodes are.")
    out_of_band: RackNetwork = Field(description="Where BMCs are.")
    in_band: HostNetwork = Field(description="Where the hosts of compute trays are.")
