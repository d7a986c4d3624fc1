"""Pure data to JSON: sorted keys, two spaces, one line end, so that a difference is one line."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Any

import orjson

_OPTIONS = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_INDENT_2
    | orjson.OPT_APPEND_NEWLINE
    | orjson.OPT_PASSTHROUGH_DATACLASS
)


def json_text(value: object) -> str:
    """Return `value`, plain data or records of it, as JSON."""
    return orjson.dumps(value, _fields, _OPTIONS).decode()


def _fields(value: Any) -> object:  # noqa: ANN401  (whatever orjson does not know)
    return {name: getattr(value, name) for name in _names(type(value))}  # type: ignore[arg-type]


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    if dataclasses.is_dataclass(kind):
        return tuple(field.name for field in dataclasses.fields(kind))
    raise TypeError(f"{kind.__name__} is not plain data")
