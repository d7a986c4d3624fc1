"""DNS zones: which one the name of an address stands in, and which ones a unit has names in."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field


class ReverseZones(Struct, frozen=True):
    """The reverse zones of one address space: each as wide as `digits` of an address say.

    An IPv4 address has 4 digits here, its octets; an IPv6 address 32.
    """

    network: str
    hall: str
    """The hall that brought the space; empty where it is the site's."""
    ipv6: bool
    digits: int
    names: tuple[str, ...]
    """Those that the planned racks reach."""


class Zones(Struct, frozen=True):
    """The zones of a site beside its forward one, which is its domain."""

    reverse: tuple[ReverseZones, ...]
    of_units: Mapping[str, tuple[str, ...]]
    """The zones, the forward one too, that the planned racks of each unit have names in."""
    of_fabrics: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The same of what a whole fabric shares, where its management ports have addresses."""

    def digits(self, hall: str) -> dict[tuple[str, bool], int]:
        """Return how wide the reverse zones of a hall's networks are, by network and family."""
        found: dict[tuple[str, bool], int] = {}
        for zones in sorted(self.reverse, key=lambda zones: zones.hall):
            if zones.hall in ("", hall):
                found[zones.network, zones.ipv6] = zones.digits
        return found
