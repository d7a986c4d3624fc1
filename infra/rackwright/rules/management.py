"""Management ports: a MAC that as-built data names has an address, and each has one of its own."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

from rackwright.asbuilt import Row
from rackwright.expand import addressing, as_built_rows, management, placement
from rackwright.expand.placement import Seat
from rackwright.inventory import Inventory, Rack
from rackwright.inventory.cabling import Fabric
from rackwright.problems import Problem
from rackwright.rules import places
from rackwright.rules.fabrics import numbered
from rackwright.spec import Loaded


def prefixes_hold_the_plan(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """Two switches of one address answer in turns, and one is configured as the other."""
    per_unit = loaded.site.networks.racks_per_scalable_unit
    for place, fabric in numbered(loaded, units):
        if fabric.management and (because := tuple(_short_of(fabric, per_unit))):
            yield loaded.document.problem(
                ("fabrics", place, "switches", "management"),
                "management-too-small",
                f"{fabric.management} is too small for the switches of fabric {fabric.name}",
                because=because,
                hint=_enough(fabric, per_unit),
            )


def ports_have_addresses(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A MAC that nobody gets an address for was written down for nothing."""
    outside: list[tuple[Row, Seat]] = []
    for inventory in units:
        if inventory.unit.kind == "fabric":
            yield from _switches(loaded, inventory)
        elif inventory.unit.kind == "scalable-unit":
            for row, seat, rack in _rows(loaded, inventory):
                _, last = management.oob_addresses(rack, seat.kind)
                if not _is_there(seat):
                    yield _nothing_there(row, seat)
                elif seat.index > last:
                    outside.append((row, seat))
    if outside:
        yield _no_room(loaded, outside)


def _switches(loaded: Loaded, inventory: Inventory) -> Iterator[Problem]:
    name = inventory.unit.name
    fabric = next(each for each in inventory.common.fabrics if each.name == name)
    rows = loaded.as_built[name].rows if name in loaded.as_built else ()
    known = [row for row in rows if row.oob_mac]
    if known and not fabric.management:
        yield (
            known[0]
            .cell("oob_mac")
            .problem(
                "as-built-oob",
                f"{len(known)} switches of fabric {name} have a MAC, and get no address",
                ("the site does not say where their management ports are",),
                "write `management: {prefix: …}` under the fabric's `switches:`"
                if fabric.mtu
                else "leave oob_mac empty: switches of this kind are not configured",
            )
        )


def _rows(loaded: Loaded, inventory: Inventory) -> Iterator[tuple[Row, Seat, Rack]]:
    """Yield the rows of a unit with a MAC out of band, each with its position."""
    racks = {rack.name: rack for rack in inventory.racks}
    for row in as_built_rows(loaded, inventory.unit.name).values():
        if row.oob_mac and (rack := racks.get(row.rack)):
            for seat in placement.seats(rack.hardware.devices):
                if seat.label == row.tray:
                    yield row, seat, rack


def _is_there(seat: Seat) -> bool:
    return any(port.name in management.PORTS for port in seat.kind.ports)


def _nothing_there(row: Row, seat: Seat) -> Problem:
    return row.cell("oob_mac").problem(
        "as-built-oob",
        f"{row.rack} {row.tray} has nothing out of band but its BMC, so no oob_mac",
        (f"device class {seat.kind.device_class}",),
        "leave oob_mac empty",
    )


def _no_room(loaded: Loaded, outside: list[tuple[Row, Seat]]) -> Problem:
    length = loaded.site.networks.out_of_band.rack_prefix_length
    last = max(addressing.OOB_OFFSETS[it.kind.device_class] + it.index for _, it in outside)
    first = outside[0][0]
    problem = loaded.document.problem(
        ("networks", "out_of_band", "rack_prefix_length"),
        "address-pool-too-small",
        f"a /{length} has no room for {len(outside):,} ports of trays beside their BMCs",
        because=(
            f"as-built data has an oob_mac of {first.rack} {first.tray}",
            f"the last of them is number {last}, and it has {1 << (32 - length)} addresses",
        ),
        hint=f"/{32 - (last + 1).bit_length()} or shorter, which moves every address there; "
        "or leave their oob_mac empty",
    )
    return places.concerning(problem, [row.rack for row, _ in outside])


def _short_of(fabric: Fabric, racks_per_unit: int) -> Iterator[str]:
    """Yield what a fabric's management prefix does not hold; nothing where it holds all."""
    length, needed = (
        fabric.management_length,
        management.needed_of_unit(fabric, racks_per_unit),
    )
    if length > management.length_for(needed):
        yield (
            f"a unit has up to {needed} switches, from number {management.OFFSET + 1} on, and its "
            f"/{length} has {1 << (32 - length)} addresses"
        )
    whole = IPv4Network(fabric.management)
    parts = len(fabric.planned) << (32 - length)
    last = 1 << (32 - management.shared_length(fabric)) if management.shared(fabric) else 0
    if parts + last > whole.num_addresses:
        yield f"{len(fabric.planned)} units are planned, each with a /{length}"
        if last:
            shared = management.shared(fabric)
            yield f"what they share, {shared} switches, has a /{management.shared_length(fabric)}"
        yield f"{whole} has {whole.num_addresses:,} addresses, and {parts + last:,} are needed"


def _enough(fabric: Fabric, racks_per_unit: int) -> str:
    """Return a hint at lengths that would do."""
    fits = management.length_for(management.needed_of_unit(fabric, racks_per_unit))
    length = min(fabric.management_length, fits)
    last = min(management.shared_length(fabric), length)
    needed = len(fabric.planned) << (32 - length)
    needed += 1 << (32 - last) if management.shared(fabric) else 0
    return f"prefix: a /{32 - (needed - 1).bit_length()}, unit_prefix_length: {length} would do"
