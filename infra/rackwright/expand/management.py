"""Management ports: the addresses of what starts before anything of ours runs.

In a rack, NVOS on an NVLink switch tray and the BMC of a compute tray's BlueField are on the rack's
own out-of-band prefix, at fixed offsets as all BMCs. An Ethernet switch is not: the rack's network
is on it. Its port has an address of the fabric's management prefix, where each planned unit has its
part by its place in the plan, and what the whole fabric shares the last part. In a part, switches
count in the order of their tiers, and those at the top of racks by the index of the rack.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Network

from rackwright.asbuilt import AsBuilt
from rackwright.expand import addressing, naming, networks
from rackwright.expand.fabrics import of_fabric, of_kind, of_unit
from rackwright.hardware import DeviceType
from rackwright.inventory import Common, Rack, Unit
from rackwright.inventory.cabling import Fabric, Switch
from rackwright.inventory.management import Managed, Prefix

OFFSET = 10
"""Switch number n, from 1, has address offset + n; those before it are left to the relays."""
RACK_SWITCHES = 4
"""Numbers that each rack has for the switches at its top."""
PORTS = ("nvos", "dpu_bmc")
"""Ports of trays in the catalogue that are out of band, beside the BMC's."""


def oob_addresses(rack: Rack, kind: DeviceType) -> tuple[int, int]:
    """Return below what else of a class is out of band, and the last index that has room there."""
    if not any(port.name in PORTS for port in kind.ports):
        return 0, 0
    offset = addressing.OOB_OFFSETS[kind.device_class]
    broadcast = (1 << (32 - rack.out_of_band.length)) - 1
    return networks.first(rack.out_of_band) + offset, broadcast - 1 - offset


def managed(
    common: Common, unit: Unit, racks: tuple[Rack, ...], as_built: Mapping[str, AsBuilt]
) -> Iterator[Managed]:
    """Yield the management ports of a unit's Ethernet switches, or a fabric's, with known MACs."""
    for fabric in common.fabrics:
        if not fabric.management or fabric.name not in as_built:
            continue
        if unit.kind == "scalable-unit" and unit.name in fabric.planned:
            found = numbered(of_unit(fabric, unit.name, racks), racks)
            yield from _managed(fabric, found, of_planned(fabric, unit.name), as_built)
        elif unit.kind == "fabric" and unit.name == fabric.name and shared(fabric):
            found = numbered(of_fabric(fabric, reserved=False), ())
            yield from _managed(fabric, found, of_shared(fabric), as_built)


def numbered(switches: Iterable[Switch], racks: Iterable[Rack]) -> Iterator[tuple[int, Switch]]:
    """Yield the switches of a unit, or of a fabric, with their numbers there, from 1."""
    indexes = {rack.name: rack.index for rack in racks}
    for place, switch in enumerate(switches, start=1):
        owner = switch.unit or switch.fabric
        if naming.factory_key(switch.name, owner, switch.rack)[0] == owner:
            yield place, switch
        else:
            number = int(switch.name.rpartition("-")[2])
            yield (indexes[switch.rack] - 1) * RACK_SWITCHES + number, switch


def of_planned(fabric: Fabric, unit: str) -> IPv4Network:
    """Return the part of a unit in a fabric's management prefix; the fabric must have one."""
    whole, length = IPv4Network(fabric.management), fabric.management_length
    return _part(addressing.rack_base(whole, length, fabric.planned.index(unit)), length)


def of_shared(fabric: Fabric) -> IPv4Network:
    """Return the part of what the whole fabric shares: the last, as long as its plan needs."""
    whole, length = IPv4Network(fabric.management), shared_length(fabric)
    return _part(int(whole.broadcast_address) + 1 - (1 << (32 - length)), length)


def shared(fabric: Fabric) -> int:
    """Return how many switches the whole fabric shares, once all that is planned is there."""
    return fabric.super_spines if of_kind(fabric.kind).pods else fabric.spines


def shared_length(fabric: Fabric) -> int:
    """Return the length of the last part: a unit's, or shorter where more is planned."""
    return min(fabric.management_length, 32 - _bits(shared(fabric)))


def needed_of_unit(fabric: Fabric, racks_per_unit: int) -> int:
    """Return how many switches of a fabric a unit has, once all its racks are there."""
    if not fabric.leaves_per_unit:
        return racks_per_unit * RACK_SWITCHES
    own = fabric.spines // len(fabric.planned) if of_kind(fabric.kind).pods else 0
    return fabric.leaves_per_unit + own


def length_for(switches: int) -> int:
    """Return the longest prefix that has room for so many switches."""
    return 32 - _bits(switches)


def _part(base: int, length: int) -> IPv4Network:
    return IPv4Network((base % (1 << 32), length), strict=False)


def _bits(switches: int) -> int:
    return (OFFSET + switches + 1).bit_length()


def _managed(
    fabric: Fabric,
    found: Iterable[tuple[int, Switch]],
    part: IPv4Network,
    as_built: Mapping[str, AsBuilt],
) -> Iterator[Managed]:
    rows = {(row.rack, row.tray): row for row in as_built[fabric.name].rows if row.oob_mac}
    base = int(part.network_address)
    subnet = Prefix(str(part), addressing.text(base + 1))
    for number, switch in found:
        owner = switch.unit or switch.fabric
        row = rows.get(naming.factory_key(switch.name, owner, switch.rack))
        if row and not switch.reserved:
            yield Managed(
                name=switch.name,
                fabric=fabric.name,
                serial=row.serial,
                mac=row.oob_mac,
                address=addressing.text(base + OFFSET + number),
                subnet=subnet,
            )
