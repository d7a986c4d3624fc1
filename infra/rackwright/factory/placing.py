"""Where each device of a factory's inventory belongs: a rack and a position of one unit.

A row that is put into the wrong place is worse than one that is refused: the tray would be deployed
under another's name. So a row is placed by what site.yaml says stands there, or not at all. Rows of
the site's other units are no mistake, deliveries come by the lorry: they are counted and left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rackwright.factory.table import Entry
from rackwright.inventory import Device, Inventory
from rackwright.problems import Problem, did_you_mean, quoted
from rackwright.rules import places
from rackwright.spec import Loaded

CODES = ("import-place", "import-twice")

_UNIT = re.compile("[Uu]?0*([1-9][0-9]?)")


@dataclass(frozen=True, slots=True)
class Placed:
    """A row of the delivery, and the position it is for."""

    device: Device
    entry: Entry


def parted(
    loaded: Loaded, unit: str, entries: Iterable[Entry]
) -> tuple[tuple[Entry, ...], Mapping[str, int]]:
    """Return the entries that are for a unit, and how many are for racks of which others."""
    units = {each.rack.name: each.unit for each in places.racks(loaded)}
    where = [(units.get(entry.values["rack"], unit), entry) for entry in entries]
    others = Counter(name for name, _ in where if name != unit)
    return tuple(entry for name, entry in where if name == unit), dict(sorted(others.items()))


def place(
    unit: Inventory, entries: Iterable[Entry], *, by_rack_unit: bool
) -> tuple[tuple[Placed, ...], tuple[Problem, ...]]:
    """Return where each entry belongs, and why some belong nowhere."""
    found: dict[str, Placed] = {}
    problems: list[Problem] = []
    for entry in entries:
        device = _device(entry, unit, by_rack_unit=by_rack_unit)
        if isinstance(device, Device) and device.name in found:
            device = _twice(entry, found[device.name])
        if isinstance(device, Device):
            found[device.name] = Placed(device, entry)
        else:
            problems.append(device)
    return tuple(found.values()), tuple(problems)


def _device(entry: Entry, unit: Inventory, *, by_rack_unit: bool) -> Device | Problem:
    """Return the position that an entry is for, or why it is for none."""
    name, position = entry.values["rack"], entry.values["tray"]
    rack = next((rack for rack in unit.racks if rack.name == name), None)
    if rack is None:
        message = f"the site has no rack {quoted(name)}"
        otherwise = "where the factory has a word of its own, translate it under `racks:`"
        hint = did_you_mean(name, [each.name for each in unit.racks]) or otherwise
        return _refused(entry, "rack", message, "", hint)
    if not rack.installed:
        hint = "write `state: installed` in site.yaml when it stands there"
        return _refused(entry, "rack", f"rack {name} is only planned", "", hint)
    for device in unit.by_rack[name]:
        if position == device.label or (by_rack_unit and _unit(position) == device.slot):
            return _open(entry, device) if device.open else device
    labels = [device.label for device in unit.by_rack[name]]
    otherwise = "translate it under `trays:`, or leave it out by `skip:`"
    return _refused(
        entry,
        "tray",
        f"rack {name} has no position {quoted(position)}",
        f"it is a {rack.hardware.name}",
        did_you_mean(position, labels) or otherwise,
    )


def _open(entry: Entry, device: Device) -> Problem:
    message = f"site.yaml says that {device.rack} {device.label} is open"
    hint = "remove `open` from site.yaml when the device is in"
    return _refused(entry, "tray", message, f"open: {device.open}", hint)


def _twice(entry: Entry, first: Placed) -> Problem:
    where = f"{first.device.rack} {first.device.label}"
    at = f"first at {first.entry.cells['tray'].at}"
    return entry.cells["tray"].problem("import-twice", f"{where} is there twice", (), at)


def _refused(entry: Entry, column: str, message: str, because: str, hint: str) -> Problem:
    reasons = (because,) if because else ()
    return entry.cells[column].problem("import-place", message, reasons, hint)


def _unit(text: str) -> int | None:
    found = _UNIT.fullmatch(text)
    return int(found[1]) if found else None
