"""What one can buy: one YAML file per rack type, each number with its source.

Numbers about hardware are copied from slide to slide until nobody knows whether 142 kW was measured
or guessed. Here every number is a `{value, source, proof}` triple in a file that people can review;
the sources are spelled out in the same file. `proof` says how far we have held the number against
the world: *modelled* (read, not tried), *emulated* (our emulators behave so), *hardware-proven*.

A new type is a new file and no code: nothing anywhere asks for a type's name, only for its numbers
and flags. `catalogue()` gives our types; a site may add its own, which `spec` reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from rackwright.hardware.model import (
    Cooling,
    DeviceClass,
    DeviceType,
    Fact,
    HardwareType,
    Host,
    Number,
    Redfish,
)
from rackwright.hardware.reading import hardware_type
from rackwright.problems import RackwrightError

__all__ = [
    "PROOFS",
    "STAND_IN",
    "Cooling",
    "DeviceClass",
    "DeviceType",
    "Fact",
    "HardwareType",
    "Host",
    "Number",
    "Redfish",
    "catalogue",
]

STAND_IN = "stand-in: "
"""What the source of a number begins with that has none."""
PROOFS = ("modelled", "emulated", "hardware-proven")


@cache
def catalogue() -> Mapping[str, HardwareType]:
    """Return every hardware type we know, by name."""
    files = {path.stem: _data(path) for path in sorted(Path(__file__).parent.glob("*.yaml"))}
    complete = {name: hardware_type(data, None) for name, data in files.items() if _stands(data)}
    return {
        name: complete[name] if _stands(data) else hardware_type(data, complete[data["like"]])
        for name, data in files.items()
    }


def _stands(data: Mapping[str, Any]) -> bool:
    """Return whether a file describes its type alone, like no other."""
    return "like" not in data


def _data(path: Path) -> dict[str, Any]:
    from rackwright import yamlfile

    document = yamlfile.parse(path.read_text(), path.name)
    if document.problems:
        first = document.problems[0]
        raise RackwrightError(f"{first.at}: {first.message}", "restore the file")
    data: dict[str, Any] = document.data
    return data
