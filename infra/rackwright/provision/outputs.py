"""What is observed of a rack, as Pulumi's properties.

Outputs are what `pulumi refresh` compares, so they must be small and the same as long as nothing
changed: a serial, a power state, a word for the host; no times, no counters. They hold no secret.
"""

from __future__ import annotations

import copy
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from rackwright import plan
from rackwright.provision.difference import shortfalls, wanted
from rackwright.provision.wire import UNKNOWN

UNREAD = "unknown"
"""Stands where a BMC did not answer."""
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "rackwright")


def node_id(site: str, tray: plan.ComputeTray) -> str:
    """Return the UUID of a tray's Ironic node; another serial is another node."""
    return str(uuid.uuid5(NAMESPACE, f"{site}/{tray.name}/{tray.serial}"))


def resource_id(unit: plan.UnitPlan, rack: plan.Rack) -> str:
    """Return a rack's id in Pulumi: unique over all sites, and readable."""
    return f"{unit.site}/{rack.name}"


def complete(
    rack: plan.Rack,
    trays: Mapping[str, Mapping[str, str]],
    switch_trays: Mapping[str, Mapping[str, str]],
    power_shelves: Mapping[str, Mapping[str, str]],
    retired: Iterable[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """Return a rack's outputs from what was observed of its devices, by label."""
    found: dict[str, Any] = {
        "trays": dict(trays),
        "switch_trays": dict(switch_trays),
        "power_shelves": dict(power_shelves),
        "retired": sorted((dict(node) for node in retired), key=lambda node: node["node"]),
    }
    return {**found, "ready": next(shortfalls(rack, found), None) is None}


def unread(unit: plan.UnitPlan, rack: plan.Rack, word: str = UNREAD) -> dict[str, Any]:
    """Return the outputs of a rack that nobody has looked at: what follows from its plan."""
    state = {"power": word, "ironic": word, "host": word}
    device = {"power": word}
    trays = {
        tray.label: {"name": tray.name, "serial": tray.serial, "node": node_id(unit.site, tray)}
        for tray in rack.compute_trays
    }
    return {
        "trays": {label: {**known, **state} for label, known in trays.items()},
        "switch_trays": {
            tray.label: {"serial": tray.serial, **device} for tray in rack.switch_trays
        },
        "power_shelves": {
            shelf.label: {"serial": shelf.serial, **device} for shelf in rack.power_shelves
        },
        "retired": [],
        "ready": UNKNOWN if word == UNKNOWN else False,
    }


def previewed(unit: plan.UnitPlan, rack: plan.Rack, recorded: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an update is to lead to: what is recorded, with the shortfalls made good."""
    found = unread(unit, rack, UNKNOWN)
    for kind, devices in wanted(rack).items():
        for label in found[kind]:
            found[kind][label] |= (recorded.get(kind) or {}).get(label, {})
        for label, values in devices.items():
            for name, good in values.items():
                if found[kind][label].get(name) not in good:
                    found[kind][label][name] = good[0]
    found["retired"] = copy.deepcopy(recorded.get("retired") or [])
    return found
