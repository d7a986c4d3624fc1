"""Names that a range gives to its racks: `{hall}-su{unit:02}-r{rack:02}`.

A range of 264 racks cannot list their names, and a general format language would let a name read
anything. So a pattern has exactly three holes: the hall's name, and the explicit indexes of unit
and rack, each with a width if wanted. A name follows from indexes alone, so it never moves.
"""

from __future__ import annotations

import re
from typing import Any

from rackwright.spec.words import RACK_NAME

DEFAULT = "{hall}-su{unit:02}-r{rack:02}"
EXPECTED = (
    "a name of {hall}, {unit:02}, {rack:02}, lower-case letters, digits and single hyphens, "
    "31 characters at most once filled in"
)

_FORM = r"^(\{(?:hall|(?:unit|rack)(?::0([2-4]))?)\}|[a-z0-9-])+$"
_LONGEST_HALL = "h" * 15
_LONGEST_INDEX = 999


def fill(pattern: str, hall: str, unit: int, rack: int) -> str:
    """Return the name that `pattern` gives the rack; a name without holes is itself."""
    return pattern.format(hall=hall, unit=unit, rack=rack)


class NoName(ValueError):
    """Text that gives some rack no name."""


class Pattern:
    """The type of a pattern's field: text that fills in to the name of a rack."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:  # noqa: ANN401
        """Return text that is refused where some index would give no name."""
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, _schema: Any, _handler: Any) -> dict[str, Any]:  # noqa: ANN401
        """Return what editors can check."""
        return {"type": "string", "pattern": _FORM}

    def check(self, text: Any) -> Any:  # noqa: ANN401  (whatever stands in the file)
        """Return `text`, or refuse it.

        Raises:
            NoName: A hole is unknown, or a name would be too long or ill formed.
        """
        if isinstance(text, str) and re.fullmatch(_FORM, text):
            longest = fill(text, _LONGEST_HALL, _LONGEST_INDEX, _LONGEST_INDEX)
            if re.fullmatch(RACK_NAME, longest):
                return text
        raise NoName(f"expected {EXPECTED}")
