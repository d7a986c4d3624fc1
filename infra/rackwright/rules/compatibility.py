"""What fits together: the table in compatibility.yaml, as values.

Which firmware needs which, and which CUDA runs on which driver, changes with every release and is
argued about with sources in hand. So it is data that people review, and code only compares.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from rackwright import yamlfile
from rackwright.hardware import DeviceClass
from rackwright.problems import RackwrightError


class Component(Struct, frozen=True):
    """A piece of firmware of one class of device."""

    device: DeviceClass
    name: str
    title: str
    adapter: str
    """The beginning of the adapter's name it runs on; empty where every device has it."""


class Order(Struct, frozen=True):
    """Components of one class of device that must be updated in this order."""

    device: DeviceClass
    components: tuple[str, ...]
    source: str


class Need(Struct, frozen=True):
    """Versions of one software, `first` to before `end`, that need another's of at least one."""

    software: str
    first: str
    end: str
    needs: str
    at_least: str
    source: str


class Release(Struct, frozen=True):
    """Versions that somebody released together."""

    name: str
    versions: Mapping[str, str]


class Table(Struct, frozen=True):
    """Everything that is known to fit, or not to."""

    components: tuple[Component, ...]
    orders: tuple[Order, ...]
    needs: tuple[Need, ...]
    equal: tuple[tuple[str, str, str], ...]
    """Software, the software whose version it must have, and the source."""
    releases: tuple[Release, ...]

    def of(self, device: DeviceClass) -> tuple[Component, ...]:
        """Return the components of one class of device."""
        return tuple(each for each in self.components if each.device == device)


@cache
def table() -> Table:
    """Return the table."""
    path = Path(__file__).with_name("compatibility.yaml")
    document = yamlfile.parse(path.read_text(), path.name)
    if document.problems:
        first = document.problems[0]
        raise RackwrightError(f"{first.at}: {first.message}", "restore the file")
    return _table(document.data)


def ordered(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, for comparing: `580.126.20` is later than `580.95`."""
    return tuple(int(number) for number in re.findall("[0-9]+", version))


def releases_of(versions: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of the releases that have all of these versions together.

    A release that says 13.0 means any 13.0.x; one that says 3.2.1 means 3.2.1-044413 too. What
    must be equal to something else and is goes without saying.
    """
    implied = {one for one, other, _ in table().equal if versions.get(one) == versions.get(other)}
    own = {name: version for name, version in versions.items() if name not in implied}
    return tuple(
        release.name
        for release in table().releases
        if all(_is_within(each, release.versions.get(name)) for name, each in own.items())
    )


def _is_within(version: str, released: str | None) -> bool:
    return (
        released is not None and re.match(rf"{re.escape(released)}(?![^.-])", version) is not None
    )


def _table(data: dict[str, Any]) -> Table:
    sources = data["sources"]
    return Table(
        components=tuple(
            Component(device, each["name"], each["title"], each.get("adapter", ""))
            for device, components in data["components"].items()
            for each in components
        ),
        orders=tuple(
            Order(each["class"], tuple(each["components"]), sources[each["source"]])
            for each in data["orders"]
        ),
        needs=tuple(
            Need(
                each["software"],
                each["from"],
                each["before"],
                each["needs"],
                each["at_least"],
                sources[each["source"]],
            )
            for each in data["needs"]
        ),
        equal=tuple(
            (each["software"], each["as"], sources[each["source"]]) for each in data["equal"]
        ),
        releases=tuple(Release(each["name"], each["versions"]) for each in data["releases"]),
    )
