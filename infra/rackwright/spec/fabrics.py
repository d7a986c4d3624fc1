"""Fabrics: what connects the racks, and how large each will be one day.

The cables of a fabric follow from how many scalable units it is *planned* for, so that a unit that
is built years later re-cables nothing. That plan is written down unit by unit, because one fabric
seldom reaches all of a hall.

Each kind of fabric is a class with a literal `kind`. The first look at the data says which is
meant, and only that one's mistakes are reported.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from rackwright.spec.choice import LIST_OR_RANGE, ListTag, RangeTag, kind_tag
from rackwright.spec.pools import UnitsOfHall
from rackwright.spec.words import Flag, Name, Spec


class PlannedFabric(Spec):
    """What every kind of fabric has."""

    name: Name = Field(description="The fabric's name, unique in the site.")
    planned_scalable_units: Annotated[
        Annotated[tuple[UnitsOfHall, ...], Field(min_length=1, max_length=99), ListTag]
        | Annotated[UnitsOfHall, RangeTag],
        LIST_OR_RANGE,
    ] = Field(
        description="The scalable units it will serve one day: {hall: h1, first: 1, count: 2}, "
        "or a list of such. Switches and cables follow from it: changing it re-cables the fabric."
    )


class QuantumX800(PlannedFabric):
    """The compute fabric over InfiniBand: Q3400 switches in two tiers, one rail for each GPU.

    One fabric reaches 18 scalable units at most, and 8 rack positions in each.
    """

    kind: Literal["quantum-x800"] = Field(description="The kind of fabric.")


class SpectrumX(PlannedFabric):
    """The compute fabric over Ethernet: two planes, two ports of 400G for each GPU.

    One fabric reaches 128 scalable units at most, and 8 rack positions in each. Where it is planned
    for more than one, super-spines join them.
    """

    kind: Literal["spectrum-x"] = Field(description="The kind of fabric.")


class EthernetEvpn(PlannedFabric):
    """Storage and in-band over one Ethernet: two ports of 400G a tray, to two SN5600D.

    One fabric reaches 16 scalable units at most, and 8 rack positions in each.
    """

    kind: Literal["ethernet-evpn"] = Field(description="The kind of fabric.")


class OutOfBand(PlannedFabric):
    """The management fabric: the two SN2201 in each rack, and every BMC on them.

    Each rack is complete in itself, so one fabric reaches every unit that can be planned.
    """

    kind: Literal["oob"] = Field(description="The kind of fabric.")
    host_ports: Flag = Field(
        default=False, description="Whether the 1G ports of hosts are cabled too."
    )


def _kind(value: Any) -> str | None:  # noqa: ANN401  (any YAML value)
    return kind_tag(value["kind"]) if isinstance(value, dict) and "kind" in value else None


Fabric = Annotated[
    Annotated[QuantumX800, Tag(kind_tag("quantum-x800"))]
    | Annotated[SpectrumX, Tag(kind_tag("spectrum-x"))]
    | Annotated[EthernetEvpn, Tag(kind_tag("ethernet-evpn"))]
    | Annotated[OutOfBand, Tag(kind_tag("oob"))],
    Discriminator(_kind),
]


def planned(fabric: PlannedFabric) -> tuple[UnitsOfHall, ...]:
    """Return the runs of scalable units of a fabric, which may be written as one."""
    found = fabric.planned_scalable_units
    return found if isinstance(found, tuple) else (found,)
