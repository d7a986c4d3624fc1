"""A rack of a plan into Pulumi's properties and back.

Pulumi shows a change by its path. In a list the fifth tray is `compute_trays[4]`, and taking one
out changes all that follow; so trays travel as maps keyed by their label, and a reviewer reads
`rack.compute_trays["c05"].serial`. A rack carries all that the provider needs for it, credentials
as references, and nothing of its neighbours: another rack's change leaves its properties alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from rackwright import plan
from rackwright.problems import PlanError

AIMS = ("trays", "switch_trays", "power_shelves")
"""What Check adds to the properties: how the rack is to be; follows from the rest."""
BY_LABEL = ("compute_trays", "switch_trays", "power_shelves")
TOP = ("site", "domain", "unit", "credentials", "trust", "ironic", "access", "nameservers")


def properties(unit: plan.UnitPlan, rack: plan.Rack) -> dict[str, Any]:
    """Return the properties that declare one rack of a unit."""
    whole = msgspec.json.decode(msgspec.json.encode(unit))
    single = msgspec.json.decode(msgspec.json.encode(rack))
    for kind in BY_LABEL:
        single[kind] = {device["label"]: device for device in single[kind]}
    if single["decommission"] is None:
        del single["decommission"]
    pools = sorted({tray.pool for tray in rack.compute_trays})
    used = {name: whole["pools"][name] for name in pools if name in whole["pools"]}
    kinds = {device.bmc.kind for device in rack.devices}
    return {
        **{name: whole[name] for name in TOP},
        "bmc_kinds": {name: whole["bmc_kinds"][name] for name in sorted(kinds)},
        "pools": used,
        "rack": single,
    }


def own(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties that a program declared, without what Check added."""
    return {key: value for key, value in found.items() if key not in AIMS}


def declared(found: Mapping[str, Any]) -> tuple[plan.UnitPlan, plan.Rack]:
    """Return the unit, with this rack alone, and the rack that properties declare.

    Raises:
        PlanError: They declare no rack.
    """
    try:
        single = {
            key: _in_order(value) if key in BY_LABEL else value
            for key, value in found["rack"].items()
        }
        rest = {key: value for key, value in own(found).items() if key != "rack"}
    except (LookupError, AttributeError, TypeError) as error:
        raise PlanError(
            "the properties declare no rack", "declare it with a rendered plan"
        ) from error
    unit = plan.load(plan.UnitPlan, {**rest, "version": plan.VERSION, "racks": [single]})
    return unit, unit.racks[0]


def _in_order(devices: Mapping[str, Any]) -> list[Any]:
    return sorted(devices.values(), key=lambda device: int(device["index"]))
