"""What differs between what is declared, what is recorded, and what should be.

Two things make an update. The declaration changed since the last one: every changed value is shown
by its path. Or the record, as `pulumi refresh` left it, says that something which should be up is
not: the values that are not as they should be are shown, and a reviewed `pulumi up` puts them
right. Nothing ever makes a replacement: metal is not thrown away because a value changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from rackwright import plan
from rackwright.redfish import OFF, ON

REACHABLE = "reachable"
ACTIVE = "active"
UNDEPLOYED = ("available", "manageable", "enroll", "")
"""Ironic's states of a node that nothing is deployed on; empty when it has none."""


class Kind(StrEnum):
    """How a value differs, in Pulumi's words."""

    ADD = "ADD"
    DELETE = "DELETE"
    UPDATE = "UPDATE"


def changes(old: object, new: object, path: str = "") -> Iterator[tuple[str, Kind]]:
    """Yield the path and kind of everything in which two declarations differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            below = step(path, key)
            if key not in old:
                yield below, Kind.ADD
            elif key not in new:
                yield below, Kind.DELETE
            else:
                yield from changes(old[key], new[key], below)
    elif old != new:
        yield path, Kind.UPDATE


def step(path: str, key: str) -> str:
    """Return the path of a value one step below `path`, as Pulumi writes it."""
    if not key.replace("_", "").isalpha():
        return f'{path}["{key}"]'
    return f"{path}.{key}" if path else key


def wanted(rack: plan.Rack) -> dict[str, dict[str, dict[str, tuple[str, ...]]]]:
    """Return which recorded values a rack should have, by map, label and name.

    The first of several is the usual one. What is on hold should have none in particular.
    """
    if rack.hold:
        return {"trays": {}, "switch_trays": {}, "power_shelves": {}}
    leaving = rack.decommission is not None
    power = (OFF,) if leaving else (ON,)
    state = {
        "power": power,
        "ironic": UNDEPLOYED if leaving else (ACTIVE,),
        **({} if leaving else {"host": (REACHABLE,)}),
    }
    return {
        "trays": {
            tray.label: {"serial": (tray.serial,), **state}
            for tray in rack.compute_trays
            if not tray.hold
        },
        "switch_trays": {
            tray.label: {"serial": (tray.serial,), "power": power} for tray in rack.switch_trays
        },
        "power_shelves": {
            shelf.label: {"serial": (shelf.serial,), "power": (ON,)} for shelf in rack.power_shelves
        },
    }


def aims(rack: plan.Rack) -> dict[str, Any]:
    """Return the recorded values a rack is to have, as properties.

    They stand among a rack's inputs, because Pulumi shows what is recorded beside what is put in:
    `trays["c05"].power: "Off" => "On"`.
    """
    return {
        kind: {
            label: {name: good[0] for name, good in values.items()}
            for label, values in devices.items()
        }
        for kind, devices in wanted(rack).items()
    }


def shortfalls(rack: plan.Rack, outputs: Mapping[str, Any]) -> Iterator[str]:
    """Yield the path of every recorded value that is not as it should be.

    What is not recorded at all is no shortfall: a tray that was just declared is a change.
    """
    for kind, devices in wanted(rack).items():
        recorded = outputs.get(kind) or {}
        for label, values in devices.items():
            for name, good in values.items() if label in recorded else ():
                if recorded[label].get(name, "") not in good:
                    yield f"{step(kind, label)}.{name}"
