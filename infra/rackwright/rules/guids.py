"""The GUIDs of NICs: all of a tray's or none, and only of trays that have such NICs."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.asbuilt import GUID_COLUMNS, Row
from rackwright.expand import as_built_rows, placement
from rackwright.hardware import HardwareType
from rackwright.inventory import Inventory
from rackwright.problems import Problem
from rackwright.spec import Loaded

_FABRIC = "fabric"


def guids_are_complete(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A tray with three of four rails named is cabled and partitioned with one rail missing."""
    for inventory in units:
        if inventory.unit.kind == "scalable-unit":
            rows = as_built_rows(loaded, inventory.unit.name)
            racks = {rack.name: rack for rack in inventory.racks}
            for row in rows.values():
                if any(row.guids) and row.rack in racks:
                    yield from _incomplete(row, racks[row.rack].hardware)


def _incomplete(row: Row, kind: HardwareType) -> Iterator[Problem]:
    seats = placement.seats(kind.devices)
    seat = next((each for each in seats if each.label == row.tray), None)
    if seat is None:  # said as `as-built-no-position`
        return
    wanted = sum(port.count for port in seat.kind.ports if port.name == _FABRIC)
    given = [bool(guid) for guid in (*row.guids, *("",) * (wanted - len(row.guids)))]
    if given == [rail < wanted for rail in range(len(given))]:
        return
    rail = next(rail for rail, there in enumerate(given) if there != (rail < wanted))
    yield row.cell(GUID_COLUMNS[min(rail, len(row.guids) - 1)]).problem(
        "as-built-guids",
        f"{row.rack} {row.tray} has {sum(given)} GUIDs, and {wanted} NICs on the fabric",
        (f"hardware type {kind.name}, device class {seat.kind.device_class}",),
        "name the GUID of every rail, or none" if wanted else "leave the GUID columns empty",
    )
