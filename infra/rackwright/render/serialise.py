"""Pure data to JSON: sorted keys, two spaces, one line end, so that a difference is one line."""

from __future__ import annotations

import msgspec

_ENCODER = msgspec.json.Encoder(order="sorted")


def json_text(value: object) -> str:
    """Return `value`, plain data or records of it, as JSON.

    Raises:
        TypeError: It is neither.
    """
    return f"{msgspec.json.format(_ENCODER.encode(value), indent=2).decode()}\n"
