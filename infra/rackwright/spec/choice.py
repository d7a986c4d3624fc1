"""A value that may be written in two shapes: one item or a range of them, a list or one range.

pydantic would try each shape and report the mistakes of all of them. Here the first look at the
data says which shape is meant, and only that one's mistakes are reported.
"""

from __future__ import annotations

from typing import Any

from pydantic import Discriminator, Tag

_RANGE, _ITEM, _LIST = "<range>", "<item>", "<list>"

RangeTag, ItemTag, ListTag = Tag(_RANGE), Tag(_ITEM), Tag(_LIST)


def is_tag(part: str | int) -> bool:
    """Return whether a part of pydantic's path names a shape and no place in the file."""
    return part in (_RANGE, _ITEM, _LIST)


def _item_or_range(value: Any) -> str:  # noqa: ANN401  (any YAML value)
    is_range = isinstance(value, dict) and ("first" in value or "count" in value)
    return _RANGE if is_range else _ITEM


def _list_or_range(value: Any) -> str:  # noqa: ANN401  (any YAML value)
    return _RANGE if isinstance(value, dict) else _LIST


ITEM_OR_RANGE = Discriminator(_item_or_range)
LIST_OR_RANGE = Discriminator(_list_or_range)
