"""The provider's schema: what `pulumi package get-schema` and other languages see."""

from __future__ import annotations

from typing import Any

from rackwright import __version__
from rackwright.provision.inputs import TOP
from rackwright.provision.resources import OBSERVED, PACKAGE, TYPE

ANY = {"$ref": "pulumi.json#/Any"}
MAP = {"type": "object", "additionalProperties": ANY}
TEXT = {"type": "string"}
TEXTS = {"type": "array", "items": TEXT}
TYPES = {
    "site": TEXT,
    "domain": TEXT,
    "unit": TEXT,
    "nameservers": TEXTS,
    "retired": {"type": "array", "items": ANY},
    "ready": {"type": "boolean"},
}


def schema() -> dict[str, Any]:
    """Return the schema, for `GetSchema`."""
    inputs = {name: TYPES.get(name, MAP) for name in (*TOP, "bmc_kinds", "pools", "rack")}
    observed = {name: TYPES.get(name, MAP) for name in OBSERVED}
    rack = {
        "description": "One rack of a rendered plan.",
        "inputProperties": inputs,
        "requiredInputs": sorted(inputs),
        "properties": observed,
        "required": sorted(observed),
    }
    return {"name": PACKAGE, "version": __version__, "resources": {TYPE: rack}}
