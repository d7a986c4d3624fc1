"""What a kind of fabric must say of itself: numbers for the rules, arithmetic for the cables.

A kind is one module and one word in `KINDS`. It numbers switches and ports from explicit indexes
and from the fabric's plan, never from what is there, so no rack can move another's cable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from rackwright.hardware import DeviceClass, HardwareType
from rackwright.inventory import Rack
from rackwright.inventory.alike import Run
from rackwright.inventory.cabling import Cable, Fabric, Switch

if TYPE_CHECKING:
    from rackwright.expand.fabrics.clos import Clos

Hosts = Literal["", "routed", "bonded", "access"]


class Need(Struct, frozen=True):
    """Ports that each device of a class must have for a kind of fabric."""

    device_class: DeviceClass
    port: str
    count: int
    gbps: int


def _no_cables(_fabric: Fabric, _unit: str, _racks: tuple[Rack, ...]) -> Iterator[Run[Cable]]:
    return iter(())


class Kind(Struct, frozen=True, kw_only=True):
    """One kind of fabric."""

    word: str
    """Its `kind` in the specification."""
    numbers: Callable[[Any, tuple[str, ...], tuple[str, ...]], Fabric]
    """From its part of the specification, its halls and its planned units."""
    switches: Callable[[Fabric, str, tuple[Rack, ...]], Iterator[Switch]]
    """Those of a scalable unit, from its racks."""
    spines: Callable[[Fabric, bool], Iterator[Switch]]
    """Those that the whole fabric shares; whether they are only reserved."""
    downlinks: Callable[[Fabric, Rack], Run[Cable]]
    """From the devices of a rack to the switches of its unit."""
    uplinks: Callable[[Fabric, str, tuple[Rack, ...]], Iterator[Run[Cable]]]
    """From a unit, which has these racks, to the switches that the whole fabric shares."""
    full: Callable[[Fabric, HardwareType], str]
    """Why a rack of a type has more ports than its switches; empty where it has not."""
    needs: tuple[Need, ...]
    hosts: Hosts
    """How its leaves take devices: with a routed link each, in bonds over two leaves, or as ports
    of a VLAN. Empty where its switches are none that a site configures.
    """
    open_uplinks: tuple[str, ...] = ()
    """Ports of its leaves that lead to whoever is plugged in: no list says where."""
    racks_per_unit: int
    """How many rack positions the switches of a unit reach."""
    tiers: str
    """How many it has at most, as a word."""
    units: int
    """How many scalable units its tiers reach."""
    limit: tuple[str, ...]
    """Why no more."""
    clos: Clos | None = None
    """The numbers that its arithmetic follows from; None where it has tiers of no kind."""
    pods: bool = False
    """Whether each unit has spines of its own."""
    manager: str = ""
    """The role of the service node that it does not work without; empty where it needs none."""
    between: Callable[[Fabric, str, tuple[Rack, ...]], Iterator[Run[Cable]]] = _no_cables
    """From the leaves of a unit, which has these racks, to spines of its own."""
