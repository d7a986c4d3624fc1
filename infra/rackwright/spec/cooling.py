"""Cooling: the loops of a hall and the coolant distribution units (CDU) that drive them."""

from typing import Annotated

from rackwright.spec.language import Bounds, Spec, field
from rackwright.spec.words import Index, Name, Number, Whole


class CoolingLoop(Spec):
    """A secondary loop: the racks on it share the flow of its CDUs."""

    name: Name = field(description="The loop's name, unique in the hall.")
    supply_celsius: Annotated[Number, Bounds(ge=1, le=80)] = field(
        description="The temperature of the coolant its racks are given, in °C."
    )
    cdus: Annotated[Whole, Bounds(ge=1, le=999)] = field(description="How many CDUs drive it.")
    spare_cdus: Annotated[Whole, Bounds(ge=0, le=998)] = field(
        default=0, description="How many of them may fail while every rack runs."
    )
    cdu_lpm: Annotated[Number, Bounds(gt=0, le=100_000)] = field(
        description="The flow of each CDU, in litres a minute."
    )
    cdu_kw: Annotated[Number, Bounds(gt=0, le=100_000)] | None = field(
        default=None, description="The heat each CDU takes away at that temperature, in kilowatt."
    )
    scalable_units: Annotated[tuple[Index, ...], Bounds(min_length=1)] | None = field(
        default=None, description="The scalable units it cools; by default all of the hall."
    )
