"""A value that may be written in several shapes: an item or a range, a list or a range, by `kind`.

pydantic would try each shape and report the mistakes of all of them. Here the first look at the
data says which shape is meant, and only that one's mistakes are reported.
"""

from __future__ import annotations

from typing import Any

from pydantic import Discriminator, Tag

_RANGE, _ITEM, _LIST = "<range>", "<item>", "<list>"
_KIND = "<kind>"

RangeTag, ItemTag, ListTag = Tag(_RANGE), Tag(_ITEM), Tag(_LIST)


def is_tag(part: str | int) -> bool:
    """Return whether a part of pydantic's path names a shape and no place in the file."""
    return part in (_RANGE, _ITEM, _LIST) or str(part).startswith(_KIND)


def kind_tag(kind: object) -> str:
    """Return the tag of the shape that has this word as its `kind`."""
    return f"{_KIND}{kind}"


def kinds(tags: str) -> list[str]:
    """Return the words of the tags that pydantic lists."""
    return [tag.strip("' ").removeprefix(_KIND) for tag in tags.split(",")]


def _item_or_range(value: Any) -> str:  # noqa: ANN401  (any YAML value)
    is_range = isinstance(value, dict) and ("first" in value or "count" in value)
    return _RANGE if is_range else _ITEM


def _list_or_range(value: Any) -> str:  # noqa: ANN401  (any YAML value)
    return _RANGE if isinstance(value, dict) else _LIST


ITEM_OR_RANGE = Discriminator(_item_or_range)
LIST_OR_RANGE = Discriminator(_list_or_range)
