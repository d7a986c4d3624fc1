"""The JSON Schema of a hardware file, which editors check it with while it is written.

A type in full and one that is like another are two forms of one file, and `like` tells them apart:
so an editor says what is wrong with the form that is meant. pydantic names every kind of fact for
the whole of its Python type; here they are numbered.
"""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from rackwright.spec.racktypes import RackType, Variant

_DEFINITIONS = "#/$defs/"


def schema() -> dict[str, Any]:
    """Return the schema of a hardware file, without the address of its dialect."""
    places, whole = models_json_schema(
        [(RackType, "validation"), (Variant, "validation")],
        title="HardwareType",
        description="A rack type: in full, or like another with what differs.",
    )
    forms = {model: reference for (model, _), reference in places.items()}
    choice = {"if": {"required": ["like"]}, "then": forms[Variant], "else": forms[RackType]}
    facts = sorted(name for name in whole["$defs"] if "Fact_" in name)
    names = {name: f"Fact{number}" for number, name in enumerate(facts, 1)}
    found: dict[str, Any] = _renamed({**whole, "type": "object", **choice}, names)
    return found


def _renamed(part: Any, names: dict[str, str]) -> Any:  # noqa: ANN401  (any JSON value)
    if isinstance(part, list):
        return [_renamed(each, names) for each in part]
    if not isinstance(part, dict):
        return _reference(part, names)
    found = {names.get(key, key): _renamed(each, names) for key, each in part.items()}
    if str(found.get("title", "")).startswith("Fact["):
        found["title"] = "Fact"
    return found


def _reference(value: Any, names: dict[str, str]) -> Any:  # noqa: ANN401  (any JSON value)
    if isinstance(value, str) and value.startswith(_DEFINITIONS):
        name = value.removeprefix(_DEFINITIONS)
        return f"{_DEFINITIONS}{names.get(name, name)}"
    return value
