"""How NVLink domains are divided: which partition of its domain each compute tray is in.

A pool says once how every one of its domains is divided, by trays counted through the domain. So a
partition cannot reach across two domains, and a domain of two racks is divided as one of one rack.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from rackwright.expand import naming
from rackwright.inventory import Rack

if TYPE_CHECKING:
    from rackwright.spec.pools import Partition
    from rackwright.spec.site import Site


def divided(site: Site, racks: Iterable[Rack]) -> Iterator[Rack]:
    """Yield the racks, which are in the order of their numbers, with the partitions of each."""
    pools = {pool.name: pool.nvlink_partitions for pool in site.pools}
    before: dict[str, int] = defaultdict(int)
    for rack in racks:
        partitions = pools.get(rack.pool, ())
        if partitions:
            found = _partitions(rack, partitions, before[rack.nvlink_domain])
            before[rack.nvlink_domain] += rack.hardware.device_type("compute").count
            yield replace(rack, partitions=found)
        else:
            yield rack


def _partitions(rack: Rack, partitions: Iterable[Partition], before: int) -> Mapping[str, str]:
    """Return the partition of each tray by label, where `before` trays of the domain come first."""
    kind = rack.hardware.device_type("compute")
    found: dict[str, str] = {}
    for index in range(1, kind.count + 1):
        for each in partitions:
            if each.first <= before + index < each.first + each.count:
                found.setdefault(naming.label(kind, index), each.name)
    return found
