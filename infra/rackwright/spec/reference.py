"""The language as a page to read, from the same descriptions as the JSON Schema.

A reference page that somebody writes beside the code says what was true a year ago. So the page is
made from the schema that editors use: every key with its type, bounds, default and description, a
section for every kind of mapping, in the order in which a reader of site.yaml meets them. What no
schema says of a site's folder comes after them, from `chapters`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from rackwright.spec import chapters
from rackwright.spec.models import model
from rackwright.spec.site import Site

_HEAD = """# The specification

What may stand in `site.yaml`. A key that is not listed is refused. Written by
`rackwright schema --write`; `site.schema.json` beside it says the same to editors. After the keys:
[ranges and their exceptions](#ranges-and-their-exceptions), [includes](#includes),
[as-built data](#as-built-data) and [hardware types](#hardware-types).
"""
_PREFIX = "#/$defs/"
_FORMATS = {
    "ipv4": "an IPv4 address such as 10.63.0.10",
    "ipv4network": "an IPv4 prefix such as 10.64.0.0/16",
    "ipv6": "an IPv6 address",
    "ipv6network": "an IPv6 prefix",
}
_TYPES = {"boolean": "true or false", "string": "text", "null": "nothing"}
_NUMBERS = {"integer": "a whole number", "number": "a number"}
_BOUNDS = (
    ("minimum", "at least"),
    ("exclusiveMinimum", "more than"),
    ("maximum", "at most"),
    ("exclusiveMaximum", "less than"),
)

Node = dict[str, Any]


def reference_text() -> str:
    """Return the reference page of the language, in Markdown."""
    schema = model(Site).model_json_schema()
    kinds = {Site.__name__: schema, **schema["$defs"]}
    sections = [_section(name, kinds) for name in _order(kinds)]
    return "\n".join((_HEAD, *sections, *chapters.chapters()))


def _order(kinds: dict[str, Node]) -> Iterator[str]:
    """Yield the kinds in the order of their first mention, a kind's own parts right after it."""
    seen: set[str] = set()
    waiting = [Site.__name__]
    while waiting:
        name = waiting.pop(0)
        if name not in seen:
            seen.add(name)
            yield name
            waiting[:0] = _mentioned(kinds[name].get("properties", {}))


def _mentioned(node: Any) -> Iterator[str]:  # noqa: ANN401  (any JSON value)
    if isinstance(node, dict):
        reference = node.get("$ref", "")
        if isinstance(reference, str) and reference:
            yield reference.removeprefix(_PREFIX)
    for value in node.values() if isinstance(node, dict) else node:
        if isinstance(value, dict | list):
            yield from _mentioned(value)


def _section(name: str, kinds: dict[str, Node]) -> str:
    kind = kinds[name]
    required = kind.get("required", ())
    rows = [
        f"| `{key}` | {_type(part)} | {_default(key, part, required)} | {_meaning(part, kinds)} |"
        for key, part in kind.get("properties", {}).items()
    ]
    table = ("| key | value | default | meaning |", "| --- | --- | --- | --- |", *rows)
    return "\n".join((f"## {name}", "", kind.get("description", ""), "", *table, ""))


def _meaning(part: Node, kinds: dict[str, Node]) -> str:
    kind = kinds.get(part.get("$ref", "").removeprefix(_PREFIX), {})
    return _cell(part.get("description") or kind.get("description", ""))


def _default(key: str, part: Node, required: Any) -> str:  # noqa: ANN401  (a JSON list)
    if key in required:
        return "required"
    value = part.get("default")
    return "" if value is None or value in ({}, []) else f"`{json.dumps(value)}`"


def _type(part: Node) -> str:
    if "$ref" in part:
        name = part["$ref"].removeprefix(_PREFIX)
        return f"[{name}](#{name.lower()})"
    if "const" in part or "enum" in part:
        words = part["enum"] if "enum" in part else [part["const"]]
        return " or ".join(f"`{json.dumps(word).strip(chr(34))}`" for word in words)
    return _choice(tuple(_shapes(part))) if "anyOf" in part or "oneOf" in part else _plain(part)


def _shapes(part: Node) -> Iterator[Node]:
    """Yield the shapes a value may have, those within a choice of choices, too."""
    options: list[Node] = [*part.get("anyOf", ()), *part.get("oneOf", ())]
    for option in options:
        yield from _shapes(option)
    if not options and part != {"type": "null"}:
        yield part


def _choice(shapes: tuple[Node, ...]) -> str:
    """Return what may stand there, where a list of things has one of them in its place, too."""
    lists = tuple(shape for shape in shapes if shape.get("type") == "array")
    alone = dict.fromkeys(_type(shape) for shape in shapes if shape not in lists)
    if len(lists) != 1 or not alone:
        return " or ".join(dict.fromkeys(_type(shape) for shape in shapes))
    items = dict.fromkeys(_type(shape) for shape in _shapes(lists[0]["items"]))
    one = "one" if items == alone else " or ".join(alone) + ","
    return f"{one} or a {_plain(lists[0])}"


def _plain(part: Node) -> str:
    kind = part.get("type", "")
    if kind == "array":
        least = part.get("minItems", 0)
        return f"list{f' ({least} or more)' if least else ''} of: {_type(part.get('items', {}))}"
    if kind == "object" and isinstance(part.get("additionalProperties"), dict):
        return f"mapping of names to: {_type(part['additionalProperties'])}"
    if kind == "object":
        keys = ", ".join(f"{key}: …" for key in part.get("properties", {}))
        return f"`{{{keys}}}`"
    if kind in _NUMBERS:
        bounds = [f"{words} {part[name]:,}" for name, words in _BOUNDS if name in part]
        return ", ".join((_NUMBERS[kind], *bounds))
    form = part.get("patternErrorMessage", "").removeprefix("expected ")
    return _cell(form or _FORMATS.get(part.get("format", ""), _TYPES.get(kind, "anything")))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
