"""What rendered/ alone says of a site: racks and devices, from its plans.

Somebody who edits, renders and edits again has a rendered/ that no commit has the specification of.
Its plans still name every rack and tray that is there, so those are compared, field by field as far
as both sides know a field, and the diff says that the rest was not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from rackwright.diff.facts import Facts, Record
from rackwright.diff.sides import Files
from rackwright.inventory import SITE_UNIT

KINDS = {
    "compute_trays": "compute-tray",
    "switch_trays": "nvlink-switch-tray",
    "power_shelves": "power-shelf",
}


def facts(files: Files | None) -> Facts:
    """Return the records that the plans of a rendered tree give."""
    if files is None:
        return Facts({}, is_partial=True)
    paths = [path for path in files.digests if _is_plan(path)]
    found = [
        record
        for text in files.read(paths).values()
        for rack in _racks(text)
        for record in _records(rack)
    ]
    return Facts({record.path: record for record in found}, is_partial=True)


def _is_plan(path: str) -> bool:
    unit, _, name = path.partition("/")
    return name == "plan.json" and unit != SITE_UNIT


def _racks(text: str) -> Iterator[Mapping[str, Any]]:
    try:
        yield from json.loads(text)["racks"]
    except (ValueError, LookupError, TypeError):
        return


def _records(rack: Mapping[str, Any]) -> Iterator[Record]:
    trays = rack["compute_trays"]
    pool = trays[0]["pool"] if trays else ""
    leaving = rack.get("decommission")
    yield Record(
        kind="rack",
        path=f"racks.{rack['name']}",
        title=rack["name"],
        fields={
            "hall": rack["hall"],
            "unit": rack["unit"],
            "index": str(rack["index"]),
            "hardware": rack["kind"],
            "hold": rack["hold"],
            "decommission": leaving["approval"] if leaving else "",
            "state": "installed",
            **({"pool": pool} if pool else {}),
        },
        unit=rack["unit"],
        rack=rack["name"],
        pool=pool,
        held=bool(rack["hold"]),
        approved=leaving is not None,
    )
    for key, kind in KINDS.items():
        for device in rack[key]:
            yield _device(rack, kind, device, pool)


def _device(rack: Mapping[str, Any], kind: str, device: Mapping[str, Any], pool: str) -> Record:
    fields = {
        "name": device["name"],
        "slot": str(device["slot"]),
        "serial": device["serial"],
        "bmc_mac": device["bmc"]["mac"],
        "bmc_address": device["bmc"]["address"],
    }
    if interface := device.get("interface"):
        fields |= {"in_band_mac": interface["mac"], "address": interface["address"]}
    return Record(
        kind=kind,
        path=f"racks.{rack['name']}.trays.{device['label']}",
        title=f"{rack['name']} {device['label']}",
        fields=fields,
        unit=rack["unit"],
        rack=rack["name"],
        label=device["label"],
        pool=pool,
        held=bool(device.get("hold")),
    )
