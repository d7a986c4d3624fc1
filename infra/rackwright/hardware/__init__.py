"""What one can buy: one YAML file per rack type, each number with its source.

Numbers about hardware are copied from slide to slide until nobody knows whether 142 kW was measured
or guessed. Here every number is a `{value, source, proof}` triple in a file that people can review;
the sources are spelled out in the same file. `proof` says how far we have held the number against
the world: *modelled* (read, not tried), *emulated* (our emulators behave so), *hardware-proven*.

A new type is a new file and no code: nothing anywhere asks for a type's name, only for its numbers
and flags. `catalogue()` gives our types; a site may add its own, which `spec` reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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


class Catalogue(Mapping[str, HardwareType]):
    """The types of a folder by name, each read when it is asked for: a site has one or two."""

    def __init__(self, folder: Path) -> None:
        self._files = {path.stem: path for path in sorted(folder.glob("*.yaml"))}
        self._types: dict[str, HardwareType] = {}

    def __getitem__(self, name: str) -> HardwareType:
        if name not in self._types:
            data = _data(self._files[name])
            base = self[data["like"]] if "like" in data else None
            self._types[name] = hardware_type(data, base)
        return self._types[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def __contains__(self, name: object) -> bool:
        return name in self._files


@cache
def catalogue() -> Mapping[str, HardwareType]:
    """Return every hardware type we know, by name."""
    return Catalogue(Path(__file__).parent)


def _data(path: Path) -> dict[str, Any]:
    from rackwright import yamlfile

    document = yamlfile.parse(path.read_text(), path.name)
    if document.problems:
        first = document.problems[0]
        raise RackwrightError(f"{first.at}: {first.message}", "restore the file")
    data: dict[str, Any] = document.data
    return data
