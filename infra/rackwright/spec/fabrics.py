"""Fabrics: what connects the racks, and how large each will be one day.

The cables of a fabric follow from how many scalable units it is *planned* for, so that a unit that
is built years later re-cables nothing. That plan is written down unit by unit, because one fabric
seldom reaches all of a hall.

Each kind of fabric is a class with a literal `kind`. The first look at the data says which is
meant, and only that one's mistakes are reported.
"""

from typing import Annotated, Any, Literal

from rackwright.spec.choice import LIST_OR_RANGE, Choice, ListTag, RangeTag, Tag, kind_tag
from rackwright.spec.language import Bounds, Spec, field
from rackwright.spec.networks import Asn
from rackwright.spec.patterns import Pattern
from rackwright.spec.pools import UnitsOfHall
from rackwright.spec.words import Flag, Form, Line, Name, Number, Prefix, Whole

Part = Annotated[Line, Form('[^,"]+', "a part number without commas and quotes")]
RackUnit = Annotated[Whole, Bounds(ge=1, le=99)]


class SwitchPlaces(Spec):
    """Where the switches of one tier stand."""

    rack: Annotated[str, Pattern()] | None = field(
        default=None,
        description="The pattern of their racks' names, of {hall}, {unit} and {rack}; {rack} "
        "counts the racks that they fill, from 1. Left out of an `oob` fabric, which is in the "
        "racks it serves.",
    )
    rack_units: Annotated[tuple[RackUnit, ...], Bounds(min_length=1, max_length=60)] = field(
        description="The lowest rack unit of each switch in a rack: [5, 9, 13]. When all are "
        "taken, the next switch is in the next rack."
    )


class Tiers(Spec):
    """Where the switches of a fabric stand; a tier that is left out is nowhere yet."""

    leaf: SwitchPlaces | None = field(
        default=None, description="Of the leaves; {rack} counts anew in every unit."
    )
    spine: SwitchPlaces | None = field(
        default=None, description="Of the spines; {unit} is 0 where the whole fabric shares them."
    )
    super_spine: SwitchPlaces | None = field(
        default=None, description="Of the super-spines, where a fabric has them; {unit} is 0."
    )


class CableChoice(Spec):
    """What a site buys for one length of cable."""

    metres: Annotated[Number, Bounds(gt=0, le=10_000)] | None = field(
        default=None, description="How long they are ordered."
    )
    cable: Part | None = field(default=None, description="The part number of the cable.")
    transceiver: Part | None = field(
        default=None, description="The part number of what is plugged into both ends."
    )


class Lengths(Spec):
    """What a site buys for cables of a fabric, by how far they reach."""

    in_rack: CableChoice | None = field(default=None, description="Inside a rack.")
    in_unit: CableChoice | None = field(default=None, description="Inside a scalable unit.")
    in_hall: CableChoice | None = field(default=None, description="Between units of a hall.")
    between_halls: CableChoice | None = field(default=None, description="Between halls.")


class PlannedFabric(Spec):
    """What every kind of fabric has."""

    name: Name = field(description="The fabric's name, unique in the site.")
    planned_scalable_units: Annotated[
        Annotated[tuple[UnitsOfHall, ...], Bounds(min_length=1, max_length=99), ListTag]
        | Annotated[UnitsOfHall, RangeTag],
        LIST_OR_RANGE,
    ] = field(
        description="The scalable units it will serve one day: {hall: h1, first: 1, count: 2}, "
        "or a list of such. Switches and cables follow from it: changing it re-cables the fabric."
    )
    places: Tiers = field(
        default_factory=Tiers, description="Where its switches stand, for the lists of cables."
    )
    cables: Lengths = field(
        default_factory=Lengths, description="Which cables are bought, for the lists of cables."
    )


class QuantumX800(PlannedFabric):
    """The compute fabric over InfiniBand: Q3400 switches in two tiers, one rail for each GPU.

    One fabric reaches 18 scalable units at most, and 8 rack positions in each.
    """

    kind: Literal["quantum-x800"] = field(description="The kind of fabric.")


class ManagementPorts(Spec):
    """Where the management ports of a fabric's switches are: eth0, by which they start."""

    prefix: Prefix = field(
        description="The whole network. Each planned unit has its part, counted from the "
        "beginning; what the whole fabric shares has the last part. The first address of a part is "
        "its gateway, where a relay passes on what the switches ask of DHCP."
    )
    unit_prefix_length: Annotated[Whole, Bounds(ge=16, le=29)] = field(
        default=26, description="Length of the part of each unit."
    )


class Switches(Spec):
    """What the switches of a fabric need to be configured, beside what follows from the plan."""

    loopbacks: Prefix = field(
        description="The prefix of their loopbacks. Leaves count from its beginning, and what the "
        "whole fabric shares from its end."
    )
    first_asn: Asn = field(
        description="The first of their autonomous system numbers: that of the spines. Those of "
        "the leaves begin 256 higher."
    )
    management: ManagementPorts | None = field(
        default=None,
        description="Where their management ports are. With it, and their MACs in as-built data, "
        "DHCP leads each of them to its configuration at its first start.",
    )


class EthernetFabric(PlannedFabric):
    """What every kind of fabric over Ethernet has."""

    mtu: Annotated[Whole, Bounds(ge=1280, le=9216)] = field(
        default=9216, description="The MTU of every port of its switches; 9216 is their own."
    )
    switches: Switches | None = field(
        default=None,
        description="What its switches are configured with; by default they are not configured.",
    )


class SpectrumX(EthernetFabric):
    """The compute fabric over Ethernet: two planes, two ports of 400G for each GPU.

    One fabric reaches 128 scalable units at most, and 8 rack positions in each. Where it is planned
    for more than one, super-spines join them.
    """

    kind: Literal["spectrum-x"] = field(description="The kind of fabric.")


class EthernetEvpn(EthernetFabric):
    """Storage and in-band over one Ethernet: two ports of 400G a tray, to two SN5600D.

    One fabric reaches 16 scalable units at most, and 8 rack positions in each.
    """

    kind: Literal["ethernet-evpn"] = field(description="The kind of fabric.")


class OutOfBand(EthernetFabric):
    """The management fabric: the two SN2201 in each rack, and every BMC on them.

    Each rack is complete in itself, so one fabric reaches every unit that can be planned.
    """

    kind: Literal["oob"] = field(description="The kind of fabric.")
    host_ports: Flag = field(
        default=False, description="Whether the 1G ports of hosts are cabled too."
    )


def _kind(value: Any) -> str | None:  # noqa: ANN401  (any YAML value)
    return kind_tag(value["kind"]) if isinstance(value, dict) and "kind" in value else None


Fabric = Annotated[
    Annotated[QuantumX800, Tag(kind_tag("quantum-x800"))]
    | Annotated[SpectrumX, Tag(kind_tag("spectrum-x"))]
    | Annotated[EthernetEvpn, Tag(kind_tag("ethernet-evpn"))]
    | Annotated[OutOfBand, Tag(kind_tag("oob"))],
    Choice(_kind),
]


def planned(fabric: PlannedFabric) -> tuple[UnitsOfHall, ...]:
    """Return the runs of scalable units of a fabric, which may be written as one."""
    found = fabric.planned_scalable_units
    return found if isinstance(found, tuple) else (found,)
