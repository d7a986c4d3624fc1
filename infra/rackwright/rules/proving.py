"""What a rack must show before somebody gets it: the profiles in proving.yaml, as values.

Thresholds of an older generation pass racks that are sick, so every number is one that somebody
published for this generation, with its source; people review them as data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from rackwright import yamlfile
from rackwright.inventory import Inventory
from rackwright.problems import Problem, RackwrightError
from rackwright.rules.references import unknown
from rackwright.spec import Loaded

_BOUNDS = ("expected", "warn_below", "fail_below", "fail_above")


class Limit(Struct, frozen=True):
    """What a measured value is held against."""

    metric: str
    unit: str
    bounds: tuple[tuple[str, float], ...]
    """Of `expected`, `warn_below`, `fail_below` and `fail_above`, those that somebody published."""


class Test(Struct, frozen=True):
    """One thing that is measured, what is expected of it and who says so."""

    name: str
    scope: str
    """What it is run on: a tray, a rack, or the fabric between racks; in this order."""
    test: str
    expect: str
    """For people; the limits say the same to programs."""
    seconds: int
    limits: tuple[Limit, ...]
    source: str


class Profile(Struct, frozen=True):
    """What the racks of a pool must pass."""

    name: str
    title: str
    tests: tuple[Test, ...]


@cache
def profiles() -> Mapping[str, Profile]:
    """Return the acceptance profiles by name; one that is `like` another has its tests first."""
    path = Path(__file__).with_name("proving.yaml")
    document = yamlfile.parse(path.read_text(), path.name)
    if document.problems:
        first = document.problems[0]
        raise RackwrightError(f"{first.at}: {first.message}", "restore the file")
    found: dict[str, Profile] = {}
    for each in document.data["profiles"]:
        before = found[each["like"]].tests if "like" in each else ()
        tests = (*before, *_tests(each["tests"], document.data["sources"]))
        found[each["name"]] = Profile(each["name"], each["title"], tests)
    return found


def profiles_are_known(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """A profile that does not exist tests nothing, and racks are handed over untested."""
    for place, pool in enumerate(loaded.site.pools):
        if pool.acceptance is not None and pool.acceptance not in profiles():
            path = ("pools", place, "acceptance")
            what, code = "acceptance profile", "unknown-reference"
            yield unknown(loaded, path, code, what, pool.acceptance, profiles())


def _tests(written: list[dict[str, Any]], sources: Mapping[str, str]) -> Iterator[Test]:
    for each in written:
        yield Test(
            name=each["name"],
            scope=each["scope"],
            test=each["test"],
            expect=each["expect"],
            seconds=each.get("seconds", 0),
            limits=tuple(_limit(limit) for limit in each["limits"]),
            source=sources[each["source"]],
        )


def _limit(written: Mapping[str, Any]) -> Limit:
    bounds = tuple((key, float(written[key])) for key in _BOUNDS if key in written)
    return Limit(written["metric"], written["unit"], bounds)
