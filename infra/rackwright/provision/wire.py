"""Pulumi's property bags into plain values and back.

Properties travel as a protobuf Struct. It knows one kind of number, so 18 arrives as 18.0 and would
differ from itself for ever; a value that a preview cannot know is a magic text; a secret is an
object with a magic key around the value. Whoever works with properties should meet none of these.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from google.protobuf.struct_pb2 import Struct

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""Stands for any value that is known only after `pulumi up`."""
UNKNOWNS = frozenset(
    {
        UNKNOWN,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
"""The same for any type, a boolean, a number, a list and an object."""
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  (marks a secret, is none)


def plain(struct: Struct) -> dict[str, Any]:
    """Return a property bag as plain values: whole numbers whole, secrets unwrapped."""
    from google.protobuf import json_format

    found: dict[str, Any] = _plain(json_format.MessageToDict(struct))
    return found


def struct(values: Mapping[str, Any]) -> Struct:
    """Return plain values as a property bag."""
    from google.protobuf import json_format, struct_pb2

    return json_format.ParseDict(dict(values), struct_pb2.Struct())


def has_unknown(value: object) -> bool:
    """Return whether a value, or anything in it, is not known yet."""
    if isinstance(value, dict):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    return isinstance(value, str) and value in UNKNOWNS


def _plain(value: Any) -> Any:  # noqa: ANN401  (any JSON value)
    if isinstance(value, dict):
        if value.get(SIGNATURE) == SECRET:
            return _plain(value["value"])
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
