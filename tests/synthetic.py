"""Synthetic as-built data for an example site: `python tests/synthetic.py tests/sites/two-fabric`.

Every value follows from the site's name and the position, so a run repeats itself. Serials begin
with SYN, and MAC addresses and GUIDs are locally administered: no device of the world has any. A
site with an InfiniBand fabric has GUIDs; with `switches` behind it, those of its switches too. One
whose switches have management ports has the MACs of those, and of NVOS on NVLink switch trays.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

from rackwright import expand, spec
from rackwright.expand.fabrics import cabled
from rackwright.expand.naming import factory_key
from rackwright.inventory import Device, Inventory
from rackwright.inventory.infiniband import KINDS

COLUMNS = "rack,tray,serial,bmc_mac,in_band_mac"
GUID_COLUMNS = ",guid_1,guid_2,guid_3,guid_4"


def tables(site: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of the as-built file of every unit that has an installed rack."""
    for inventory in expand.expand_all(spec.load(site)):
        if inventory.unit.kind == "scalable-unit" and inventory.installed():
            header = f"{COLUMNS}{GUID_COLUMNS}" if _has_guids(inventory) else COLUMNS
            header += ",oob_mac" if _has_management(inventory) else ""
            yield f"{inventory.unit.name}.csv", "\n".join((header, *_rows(inventory), ""))


def switches(site: Path) -> Iterator[tuple[str, str]]:
    """Yield the as-built file of the switches of every fabric that must know them."""
    inventories = [cabled(each) for each in expand.expand_all(spec.load(site))]
    for fabric in inventories[0].common.fabrics:
        if fabric.kind in KINDS or fabric.management:
            there = sorted(
                (switch.name, *factory_key(switch.name, switch.unit or fabric.name, switch.rack))
                for inventory in inventories
                for switch in inventory.switches
                if switch.fabric == fabric.name and not switch.reserved
            )
            last = "oob_mac" if fabric.management else "guid_1"
            rows = (_switch(inventories[0].common.site, each, last) for each in there)
            yield f"{fabric.name}.csv", "\n".join((f"{COLUMNS},{last}", *rows, ""))


def _switch(site: str, switch: tuple[str, str, str], last: str) -> str:
    name, owner, label = switch
    seed = hashlib.sha256(f"{site} {name}".encode()).digest()
    serial, mac = f"SYN{int.from_bytes(seed[:6]):015d}", f"02:02:{seed[8:12].hex(':')}"
    known = f"{mac},,0x02{seed[12:19].hex()}" if last == "guid_1" else f",,{mac}"
    return f"{owner},{label},{serial},{known}"


def _rows(inventory: Inventory) -> Iterator[str]:
    for rack in inventory.installed():
        for device in inventory.by_rack[rack.name]:
            if not device.open:
                row = _row(inventory.common.site, device)
                guids = _guids(device, row) if _has_guids(inventory) else ""
                yield f"{row}{guids}{_oob(inventory, device, row)}"


def _row(site: str, device: Device) -> str:
    seed = hashlib.sha256(f"{site} {device.name}".encode()).digest()
    serial = f"SYN{int.from_bytes(seed[:6]):015d}"
    bmc, in_band = f"02:00:{seed[8:12].hex(':')}", f"02:01:{seed[8:12].hex(':')}"
    return f"{device.rack},{device.label},{serial},{bmc},{in_band if device.is_host else ''}"


def _has_management(inventory: Inventory) -> bool:
    return any(fabric.management for fabric in inventory.common.fabrics)


def _oob(inventory: Inventory, device: Device, row: str) -> str:
    if not _has_management(inventory):
        return ""
    is_nvos = device.device_class == "nvlink-switch"
    return f",02:03:{hashlib.sha256(row.encode()).digest()[:4].hex(':')}" if is_nvos else ","


def _has_guids(inventory: Inventory) -> bool:
    return any(fabric.kind in KINDS for fabric in inventory.common.fabrics)


def _guids(device: Device, row: str) -> str:
    if not device.is_host:
        return "," * 4
    digits = hashlib.sha256(row.encode()).hexdigest()[:12]
    return "".join(f",0x02{digits}{rail:02x}" for rail in range(0x10, 0x50, 0x10))


if __name__ == "__main__":
    made = [*tables(Path(sys.argv[1])), *(switches(Path(sys.argv[1])) if sys.argv[2:] else ())]
    for name, text in made:
        (Path(sys.argv[1]) / "as-built" / name).write_text(text)
