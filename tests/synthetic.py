"""Synthetic as-built data for an example site: `python tests/synthetic.py tests/sites/two-fabric`.

Every value follows from the site's name and the position, so a run repeats itself. Serials begin
with SYN and MAC addresses are locally administered: no device of the world has either.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

from rackwright import expand, spec
from rackwright.inventory import Device, Inventory

COLUMNS = "rack,tray,serial,bmc_mac,in_band_mac"


def tables(site: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of the as-built file of every unit that has an installed rack."""
    for inventory in expand.expand_all(spec.load(site)):
        if inventory.unit.kind == "scalable-unit" and inventory.installed():
            yield f"{inventory.unit.name}.csv", "\n".join((COLUMNS, *_rows(inventory), ""))


def _rows(inventory: Inventory) -> Iterator[str]:
    for rack in inventory.installed():
        for device in inventory.by_rack[rack.name]:
            if not device.open:
                yield _row(inventory.common.site, device)


def _row(site: str, device: Device) -> str:
    seed = hashlib.sha256(f"{site} {device.name}".encode()).digest()
    serial = f"SYN{int.from_bytes(seed[:6]):015d}"
    bmc, in_band = f"02:00:{seed[8:12].hex(':')}", f"02:01:{seed[8:12].hex(':')}"
    return f"{device.rack},{device.label},{serial},{bmc},{in_band if device.is_host else ''}"


if __name__ == "__main__":
    for name, text in tables(Path(sys.argv[1])):
        (Path(sys.argv[1]) / "as-built" / name).write_text(text)
