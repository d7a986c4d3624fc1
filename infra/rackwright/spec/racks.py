"""Halls, scalable units and racks: where metal stands or will stand."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rackwright.spec.words import Flag, Index, Name, Number, Reason, Spec


class Tray(Spec):
    """What is special about one tray, switch tray or power shelf."""

    open: Reason | None = Field(
        default=None, description="Why nothing is installed in this position yet."
    )
    hold: Reason | None = Field(
        default=None, description="Why `up` and `configure` must leave this tray alone."
    )


class Decommission(Spec):
    """The approved removal of a rack; the first of two changes, the second removes the rack."""

    approval: Reason = Field(description="Who approved it, and where that is written down.")
    sanitise: Flag = Field(description="Whether the drives are wiped on the way out.")


class Rack(Spec):
    """One rack position."""

    name: Name = Field(
        description="The rack's name, unique in the site; it begins every name in it."
    )
    index: Index = Field(description="Its place in the scalable unit; addresses follow from it.")
    kind: str = Field(description="A hardware type of the catalogue.")
    state: Literal["planned", "installed"] = Field(
        description="A planned rack reserves names and addresses; an installed one is provisioned."
    )
    pool: str = Field(description="The node pool its compute trays belong to.")
    nvlink_domain: Name | None = Field(
        default=None,
        description="The NVLink domain, where several racks form one; by default the rack itself.",
    )
    hold: Reason | None = Field(
        default=None, description="Why `up` and `configure` must leave this rack alone."
    )
    trays: dict[str, Tray] = Field(
        default_factory=dict, description="What is special about trays, by label: c07, nvsw-03."
    )
    decommission: Decommission | None = Field(
        default=None, description="The approved removal of this rack."
    )


class ScalableUnit(Spec):
    """A group of racks that is planned, deployed and reviewed together."""

    index: Index = Field(description="Its place in the hall; names and addresses follow from it.")
    feed: str = Field(description="The power feed of the hall that carries its racks.")
    racks: tuple[Rack, ...] = Field(description="Its racks.")


class Feed(Spec):
    """A power feed of a hall."""

    name: Name = Field(description="The feed's name, unique in the hall.")
    capacity_kw: Annotated[Number, Field(gt=0, le=1_000_000)] = Field(
        description="What it can carry, in kilowatt."
    )


class Hall(Spec):
    """A room of the site."""

    name: Name = Field(description="The hall's name; it begins the names of its units, h1-su01.")
    index: Index = Field(description="Its place in the site; addresses follow from it.")
    feeds: tuple[Feed, ...] = Field(min_length=1, description="Its power feeds.")
    scalable_units: tuple[ScalableUnit, ...] = Field(description="Its scalable units.")
