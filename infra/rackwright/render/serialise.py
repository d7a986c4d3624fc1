"""Pure data to JSON: sorted keys, two spaces, one line end, so that a difference is one line."""

from __future__ import annotations

from typing import Any

import orjson
from msgspec import Struct
from msgspec.structs import asdict

_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


def json_text(value: object) -> str:
    """Return `value`, plain data or records of it, as JSON."""
    return orjson.dumps(value, _fields, _OPTIONS).decode()


def _fields(value: Any) -> object:  # noqa: ANN401  (whatever orjson does not know)
    if isinstance(value, Struct):
        return asdict(value)
    raise TypeError(f"{type(value).__name__} is not plain data")
