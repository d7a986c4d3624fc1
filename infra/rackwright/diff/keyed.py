"""JSON and YAML compared by key: what a program reads differently, whatever the lines do.

A list whose items have names is compared by them, so that one that is new does not change all that
follow. Text that cannot be read as data is left to be compared line by line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from rackwright import yamlfile
from rackwright.diff.model import Line

ENDINGS = (".json", ".yaml", ".yml")
NAMES = ("name", "label", "hostname", "id", "subnet", "path", "source")
"""What names an item of a list: the first that all have, each another. Else its place does."""
Piece = tuple[tuple[str, ...], tuple[Line, ...]]


def pieces(path: str, old: str, new: str) -> tuple[Piece, ...] | None:
    """Return what differs by key, as hunks with the keys around them; None where it is no data."""
    try:
        was, will = (_data(path, text) for text in (old, new))
    except ValueError:
        return None
    return tuple(
        (parents, tuple(lines)) for parents, lines in _grouped(_differences(was, will, ())).items()
    )


def _data(path: str, text: str) -> Any:  # noqa: ANN401  (any data)
    if not path.endswith(".json"):
        document = yamlfile.parse(text, path)
        if document.problems:
            raise ValueError(path)
        return document.data
    bare = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("//"))
    if bare.lstrip().startswith(","):  # a part of a list that another file includes
        bare = f"[{bare.lstrip()[1:]}]"
    return json.loads(bare)


def _grouped(
    found: Iterator[tuple[tuple[str, ...], str, Any]],
) -> dict[tuple[str, ...], list[Line]]:
    grouped: dict[tuple[str, ...], list[Line]] = {}
    for keys, sign, value in found:
        inside = grouped.setdefault(keys[:-1], [])
        name = keys[-1] if keys else ""
        text = json.dumps(value, ensure_ascii=False, indent=2).splitlines()
        inside.append(Line(sign, text[0] if name in ("", text[0]) else f"{name}: {text[0]}"))
        inside.extend(Line(sign, line) for line in text[1:])
    return grouped


def _differences(
    old: Any,  # noqa: ANN401  (any data)
    new: Any,  # noqa: ANN401  (any data)
    keys: tuple[str, ...],
) -> Iterator[tuple[tuple[str, ...], str, Any]]:
    """Yield the keys that lead to what is gone or new, with its sign and value."""
    if old == new and type(old) is type(new):
        return
    left, right = _parts(old), _parts(new)
    if left is None or right is None:
        yield keys, "-", old
        yield keys, "+", new
        return
    for key in dict.fromkeys((*left, *right)):
        if key in left and key in right:
            yield from _differences(left[key], right[key], (*keys, key))
        elif key in left:
            yield (*keys, key), "-", left[key]
        else:
            yield (*keys, key), "+", right[key]


def _parts(value: Any) -> Mapping[str, Any] | None:  # noqa: ANN401  (any data)
    if isinstance(value, dict):
        return value
    if not isinstance(value, list):
        return None
    if value and all(isinstance(each, dict) for each in value):
        for name in NAMES:
            found = [each.get(name) for each in value]
            if None not in found and len(set(map(str, found))) == len(found):
                return {f"{name} {each[name]}": each for each in value}
        return {f"[{place}]": each for place, each in enumerate(value)}
    words = [json.dumps(each, ensure_ascii=False, sort_keys=True) for each in value]
    return dict(zip(words, value, strict=True)) if len(set(words)) == len(words) else None
