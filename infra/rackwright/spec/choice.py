"""A value that may be written in several shapes: an item or a range, a list or a range, by `kind`.

Whoever tries each shape reports the mistakes of all of them. Here the first look at the data says
which shape is meant, and only that one's mistakes are reported.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

_RANGE, _ITEM, _LIST = "<range>", "<item>", "<list>"
_KIND = "<kind>"


class Tag(Struct, frozen=True):
    """Says which of the shapes of a choice a type is."""

    word: str

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:  # noqa: ANN401
        """Return what pydantic knows of the type itself, with pydantic's own tag."""
        import pydantic

        return pydantic.Tag(self.word).__get_pydantic_core_schema__(source, handler)


class Choice(Struct, frozen=True):
    """Says of several shapes which is meant: the function returns its tag, None for none."""

    look: Callable[[Any], str | None]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:  # noqa: ANN401
        """Return pydantic's own choice by that function."""
        from pydantic import Discriminator

        return Discriminator(self.look).__get_pydantic_core_schema__(source, handler)


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


ITEM_OR_RANGE = Choice(_item_or_range)
LIST_OR_RANGE = Choice(_list_or_range)
