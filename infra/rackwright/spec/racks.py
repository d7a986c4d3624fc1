"""Halls, scalable units and racks: where metal stands or will stand.

A site of a thousand racks is said once: as ranges of explicit indexes, what all have in common, and
what differs for one of them. Nothing is numbered by its place in a list.
"""

from typing import Annotated, Literal

from rackwright.spec.choice import ITEM_OR_RANGE, LIST_OR_RANGE, ItemTag, ListTag, RangeTag
from rackwright.spec.cooling import CoolingLoop
from rackwright.spec.include import Includable
from rackwright.spec.language import Bounds, Spec, field
from rackwright.spec.networks import HallNetworks
from rackwright.spec.patterns import DEFAULT, Pattern
from rackwright.spec.power import Feed, FeedLoss
from rackwright.spec.words import Flag, Index, Name, RackName, Reason, Whole

Count = Annotated[Whole, Bounds(ge=1, le=999)]
State = Literal["planned", "installed"]


class Tray(Spec):
    """What is special about one tray, switch tray or power shelf."""

    open: Reason | None = field(
        default=None, description="Why nothing is installed in this position yet."
    )
    hold: Reason | None = field(
        default=None, description="Why `up` and `configure` must leave this tray alone."
    )


class Decommission(Spec):
    """The approved removal of a rack; the first of two changes, the second removes the rack."""

    approval: Reason = field(description="Who approved it, and where that is written down.")
    sanitise: Flag = field(description="Whether the drives are wiped on the way out.")


class InheritedByRacks(Spec):
    """What a rack takes from the range it is in or from the site's defaults."""

    kind: str | None = field(default=None, description="A hardware type of the catalogue.")
    state: State | None = field(
        default=None,
        description="A planned rack reserves names and addresses; an installed one is provisioned.",
    )
    pool: str | None = field(default=None, description="The node pool its compute trays belong to.")


class OwnOfRack(InheritedByRacks):
    """What may be said of one rack."""

    nvlink_domain: RackName | None = field(
        default=None,
        description="The NVLink domain, where several racks form one; by default the rack itself.",
    )
    hold: Reason | None = field(
        default=None, description="Why `up` and `configure` must leave this rack alone."
    )
    trays: dict[str, Tray] = field(
        default_factory=dict, description="What is special about trays, by label: c07, nvsw-03."
    )
    decommission: Decommission | None = field(
        default=None, description="The approved removal of this rack."
    )


class Rack(OwnOfRack):
    """One rack position."""

    name: RackName | None = field(
        default=None,
        description="The rack's name, unique in the site; it begins every name in it. By default "
        "it follows from the indexes.",
    )
    index: Index = field(description="Its place in the scalable unit; addresses follow from it.")


class RackException(OwnOfRack):
    """What differs for one rack of a range."""

    index: Index = field(description="Which rack of the range.")


class RackDefaults(InheritedByRacks):
    """What racks have in common."""

    name: Annotated[str, Pattern()] | None = field(
        default=None,
        description=f"The pattern of their names, of {{hall}}, {{unit}} and {{rack}}: {DEFAULT}.",
    )


class RacksAlike(InheritedByRacks):
    """What racks that stand together have in common, and what differs for one."""

    hold: Reason | None = field(
        default=None, description="Why `up` and `configure` must leave these racks alone."
    )
    exceptions: tuple[RackException, ...] = field(
        default=(),
        description="What differs for one rack, by its index. One that has left is planned again.",
    )
    without: tuple[Index, ...] = field(
        default=(),
        description="Indexes where there never is a rack: a pillar, a door. The others keep their "
        "numbers, and the plan its size.",
    )


class RackRange(RacksAlike):
    """Racks with consecutive indexes."""

    first: Index = field(description="The first rack's index in its scalable unit.")
    count: Count = field(description="How many racks.")
    name: Annotated[str, Pattern()] | None = field(
        default=None,
        description=f"The pattern of their names, of {{hall}}, {{unit}} and {{rack}}: {DEFAULT}.",
    )


class ScalableUnitDefaults(Spec):
    """What scalable units have in common."""

    feed: str | None = field(
        default=None, description="The power feed of the hall that carries its racks."
    )
    second_feed: str | None = field(
        default=None,
        description="The other feed of an A/B pair: it shares the load with `feed`, and the second "
        "half of each rack's power shelves is on it.",
    )


RackItem = Annotated[
    Annotated[Rack, ItemTag] | Annotated[RackRange, RangeTag],
    ITEM_OR_RANGE,
]


class ScalableUnit(ScalableUnitDefaults):
    """A group of racks that is planned, deployed and reviewed together."""

    index: Index = field(description="Its place in the hall; names and addresses follow from it.")
    racks: Annotated[
        Annotated[tuple[RackItem, ...], ListTag] | Annotated[RackRange, RangeTag],
        LIST_OR_RANGE,
    ] = field(description="Its racks: one range of them, or a list of racks and ranges.")


class ScalableUnitException(ScalableUnitDefaults):
    """What differs for one scalable unit of a range."""

    index: Index = field(description="Which scalable unit of the range.")
    racks: RacksAlike = field(default_factory=RacksAlike, description="What differs for its racks.")


class ScalableUnitRange(ScalableUnitDefaults):
    """Scalable units with consecutive indexes, alike but for the exceptions."""

    first: Index = field(description="The first unit's index in its hall.")
    count: Count = field(description="How many scalable units.")
    racks: RackRange = field(description="The racks of each of them.")
    exceptions: tuple[ScalableUnitException, ...] = field(
        default=(), description="What differs for one scalable unit, by its index."
    )
    without: tuple[Index, ...] = field(
        default=(), description="Indexes where there never is a unit; the others keep theirs."
    )


ScalableUnitItem = Annotated[
    Annotated[ScalableUnit, ItemTag] | Annotated[ScalableUnitRange, RangeTag],
    ITEM_OR_RANGE,
    Includable(),
]


class Hall(Spec):
    """A room of the site."""

    name: Name = field(description="The hall's name; it begins the names of its units, h1-su01.")
    index: Index = field(description="Its place in the site; addresses follow from it.")
    feeds: tuple[Feed, ...] = field(min_length=1, description="Its power feeds.")
    feed_loss: FeedLoss = field(
        default_factory=FeedLoss, description="What it promises for the day it loses a feed."
    )
    cooling: tuple[CoolingLoop, ...] = field(
        default=(), description="Its cooling loops; without any, cooling is not checked."
    )
    networks: HallNetworks = field(
        default_factory=HallNetworks, description="Prefixes of its own, in place of the site's."
    )
    scalable_units: Annotated[
        Annotated[tuple[ScalableUnitItem, ...], ListTag] | Annotated[ScalableUnitRange, RangeTag],
        LIST_OR_RANGE,
        Includable(),
    ] = field(description="Its scalable units: one range of them, or a list of units and ranges.")


class Defaults(Spec):
    """What the site says once for many: the layer between the catalogue and the item itself."""

    scalable_units: ScalableUnitDefaults = field(
        default_factory=ScalableUnitDefaults, description="Of scalable units."
    )
    racks: RackDefaults = field(default_factory=RackDefaults, description="Of racks.")
