"""Fabrics, their switches and their cables: records like all others of the inventory.

A campus has more cables than everything else together, and each is two ends that must be found in
a dark aisle. So a cable says where both are, as far as anybody knows, and carries its own label.
Cables and their ends are tuples, which are made three times as fast as any other record.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from msgspec import Struct, field

Tier = Literal["leaf", "spine", "super-spine"]
LengthClass = Literal["in-rack", "in-unit", "in-hall", "between-halls"]
LENGTH_CLASSES: tuple[LengthClass, ...] = ("in-rack", "in-unit", "in-hall", "between-halls")


class Places(Struct, frozen=True):
    """Where the switches of one tier stand: a pattern of rack names, and units in each rack."""

    rack: str
    rack_units: tuple[int, ...]


class CableChoice(Struct, frozen=True, kw_only=True):
    """What is bought for cables of one length class; None and empty where the site does not say."""

    metres: float | None = None
    cable: str = ""
    transceiver: str = ""


class Fabric(Struct, frozen=True, kw_only=True):
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
    places: Mapping[Tier, Places] = field(default_factory=dict)
    """Where its switches stand, by tier, as far as the site says."""
    choices: Mapping[LengthClass, CableChoice] = field(default_factory=dict)
    """Which cables are bought, as far as the site says."""
    mtu: int = 0
    """Of every port; 0 where it is no Ethernet."""
    loopbacks: str = ""
    """The prefix of its switches' loopbacks; empty where the site does not configure them."""
    first_asn: int = 0
    management: str = ""
    """The prefix of its switches' management ports; empty where the site does not say it."""
    management_length: int = 0
    """Length of the part of that which each of its scalable units has."""


class Switch(Struct, frozen=True, kw_only=True):
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
    u: int = 0
    """Its lowest rack unit; 0 where nobody says."""
    plane: int = 0
    """From 1; 0 where its fabric has no planes and rails, as in management."""
    rail: str = ""
    """Of a leaf: the one port of every tray that it takes; empty where it takes others too."""


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
