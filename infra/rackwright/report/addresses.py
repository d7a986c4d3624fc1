"""The address map: every space of the site, which part of it is whose, and what is left.

Each rack takes one block of a space, at a place that follows from its number. So a map is a row of
blocks: those of racks, those that the plan keeps for racks to come, those that are left.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from msgspec.structs import astuple

from rackwright.inventory import Inventory, Rack, Space
from rackwright.render import summary
from rackwright.report.script import table


def spaces(site: Inventory) -> dict[str, object]:
    """Return the address spaces as plain data; `site` is its own unit."""
    return {
        "spaces": [_space(space, site.racks) for space in site.common.spaces if space.rack_length],
        "rooms": table(
            "network prefix each planned possible left", map(astuple, summary.rooms(site))
        ),
    }


def _space(space: Space, racks: tuple[Rack, ...]) -> dict[str, object]:
    return {
        "title": space.title,
        "prefix": space.prefix,
        "rackLength": space.rack_length,
        "planned": space.planned_racks,
        "possible": space.possible_racks,
        "blocks": list(_blocks(space, racks)),
    }


def _blocks(space: Space, racks: tuple[Rack, ...]) -> Iterator[tuple[int, int, str]]:
    """Yield place in the space, number in the list of racks, and prefix of every rack's block."""
    whole = ipaddress.ip_network(space.prefix)
    first, last = int(whole.network_address), int(whole.broadcast_address)
    bits = whole.max_prefixlen - space.rack_length
    for number, rack in enumerate(racks):
        for prefix in _prefixes(rack, space.network):
            address, _, _ = prefix.partition("/")
            at = ipaddress.ip_address(address)
            if at.version == whole.version and first <= int(at) <= last:
                yield (int(at) - first) >> bits, number, prefix


def _prefixes(rack: Rack, network: str) -> Iterator[str]:
    for subnet in (rack.out_of_band, rack.in_band, *rack.further.values()):
        if subnet.network == network:
            yield subnet.prefix
