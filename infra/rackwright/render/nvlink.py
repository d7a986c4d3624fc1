"""NVLink: what the switch trays of each rack are told beyond their first start.

NMX-C runs on the trays and forms one domain by itself, with every GPU in its default partition. A
domain of several racks needs to know which chassis is which, and a pool that divides its domains
needs partitions: whatever is in none may use no NVLink. These are NVOS's own commands, for the tray
that leads, in the order in which they are given.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from rackwright.expand import nvlink
from rackwright.inventory import Inventory, Rack
from rackwright.render.jinja import fill


class Part(Struct, frozen=True):
    """One NVLink partition of a rack's domain, as far as it is in this rack."""

    id: int
    name: str
    begins: bool
    """Whether no rack before this one has a tray of it."""
    first: str
    others: tuple[str, ...]


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield the commands of every installed rack."""
    if inventory.unit.kind != "scalable-unit":
        return
    for rack in inventory.installed():
        number = nvlink.chassis(rack, inventory.racks)
        text = fill(
            "nvlink/cluster.txt.j2",
            rack=rack.name,
            domain=rack.nvlink_domain,
            chassis=number,
            parts=tuple(_parts(inventory, rack, number)),
        )
        yield f"{inventory.unit.folder}/nvlink/{rack.name}/cluster.txt", text


def _parts(inventory: Inventory, rack: Rack, number: int) -> Iterator[Part]:
    trays = inventory.present(rack.name, "compute")
    before = nvlink.trays_before(rack, inventory.racks)
    for place, partition in enumerate(inventory.common.pool(rack.pool).partitions, start=1):
        mine = [tray for tray in trays if tray.partition == partition.name]
        if mine:
            first, *others = nvlink.locations(rack, number, mine)
            begins = partition.first > before
            yield Part(place, partition.name, begins, first, tuple(others))
