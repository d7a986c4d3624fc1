"""cables.csv: where every cable goes, for the people who pull them and the scripts that check them.

NVIDIA's Mission Control reads a point-to-point list with fixed columns, so those come first and
under its names. What it has no column for stands behind them, each under a name of its own. A cell
is empty where nobody says the value. bill-of-cables.csv counts the same cables, for who buys them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from functools import lru_cache

from rackwright.expand import naming
from rackwright.inventory import Inventory
from rackwright.inventory.alike import KEPT, Blank, Blanks, Run
from rackwright.inventory.cabling import (
    LENGTH_CLASSES,
    Cable,
    CableChoice,
    End,
    Fabric,
    Harness,
    LengthClass,
    kinds,
)

NVIDIA_COLUMNS = (
    "BUNDLE_ID",
    "SEQ",
    "SRC_RACKROLE",
    "SRC_RACK",
    "SRC_U",
    "SRC_NAME",
    "SRC_HCA_PORT",
    "SRC_TRANSCEIVER",
    "DST_RACKROLE",
    "DST_RACK",
    "DST_U",
    "DST_NAME",
    "DST_PORT",
    "DST_TRANSCEIVER",
)
OUR_COLUMNS = ("LABEL", "FABRIC", "GBPS", "LENGTH_CLASS", "METRES", "CABLE", "STATE")
BILL_COLUMNS = (
    "UNIT",
    "FABRIC",
    "LENGTH_CLASS",
    "GBPS",
    "METRES",
    "CABLE",
    "TRANSCEIVER",
    "INSTALLED",
    "RESERVED",
    "TOTAL",
)
NOTHING = CableChoice()

Kind = tuple[str, str, LengthClass, int]
"""Unit, fabric, length class and speed of a cable."""


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield the list of the unit's cables and the bill of them, where it has any."""
    runs = inventory.cables.runs
    if runs:
        fabrics = {each.name: each for each in inventory.common.fabrics}
        racks = {rack.name for rack in inventory.racks}
        rows = (_rows(run, fabrics[run.pattern.records[0].fabric], racks) for run in runs)
        yield f"{inventory.unit.folder}/cables.csv", _csv((*NVIDIA_COLUMNS, *OUR_COLUMNS), rows)
        bill = map(",".join, _bill(inventory, fabrics))
        yield f"{inventory.unit.folder}/bill-of-cables.csv", _csv(BILL_COLUMNS, bill)


def _rows(run: Run[Cable], fabric: Fabric, racks: Set[str]) -> str:
    """Return the lines of a run: those of its harness, with names in them."""
    here = _racks(run.pattern)[1].filled(run.names)
    roles = tuple("compute" if rack in racks else "network" if rack else "" for rack in here)
    return _blank(run.pattern, fabric, roles).filled(run.names)


@lru_cache(maxsize=KEPT)
def _racks(harness: Harness) -> tuple[tuple[str, ...], Blanks]:
    """Return the racks that the cables of a harness lead from and to, holes for the most part."""
    ends = (end.rack for cable in harness.records for end in (cable.source, cable.target))
    racks = tuple(dict.fromkeys(ends))
    return racks, Blanks(racks)


@lru_cache(maxsize=KEPT)
def _blank(harness: Harness, fabric: Fabric, roles: tuple[str, ...]) -> Blank:
    by_rack = dict(zip(_racks(harness)[0], roles, strict=True))
    return Blank("\n".join(_row(cable, fabric, by_rack) for cable in harness.records))


def _row(cable: Cable, fabric: Fabric, roles: Mapping[str, str]) -> str:
    """Return the line of a cable; `roles` are those of racks."""
    choice = fabric.choices.get(cable.length, NOTHING)
    transceiver, state = choice.transceiver, "reserved" if cable.reserved else "installed"
    source, target = (_end(end, roles[end.rack]) for end in (cable.source, cable.target))
    return (
        f"{cable.bundle},{cable.sequence},{source},{transceiver},{target},{transceiver},"
        f"{cable.label},{cable.fabric},{cable.gbps},{cable.length},"
        f"{_metres(choice)},{choice.cable},{state}"
    )


def _end(end: End, role: str) -> str:
    """Return the role of its rack, rack, rack unit, device and port."""
    return f"{role},{end.rack},{end.u},{end.device},{end.port}"


def _bill(inventory: Inventory, fabrics: Mapping[str, Fabric]) -> Iterator[tuple[str, ...]]:
    """Yield how many cables of each kind a unit needs now, and how many once all is built.

    A fabric's own cables begin at switches of its units, so they are counted by unit too.
    """
    own = inventory.unit.name if inventory.unit.kind == "scalable-unit" else ""
    now: Counter[Kind] = Counter()
    later: Counter[Kind] = Counter()
    for run in inventory.cables.runs:
        unit = own or naming.unit_of(run.text(run.pattern.records[0].source.device))
        for (name, length, gbps, reserved), count in kinds(run.pattern).items():
            (later if reserved else now)[unit, name, length, gbps] += count
    for kind in sorted({*now, *later}, key=_by_length):
        unit, name, length, gbps = kind
        choice = fabrics[name].choices.get(length, NOTHING)
        what = (unit, name, length, str(gbps), _metres(choice), choice.cable, choice.transceiver)
        yield (*what, str(now[kind]), str(later[kind]), str(now[kind] + later[kind]))


def _by_length(kind: Kind) -> tuple[str, str, int, int]:
    unit, fabric, length, gbps = kind
    return unit, fabric, LENGTH_CLASSES.index(length), gbps


def _metres(choice: CableChoice) -> str:
    return "" if choice.metres is None else f"{choice.metres:g}"


def _csv(head: tuple[str, ...], lines: Iterable[str]) -> str:
    return "\n".join([",".join(head), *lines, ""])
