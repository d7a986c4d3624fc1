"""The law of reasons: what a line of the site moves is what says that it comes from that line.

Every single value of the example site is changed, one at a time. Whatever then moves of a rack and
its devices must name the changed line among its reasons; and whatever says that it is given by that
line must move.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import asdict

import worlds
from rackwright import expand, spec, trace
from rackwright.inventory import Unit
from rackwright.problems import SpecError
from rackwright.trace.leaves import others

SITE = worlds.SITES / "one-su"
LOADED = spec.load(SITE)
UNIT = Unit("scalable-unit", "h1-su01")
RACKS = ("h1-su01-r03", "h1-su01-r08")
LABELS = ("c07", "nvsw-09", "pwr-01")
PATHS = sorted(
    (
        path
        for path, mark in LOADED.document.values.items()
        if isinstance(LOADED.document.value(path), str | int | float)
        and not isinstance(LOADED.document.value(path), bool)
        and not mark.file
    ),
    key=str,
)


def fields(loaded: spec.Loaded) -> Mapping[str, Any]:
    """Return every field of some racks and of some devices in them, by its path."""
    inventory = expand.expand(loaded, UNIT)
    found = {}
    for rack in inventory.racks:
        if rack.name in RACKS:
            found |= dict(_fields(f"racks.{rack.name}", rack))
            for device in inventory.by_rack[rack.name]:
                if device.label in LABELS:
                    found |= dict(_fields(f"racks.{rack.name}.trays.{device.label}", device))
    return found


def _fields(above: str, record: Any) -> Iterator[tuple[str, Any]]:
    for name, value in asdict(record).items():
        yield f"{above}.{name}", value


BEFORE = fields(LOADED)


def places() -> Mapping[tuple[int, int], list[tuple[str | int, ...]]]:
    """Return what stands at each place of site.yaml: a value, or a key with what is below it."""
    found: dict[tuple[int, int], list[tuple[str | int, ...]]] = {}
    for path in LOADED.document.values:
        for mark in (LOADED.document.mark(path), LOADED.document.mark(path, key=True)):
            found.setdefault((mark.line, mark.column), []).append(path)
    return found


PLACES = places()


def reasons(path: str) -> dict[tuple[int, int], list[str]]:
    """Return what is said of the value at `path`, by the place in site.yaml it is said of."""
    found: dict[tuple[int, int], list[str]] = {}
    for reason in trace.why(LOADED, path):
        if reason.at and reason.at.file.endswith("site.yaml"):
            found.setdefault((reason.at.line, reason.at.column), []).append(reason.text)
    return found


SAID = {path: reasons(path) for path in BEFORE}


def with_another(path: tuple[str | int, ...], target: Path) -> spec.Loaded | None:
    """Return the site with another value at `path`; None where no other one is well formed."""
    mark, value = LOADED.document.values[path], LOADED.document.value(path)
    for other in others(value):
        site = worlds.copy(target / str(other).replace("/", "_"), SITE)
        lines = (site / "site.yaml").read_text().splitlines(keepends=True)
        line = lines[mark.line - 1]
        start = mark.column - 1
        lines[mark.line - 1] = f"{line[:start]}{other}{line[start + mark.width :]}"
        (site / "site.yaml").write_text("".join(lines))
        try:
            return spec.load(site)
        except SpecError:
            continue
    return None


def is_above(path: tuple[str | int, ...], said: Mapping[tuple[int, int], list[str]]) -> bool:
    """Return whether a reason names the value at `path`, or something that it is a part of."""
    return any(
        path[: len(named)] == named for place in said for named in PLACES.get(place, ()) if named
    )


@pytest.mark.parametrize("path", PATHS, ids=lambda path: ".".join(map(str, path)))
def test_what_moves_with_a_value_names_it_as_a_reason(
    path: tuple[str | int, ...], tmp_path: Path
) -> None:
    changed = with_another(path, tmp_path)
    if changed is None:
        return
    after = fields(changed)
    moved = {each for each in BEFORE if each in after and BEFORE[each] != after[each]}
    assert moved <= {each for each in BEFORE if is_above(path, SAID[each])}
    at = LOADED.document.at(path)
    given = {
        each
        for each in after.keys() & BEFORE.keys()
        if any(said.startswith("given here") for said in SAID[each].get((at.line, at.column), ()))
    }
    assert given <= moved
