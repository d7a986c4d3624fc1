"""Fabrics, their switches and their cables: records like all others of the inventory.

A campus has more cables than everything else together, and each is two ends that must be found in
a dark aisle. So a cable says where both are, as far as anybody knows, and carries its own label.
Cables and their ends are tuples, which are made three times as fast as any other record.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Tier = Literal["leaf", "spine", "super-spine"]
LengthClass = Literal["in-rack", "in-unit", "in-hall", "between-halls"]
LENGTH_CLASSES: tuple[LengthClass, ...] = ("in-rack", "in-unit", "in-hall", "between-halls")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fabric:
    """A fabric with the numbers that all its cables follow from."""

    name: str
    kind: str
    ports: tuple[str, ...]
    """The ports of trays and shelves that it takes, by their names in the catalogue."""
    planned: tuple[str, ...]
    """The scalable units it is built for; a unit's place in here numbers its leaves."""
    halls: tuple[str, ...]
    model: str
    """Of its switches."""
    leaves_per_unit: int
    spines: int
    """All of them, also where each unit has its own."""
    links: int
    """How many cables each leaf has to each spine that it is joined to."""
    super_spines: int = 0
    super_links: int = 0
    """How many cables each spine has to each super-spine of its group."""
    unproven: tuple[str, ...]
    """What no source says of it, a sentence each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A switch of a fabric; `rack` is empty where nobody says which it is in."""

    name: str
    fabric: str
    tier: Tier
    model: str
    unit: str
    """The scalable unit it belongs to; empty where the whole fabric shares it."""
    rack: str
    reserved: bool
    """Nothing that is installed needs it yet."""


class End(NamedTuple):
    """One end of a cable; `rack` is empty and `u` 0 where nobody says them."""

    device: str
    port: str
    rack: str = ""
    u: int = 0


class Cable(NamedTuple):
    """A cable: from the tray or the leaf, up to the switch."""

    fabric: str
    bundle: str
    sequence: int
    """Its number in the bundle, from 1."""
    source: End
    target: End
    gbps: int
    length: LengthClass
    reserved: bool
    """What it leads to is planned and not installed."""

    @property
    def label(self) -> str:
        """What is printed on both its ends."""
        return f"{self.bundle}/{self.sequence:02d}"
