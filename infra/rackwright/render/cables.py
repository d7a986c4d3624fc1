"""cables.csv: where every cable goes, for the people who pull them and the scripts that check them.

NVIDIA's Mission Control reads a point-to-point list with fixed columns, so those come first and
under its names. What it has no column for stands behind them, each under a name of its own. A cell
is empty where nobody says the value.
"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.inventory import Inventory
from rackwright.inventory.cabling import Cable, End

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
OUR_COLUMNS = ("LABEL", "FABRIC", "GBPS", "LENGTH_CLASS", "STATE")


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield the list of the unit's cables, where it has any."""
    if inventory.cables:
        rows = [(*NVIDIA_COLUMNS, *OUR_COLUMNS), *map(_row, inventory.cables)]
        yield f"{inventory.unit.folder}/cables.csv", "".join(f"{','.join(row)}\n" for row in rows)


def _row(cable: Cable) -> tuple[str, ...]:
    return (
        cable.bundle,
        str(cable.sequence),
        *_end(cable.source),
        *_end(cable.target),
        cable.label,
        cable.fabric,
        str(cable.gbps),
        cable.length,
        "reserved" if cable.reserved else "installed",
    )


def _end(end: End) -> tuple[str, ...]:
    """Return role, rack, unit, name, port and transceiver; nobody publishes which transceiver."""
    role = "compute" if end.rack else ""
    return role, end.rack, str(end.u or ""), end.device, end.port, ""
