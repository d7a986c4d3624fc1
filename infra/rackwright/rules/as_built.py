"""Paper and metal: every installed position has its row, and every row its position."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from rackwright.asbuilt import COLUMNS, Row
from rackwright.expand import as_built_rows, naming, placement
from rackwright.expand.fabrics import of_fabric, of_unit
from rackwright.expand.placement import Seat
from rackwright.inputs import AS_BUILT
from rackwright.inventory import Inventory, Rack, Unit
from rackwright.inventory.cabling import Fabric
from rackwright.problems import Position, Problem, did_you_mean, nearest
from rackwright.rules import places
from rackwright.spec import Loaded
from rackwright.yamlfile import Path

_CODE = "as-built-no-position"


class _Gap(Struct, frozen=True):
    """The positions of an installed rack that no row tells of."""

    unit: str
    rack: str
    labels: tuple[str, ...]


def rows_have_positions(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A row nobody asks for is a typing error, or a rack that is not in the specification."""
    known = {each.unit.name: each for each in units if each.unit.kind == "scalable-unit"}
    specified: dict[str, set[str]] = {name: set() for name in known}
    for place in places.racks(loaded):
        specified[place.unit].add(place.rack.name)
    fabrics = {fabric.name: fabric for fabric in units[0].common.fabrics}
    of_fabrics = {name: Unit("fabric", name) for name in fabrics}
    for name, table in sorted(loaded.as_built.items()):
        if name in fabrics:
            racks = [rack for each in units if each.unit == of_fabrics[name] for rack in each.racks]
            yield from _rows_of_fabric(table.rows, fabrics[name], racks)
            continue
        if name not in known:
            near = nearest(name, [*known, *fabrics])
            hint = f"did you mean {near}{AS_BUILT[1]}?" if near else ""
            message = f"there is no scalable unit {name}"
            yield Problem(Position(table.file), _CODE, message, (), hint)
            continue
        rows: dict[str, list[Row]] = {}
        for row in table.rows:
            rows.setdefault(row.rack, []).append(row)
        for of_rack in rows.values():
            yield from _rows_of_rack(of_rack, known[name], specified[name])


def positions_have_rows(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A tray without a serial cannot be told from a foreign one, so none is taken on trust."""
    for path, gaps in places.by_path(_gaps(loaded, units)).items():
        yield _missing(loaded, path, gaps)


def rows_are_unique(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """Of two rows for one position nobody knows which is right."""
    for _, table in sorted(loaded.as_built.items()):
        if len(table.by_position) == len(table.rows):
            continue
        keyed = [((row.rack, row.tray), row) for row in table.rows]
        for first, second in places.repeated(keyed):
            yield second.cell("tray").problem(
                "as-built-twice",
                f"{second.rack} {second.tray} has two rows",
                (
                    f"this one has the serial {second.serial}",
                    f"the first has the serial {first.serial}",
                ),
                f"first at {first.cell('rack').at}",
            )


def _rows_of_rack(rows: list[Row], inventory: Inventory, specified: set[str]) -> Iterator[Problem]:
    name, unit = rows[0].rack, inventory.unit.name
    racks = [rack for rack in inventory.racks if rack.name == name]
    count = (f"rows that name it: {len(rows)}",)
    if name not in specified:
        hint = did_you_mean(name, specified)
        yield rows[0].cell("rack").problem(_CODE, f"{unit} has no rack {name!r}", count, hint)
    elif racks and not any(rack.installed for rack in racks):
        hint = "write `state: installed` when it stands there"
        yield rows[0].cell("rack").problem(_CODE, f"rack {name} is only planned", count, hint)
    elif racks:
        seats = placement.by_label(racks[0].hardware.devices)
        for row in rows:
            if not _is_expected(row, racks[0], seats.get(row.tray)):
                yield from _row(row, racks[0], seats)


def _rows_of_fabric(
    rows: tuple[Row, ...], fabric: Fabric, racks: Iterable[Rack]
) -> Iterator[Problem]:
    """Yield rows of switches that the fabric does not have; none of those it has must be there."""
    mine: dict[str, list[Rack]] = {}
    for rack in racks:
        mine.setdefault(rack.unit, []).append(rack)
    leaves = (
        switch
        for unit in fabric.planned
        for switch in of_unit(fabric, unit, tuple(mine.get(unit, ())))
    )
    there = {
        naming.factory_key(each.name, each.unit or fabric.name, each.rack)
        for each in (*leaves, *of_fabric(fabric, reserved=False))
    }
    names = [f"{owner}-{label}" for owner, label in there]
    for row in rows:
        if (row.rack, row.tray) not in there:
            name = f"{row.rack}-{row.tray}"
            message = f"fabric {fabric.name} has no switch {name}"
            because = ("a switch is known by its unit, fabric or rack, and its label there",)
            hint = did_you_mean(name, names)
            yield row.cell("tray").problem(_CODE, message, because, hint)


def _is_expected(row: Row, rack: Rack, seat: Seat | None) -> bool:
    """Return whether the rack has the position, not open, and the row the MACs of one."""
    if seat is None or row.tray in rack.open or not row.bmc_mac:
        return False
    return seat.kind.has_host == bool(row.in_band_mac)


def _row(row: Row, rack: Rack, seats: Mapping[str, Seat]) -> Iterator[Problem]:
    seat = seats.get(row.tray)
    if seat is None:
        hint = did_you_mean(row.tray, seats)
        message = f"rack {rack.name} has no position {row.tray!r}"
        yield row.cell("tray").problem(_CODE, message, (f"it is a {rack.hardware.name}",), hint)
    else:
        yield from _contradictions(row, rack, is_host=seat.kind.has_host)


def _contradictions(row: Row, rack: Rack, *, is_host: bool) -> Iterator[Problem]:
    if row.tray in rack.open:
        yield row.cell("tray").problem(
            "as-built-open",
            f"{row.rack} {row.tray} has a row, and the specification says it is open",
            (f"open: {rack.open[row.tray]}",),
            "remove the row, or `open` in site.yaml",
        )
    if not row.bmc_mac:
        yield row.cell("bmc_mac").problem(
            "as-built-bmc",
            f"{row.rack} {row.tray} has a BMC, and no bmc_mac",
            (),
            "the MAC of the BMC, by which DHCP knows it",
        )
    if is_host and not row.in_band_mac:
        yield row.cell("in_band_mac").problem(
            "as-built-in-band",
            f"{row.rack} {row.tray} has a host, and no in_band_mac",
            (),
            "the MAC of the interface that the host boots and is reached with",
        )
    if row.in_band_mac and not is_host:
        yield row.cell("in_band_mac").problem(
            "as-built-in-band",
            f"{row.rack} {row.tray} has no host of ours, so no in_band_mac",
            (),
            "leave in_band_mac empty",
        )


def _gaps(loaded: Loaded, units: tuple[Inventory, ...]) -> Iterator[tuple[Path, _Gap]]:
    """Yield what installed racks have no row for, by the place that says they are installed."""
    by_name = places.by_name(loaded)
    for inventory in units:
        if inventory.unit.kind == "scalable-unit":
            rows = as_built_rows(loaded, inventory.unit.name)
            for rack in inventory.installed():
                labels = tuple(
                    label
                    for label in placement.by_label(rack.hardware.devices)
                    if (rack.name, label) not in rows and label not in rack.open
                )
                if labels:
                    gap = _Gap(inventory.unit.name, rack.name, labels)
                    yield by_name[rack.name].rack.at("state"), gap


def _missing(loaded: Loaded, path: Path, gaps: list[_Gap]) -> Problem:
    total = sum(len(gap.labels) for gap in gaps)
    first = gaps[0]
    racks = f"rack {first.rack}" if len(gaps) == 1 else f"{len(gaps):,} racks"
    count = "one position" if total == 1 else f"{total:,} positions"
    which = f": {places.shown(first.labels)}" if len(gaps) == 1 else ""
    folder, ending = AS_BUILT
    files = [f"{folder}/{unit}{ending}" for unit in dict.fromkeys(gap.unit for gap in gaps)]
    installed = "the rack is" if len(gaps) == 1 else "the racks are"
    says = "says" if len(files) == 1 else "say"
    problem = loaded.document.problem(
        path,
        "as-built-missing",
        f"{count} of {racks} without an as-built row{which}",
        because=(f"{installed} installed, and {places.shown(files)} {says} nothing of them",),
        hint=f"add rows under the header {','.join(COLUMNS)}, "
        f"or say why not: `trays: {{{first.labels[0]}: {{open: reason}}}}`",
    )
    return places.concerning(problem, [gap.rack for gap in gaps])
