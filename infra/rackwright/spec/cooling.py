"""Cooling: the loops of a hall and the coolant distribution units (CDU) that drive them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from rackwright.spec.words import Index, Name, Number, Spec, Whole


class CoolingLoop(Spec):
    """A secondary loop: the racks on it share the flow of its CDUs."""

    name: Name = Field(description="The loop's name, unique in the hall.")
    supply_celsius: Annotated[Number, Field(ge=1, le=80)] = Field(
        description="The temperature of the coolant its racks are given, in °C."
    )
    cdus: Annotated[Whole, Field(ge=1, le=999)] = Field(description="How many CDUs drive it.")
    spare_cdus: Annotated[Whole, Field(ge=0, le=998)] = Field(
        default=0, description="How many of them may fail while every rack runs."
    )
    cdu_lpm: Annotated[Number, Field(gt=0, le=100_000)] = Field(
        description="The flow of each CDU, in litres a minute."
    )
    cdu_kw: Annotated[Number, Field(gt=0, le=100_000)] | None = Field(
        default=None, description="The heat each CDU takes away at that temperature, in kilowatt."
    )
    scalable_units: Annotated[tuple[Index, ...], Field(min_length=1)] | None = Field(
        default=None, description="The scalable units it cools; by default all of the hall."
    )
