"""Power: the feeds of a hall, and what is left when one of them is lost."""

from typing import Annotated, Literal

from rackwright.spec.language import Bounds, Spec, field
from rackwright.spec.words import Name, Number

Redundancy = Literal["n", "n+1", "2n"]


class Feed(Spec):
    """A power feed of a hall."""

    name: Name = field(description="The feed's name, unique in the hall.")
    capacity_kw: Annotated[Number, Bounds(gt=0, le=1_000_000)] = field(
        description="What it can carry, in kilowatt."
    )


class FeedLoss(Spec):
    """What a hall promises for the day it loses a feed."""

    redundancy: Redundancy = field(
        default="n",
        description="n: the racks of a lost feed stop. n+1: any one feed may be lost. 2n: so may "
        "one of every pair, and no feed is in two pairs.",
    )
    rack_kw: Annotated[Number, Bounds(gt=0, le=10_000)] | None = field(
        default=None,
        description="What power capping holds each rack of a lost feed to; without it, a rack may "
        "go on drawing its maximum.",
    )
