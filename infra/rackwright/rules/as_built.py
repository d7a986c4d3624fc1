"""Paper and metal: every installed position has its row, and every row its position."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from rackwright.expand import as_built_rows
from rackwright.inputs import AS_BUILT
from rackwright.inventory import Device, Inventory, Rack
from rackwright.problems import Position, Problem, did_you_mean, nearest
from rackwright.rules import places
from rackwright.spec import Loaded
from rackwright.spec.asbuilt import Row
from rackwright.yamlfile import Path

_CODE = "as-built-no-position"
_SHOWN = 6


def rows_have_positions(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A row nobody asks for is a typing error, or a rack that is not in the specification."""
    known = {each.unit.name: each for each in units if each.unit.kind == "scalable-unit"}
    specified: dict[str, set[str]] = {name: set() for name in known}
    for place in places.racks(loaded):
        specified[place.unit].add(place.rack.name)
    for name, table in sorted(loaded.as_built.items()):
        if name not in known:
            near = nearest(name, known)
            hint = f"did you mean {near}{AS_BUILT[1]}?" if near else ""
            message = f"there is no scalable unit {name}"
            yield Problem(Position(table.file), _CODE, message, (), hint)
            continue
        rows: dict[str, list[Row]] = {}
        for row in table.rows:
            rows.setdefault(row.rack.text, []).append(row)
        for of_rack in rows.values():
            yield from _rows_of_rack(of_rack, known[name], specified[name])


def positions_have_rows(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A tray without a serial cannot be told from a foreign one, so none is taken on trust."""
    by_name = places.by_name(loaded)
    for inventory in units:
        if inventory.unit.kind == "scalable-unit":
            rows = as_built_rows(loaded, inventory.unit.name)
            for rack in inventory.installed():
                path = by_name[rack.name].rack.at("name")
                yield from _missing(loaded, path, inventory, rack, rows)


def rows_are_unique(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """Of two rows for one position nobody knows which is right."""
    for _, table in sorted(loaded.as_built.items()):
        keyed = [((row.rack.text, row.tray.text), row) for row in table.rows]
        for first, second in places.repeated(keyed):
            yield second.tray.problem(
                "as-built-twice",
                f"{second.rack.text} {second.tray.text} has two rows",
                (
                    f"this one has the serial {second.serial.text}",
                    f"the first has the serial {first.serial.text}",
                ),
                f"first at {first.rack.at}",
            )


def _rows_of_rack(rows: list[Row], inventory: Inventory, specified: set[str]) -> Iterator[Problem]:
    name, unit = rows[0].rack.text, inventory.unit.name
    racks = [rack for rack in inventory.racks if rack.name == name]
    count = (f"rows that name it: {len(rows)}",)
    if name not in specified:
        hint = did_you_mean(name, specified)
        yield rows[0].rack.problem(_CODE, f"{unit} has no rack {name!r}", count, hint)
    elif racks and not any(rack.installed for rack in racks):
        hint = "write `state: installed` when it stands there"
        yield rows[0].rack.problem(_CODE, f"rack {name} is only planned", count, hint)
    elif racks:
        devices = {each.label: each for each in inventory.by_rack[name]}
        for row in rows:
            yield from _row(row, racks[0], devices)


def _row(row: Row, rack: Rack, devices: Mapping[str, Device]) -> Iterator[Problem]:
    device = devices.get(row.tray.text)
    if device is None:
        hint = did_you_mean(row.tray.text, devices)
        message = f"rack {rack.name} has no position {row.tray.text!r}"
        yield row.tray.problem(_CODE, message, (f"it is a {rack.hardware.name}",), hint)
    else:
        yield from _contradictions(row, device)


def _contradictions(row: Row, device: Device) -> Iterator[Problem]:
    if device.open:
        yield row.tray.problem(
            "as-built-open",
            f"{device.rack} {device.label} has a row, and the specification says it is open",
            (f"open: {device.open}",),
            "remove the row, or `open` in site.yaml",
        )
    if device.is_host and not row.in_band_mac.text:
        yield row.in_band_mac.problem(
            "as-built-in-band",
            f"{device.rack} {device.label} has a host, and no in_band_mac",
            (),
            "the MAC of the interface that the host boots and is reached with",
        )
    if row.in_band_mac.text and not device.is_host:
        yield row.in_band_mac.problem(
            "as-built-in-band",
            f"{device.rack} {device.label} has no host of ours, so no in_band_mac",
            (),
            "leave the last column empty",
        )


def _missing(
    loaded: Loaded,
    path: Path,
    inventory: Inventory,
    rack: Rack,
    rows: Collection[tuple[str, str]],
) -> Iterator[Problem]:
    labels = [
        device.label
        for device in inventory.by_rack[rack.name]
        if not device.open and (rack.name, device.label) not in rows
    ]
    if not labels:
        return
    shown = ", ".join(labels[:_SHOWN]) + (", …" if len(labels) > _SHOWN else "")
    count = "one position" if len(labels) == 1 else f"{len(labels)} positions"
    folder, ending = AS_BUILT
    file = f"{folder}/{inventory.unit.name}{ending}"
    yield loaded.document.problem(
        path,
        "as-built-missing",
        f"{count} of rack {rack.name} without an as-built row: {shown}",
        because=(f"the rack is installed, and {file} says nothing of them",),
        hint=f"add the rows, or say why not: `trays: {{{labels[0]}: {{open: reason}}}}`",
    )
