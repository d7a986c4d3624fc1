"""cables.csv: where every cable goes, for the people who pull them and the scripts that check them.

NVIDIA's Mission Control reads a point-to-point list with fixed columns, so those come first and
under its names. What it has no column for stands behind them, each under a name of its own. A cell
is empty where nobody says the value.
"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.inventory import Inventory
from rackwright.inventory.cabling import Cable

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
        header = ",".join((*NVIDIA_COLUMNS, *OUR_COLUMNS))
        rows = "\n".join([header, *map(_row, inventory.cables), ""])
        yield f"{inventory.unit.folder}/cables.csv", rows


def _row(cable: Cable) -> str:
    """Return a cable's line; nobody publishes which transceivers, so their cells are empty."""
    fabric, bundle, sequence, source, target, gbps, length, reserved = cable
    device, port, rack, u = source
    to_device, to_port, to_rack, to_u = target
    return (
        f"{bundle},{sequence},"
        f"{'compute' if rack else ''},{rack},{u or ''},{device},{port},,"
        f"{'compute' if to_rack else ''},{to_rack},{to_u or ''},{to_device},{to_port},,"
        f"{bundle}/{sequence:02d},{fabric},{gbps},{length},"
        f"{'reserved' if reserved else 'installed'}"
    )
