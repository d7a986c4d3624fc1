"""Fabrics, their switches and their cables: records like all others of the inventory.

A campus has more cables than everything else together, and each is two ends that must be found in
a dark aisle. So a cable says where both are, as far as anybody knows, and carries its own label.
The cables of a rack, and those of a leaf to the tier above, are a *harness*: a pattern that many
places share (`inventory.alike`), all of one fabric, and installed or reserved together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from operator import attrgetter
from typing import Literal, NamedTuple, Self, TypeAlias

from msgspec import Struct, field

from rackwright.inventory.alike import KEPT, Pattern, Records

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

    def __hash__(self) -> int:
        """Return the name's: what is made once for a fabric is looked up often."""
        return hash(self.name)


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
    """One end of a cable: all of it text, and empty where nobody says it."""

    device: str
    port: str
    rack: str = ""
    u: str = ""
    """The lowest rack unit of the device."""


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

    def texts(self) -> tuple[str, ...]:
        """Return what of it may have holes in a harness."""
        return (self.bundle, *self.source, *self.target)

    def filled(self, texts: Iterator[str]) -> Self:
        """Return it with other texts."""
        bundle = next(texts)
        source = End(next(texts), next(texts), next(texts), next(texts))
        target = End(next(texts), next(texts), next(texts), next(texts))
        return self._replace(bundle=bundle, source=source, target=target)


Harness: TypeAlias = Pattern[Cable]
CableKind = tuple[str, LengthClass, int, bool]
"""Fabric, length class and speed of cables, and whether they are reserved."""


class Cables(Records[Cable]):
    """Cables, which are made of runs of harnesses."""

    __slots__ = ()

    def of(self, fabric: str) -> Cables:
        """Return those of one fabric."""
        return Cables(run for run in self.runs if run.pattern.records[0].fabric == fabric)

    def installed(self) -> Cables:
        """Return those whose both ends are there."""
        return Cables(run for run in self.runs if not run.pattern.records[0].reserved)

    def kinds(self) -> Counter[CableKind]:
        """Count the cables of each kind, without making them."""
        found: Counter[CableKind] = Counter()
        for run in self.runs:
            found.update(kinds(run.pattern))
        return found


@lru_cache(maxsize=KEPT)
def kinds(harness: Harness) -> Counter[CableKind]:
    """Count the cables of each kind in a harness."""
    return Counter(map(attrgetter("fabric", "length", "gbps", "reserved"), harness.records))
