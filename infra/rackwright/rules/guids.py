"""The GUIDs of NICs: all of a tray's or none, and only of trays that have such NICs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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
            kinds = {rack.name: rack.hardware for rack in inventory.racks}
            types = {kind.name: kind for kind in kinds.values()}
            nics = {name: _nics(kind) for name, kind in types.items()}
            for row in as_built_rows(loaded, inventory.unit.name).values():
                if any(row.guids) and (kind := kinds.get(row.rack)):
                    wanted = nics[kind.name].get(row.tray)
                    # where there is no such tray, that is said as `as-built-no-position`
                    if wanted is not None and not _are_of(row.guids, wanted):
                        yield _incomplete(row, kind, wanted)


def _nics(kind: HardwareType) -> Mapping[str, int]:
    """Return how many NICs on its fabric each position of a rack has, by label."""
    return {
        seat.label: sum(port.count for port in seat.kind.ports if port.name == _FABRIC)
        for seat in placement.seats(kind.devices)
    }


def _are_of(guids: tuple[str, ...], wanted: int) -> bool:
    """Return whether the GUIDs are those of the first so many rails, and of no other."""
    if len(guids) == wanted:
        return all(guids)
    return len(guids) > wanted and all(guids[:wanted]) and not any(guids[wanted:])


def _incomplete(row: Row, kind: HardwareType, wanted: int) -> Problem:
    seat = placement.by_label(kind.devices)[row.tray]
    given = [bool(guid) for guid in (*row.guids, *("",) * (wanted - len(row.guids)))]
    rail = next(rail for rail, there in enumerate(given) if there != (rail < wanted))
    return row.cell(GUID_COLUMNS[min(rail, len(row.guids) - 1)]).problem(
        "as-built-guids",
        f"{row.rack} {row.tray} has {sum(given)} GUIDs, and {wanted} NICs on the fabric",
        (f"hardware type {kind.name}, device class {seat.kind.device_class}",),
        "name the GUID of every rail, or none" if wanted else "leave the GUID columns empty",
    )
