"""Networks: the site's address spaces and how many racks they must hold one day.

Addresses follow from indexes and from what is *planned*, never from what is built, so a rack that
is added, removed or replaced moves no other rack's address. That needs the plan to be written down
before the first rack is there. IPv6 stands beside IPv4 and follows from the same numbers.
"""

from typing import Annotated

from rackwright.spec.language import Bounds, Spec, field
from rackwright.spec.words import Address, InterfaceName, Prefix, Prefix6, Url, Whole

Asn = Annotated[Whole, Bounds(ge=1, le=4_294_967_295)]


class Network(Spec):
    """A network without racks on it."""

    prefix: Prefix = field(description="The whole network; its first address is the gateway.")
    ipv6_prefix: Prefix6 | None = field(
        default=None, description="The whole network in IPv6, beside the other."
    )


class RackNetwork(Spec):
    """A network that is cut into one prefix per rack."""

    prefix: Prefix = field(description="The whole network, for every rack that is planned.")
    rack_prefix_length: Annotated[Whole, Bounds(ge=16, le=29)] = field(
        description="Length of each rack's own prefix; its first address is the rack's gateway."
    )
    ipv6_prefix: Prefix6 | None = field(
        default=None, description="The whole network in IPv6, beside the other."
    )
    ipv6_rack_prefix_length: Annotated[Whole, Bounds(ge=32, le=120)] = field(
        default=64, description="Length of each rack's own prefix in IPv6."
    )


class HostNetwork(RackNetwork):
    """The rack network that hosts are on."""

    interface: InterfaceName = field(
        default="bond0", description="The host's interface on this network."
    )


class LinkNetwork(RackNetwork):
    """The addresses of the point-to-point links between compute trays and their switches."""

    links_per_tray: Annotated[Whole, Bounds(ge=1, le=16)] = field(
        default=1,
        description="How many routed links a compute tray has. Link n of every tray is in the n-th "
        "64 addresses of its rack, two a tray: the switch's end and, one higher, the tray's.",
    )


class AsnRange(Spec):
    """The autonomous system numbers that racks and their trays are given."""

    first: Asn = field(description="The first number; it is that of hall 1, unit 1, rack 1.")
    last: Asn = field(description="The last number that may be given.")
    per_rack: Annotated[Whole, Bounds(ge=1, le=64)] = field(
        default=32,
        description="How many a rack has: the first is its own, the first + n that of tray n. "
        "1 gives the rack's own to all of its trays.",
    )


class HallNetwork(Spec):
    """A network's prefixes where a hall brings its own."""

    prefix: Prefix | None = field(
        default=None,
        description="The network in this hall; by default its part of the site's.",
    )
    ipv6_prefix: Prefix6 | None = field(
        default=None, description="The same in IPv6; by default its part of the site's."
    )


class HallNetworks(Spec):
    """The networks a hall brings its own prefixes for; rack prefixes are as long as the site's."""

    out_of_band: HallNetwork | None = field(default=None, description="Where its BMCs are.")
    in_band: HallNetwork | None = field(default=None, description="Where its hosts are.")
    storage: HallNetwork | None = field(default=None, description="Where its hosts reach storage.")
    loopbacks: HallNetwork | None = field(default=None, description="Its hosts' loopbacks.")
    point_to_point: HallNetwork | None = field(default=None, description="Its hosts' links.")


class Upstream(Spec):
    """What the site reaches outside itself."""

    dns_forwarders: tuple[Address, ...] = field(
        default=(), description="Name servers that the site's own ask for other names."
    )
    border_prefixes: tuple[Prefix, ...] = field(
        default=(), description="Networks behind the border routers that the site must reach."
    )
    package_mirror: Url | None = field(default=None, description="Where nodes get packages from.")


class Networks(Spec):
    """The networks of the site."""

    planned_scalable_units: Annotated[Whole, Bounds(ge=1, le=500)] = field(
        description="How many scalable units each hall will have one day. Addresses follow: "
        "changing it moves the addresses of every hall but the first, and of none that brings its "
        "own prefixes."
    )
    racks_per_scalable_unit: Annotated[Whole, Bounds(ge=1, le=64)] = field(
        default=8, description="How many rack positions a scalable unit has."
    )
    services: Network = field(description="Where the service nodes are.")
    out_of_band: RackNetwork = field(description="Where BMCs are.")
    in_band: HostNetwork = field(description="Where the hosts of compute trays are.")
    storage: RackNetwork | None = field(
        default=None, description="Where the hosts of compute trays reach storage."
    )
    loopbacks: RackNetwork | None = field(
        default=None, description="Addresses of compute trays that belong to no interface."
    )
    point_to_point: LinkNetwork | None = field(
        default=None, description="The routed links between compute trays and their switches."
    )
    asns: AsnRange | None = field(
        default=None, description="The autonomous system numbers of racks and compute trays."
    )
