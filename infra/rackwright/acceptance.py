"""What a pool's racks must pass before somebody gets them, as rendered/ says it.

    rendered/pools/<pool>/acceptance.yaml    Acceptance: tests in their order, limits, sources

Whatever runs the tests reads this and nothing else: trays first, then each rack, then racks over
the fabric, because a sick tray makes every later number a riddle. `schema()` says the same to
editors and to programs of other people.
"""

from __future__ import annotations

import typing
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import fields

from rackwright import plan
from rackwright.problems import PlanError

VERSION = 1
SCOPES = ("tray", "rack", "fabric")
"""What a test is run on, in the order in which they are."""


class Limit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a measured value is held against.

    A bound that nobody published is not there, and a value without one is measured and shown.
    """

    metric: str
    unit: str
    expected: float | None = None
    """What a healthy one shows, where somebody published it."""
    warn_below: float | None = None
    fail_below: float | None = None
    fail_above: float | None = None


class Test(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that is measured."""

    name: str
    scope: str
    """One of `SCOPES`."""
    what: str
    """The program and its arguments, in words."""
    seconds: int
    """How long it runs; 0 where that follows from what is measured."""
    limits: tuple[Limit, ...]
    source: str
    """Who published the numbers."""


class Acceptance(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the racks of a pool must pass, in order."""

    version: int
    pool: str
    profile: str
    tests: tuple[Test, ...]


def read(path: Path) -> Acceptance:
    """Return what a rendered acceptance.yaml says.

    Raises:
        PlanError: It is not one; the message says what is wrong in it.
    """
    import yaml

    try:
        data = yaml.safe_load(path.read_text())
    except (OSError, yaml.YAMLError) as error:
        raise PlanError(f"{path} cannot be read: {error}", "render the site again") from error
    found = plan.load(Acceptance, data)
    if wrong := next(_wrong(found), ""):
        raise PlanError(wrong)
    return found


def _wrong(found: Acceptance) -> typing.Iterator[str]:
    if found.version != VERSION:
        yield f"version {found.version} is not {VERSION}"
    order = [SCOPES.index(test.scope) if test.scope in SCOPES else -1 for test in found.tests]
    for test in found.tests:
        yield from (f"{test.name}: {sentence}" for sentence in _wrong_test(test))
    if order != sorted(order):
        yield f"tests do not go from {' to '.join(SCOPES)}"


_NOTHING = (None, None, None, None)


def _wrong_test(test: Test) -> typing.Iterator[str]:
    if test.scope not in SCOPES:
        yield f"scope {test.scope!r} is none of {', '.join(SCOPES)}"
    if not test.limits:
        yield "nothing is expected of it"
    for limit in test.limits:
        if (limit.expected, limit.warn_below, limit.fail_below, limit.fail_above) == _NOTHING:
            yield f"nothing is expected of {limit.metric}"
        if limit.warn_below and limit.fail_below and limit.warn_below <= limit.fail_below:
            yield f"{limit.metric} fails before it warns"


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of acceptance.yaml."""
    described = _described(Acceptance)
    described["properties"]["version"] = {"const": VERSION}
    tests = described["properties"]["tests"]["items"]["properties"]
    tests["scope"] = {"enum": list(SCOPES)}
    tests["limits"]["minItems"] = 1
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What the racks of a pool must pass",
        **described,
    }


_TYPES = {str: "string", int: "integer", float: "number"}


def _described(kind: Any) -> dict[str, Any]:  # noqa: ANN401  (types are values here)
    hints = typing.get_type_hints(kind)
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [each.name for each in fields(kind) if each.required],
        "properties": {each.name: _property(hints[each.name]) for each in fields(kind)},
    }


def _property(hint: Any) -> dict[str, Any]:  # noqa: ANN401  (types are values here)
    arguments = typing.get_args(hint)
    if typing.get_origin(hint) is tuple:
        return {"type": "array", "items": _described(arguments[0])}
    return {"type": _TYPES[arguments[0] if arguments else hint]}
