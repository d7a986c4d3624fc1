"""YAML text to plain data, and where every key and value stands.

YAML surprises the people who write specifications: version 1.1 reads `no` as false, `12:34:56` as a
number and `2026-01-01` as a date, later keys silently replace earlier ones, and once the text is
data nobody can say which line was wrong. So the text goes through PyYAML's C parser only as far as
nodes, and one walk of our own makes of them plain data (YAML 1.2 core scalars: null, true, false,
numbers, text) together with the place of each key and value.

Nothing here raises: what is wrong with the text is in `Document.problems`. Aliases and tags are not
part of the language; they are refused with their place, so no small file becomes a large one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from msgspec import Struct
from msgspec.structs import replace

from rackwright.problems import Position, Problem, quoted

Path = tuple[str | int, ...]
"""Where a value is in the data: keys, and for list items their place or their `name` or `index`."""

CODES = ("yaml-syntax", "yaml-tag", "yaml-alias", "duplicate-key")

_DEEPEST = 40
_WORDS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_OF_NUMBERS = frozenset("0123456789+-.")
"""What a number begins with."""
_WHOLE = r"[-+]?[0-9]{1,40}"
_BASED = r"0o[0-7]{1,40}|0x[0-9a-fA-F]{1,40}"
_REAL = r"[-+]?(?:\.[0-9]{1,40}|[0-9]{1,40}(?:\.[0-9]{0,40})?)(?:[eE][-+]?[0-9]{1,3})?"
_CORE = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("map", "seq", "str"))
_BASES = {"0o": 8, "0x": 16}


class Mark(Struct, frozen=True):
    """A stretch of one line; line and column count from 1."""

    line: int
    column: int
    width: int = 1
    file: str = ""
    """The file it is in, where that is not the document's own."""


class Document(Struct, frozen=True):
    """A YAML file as data and places. `data` is None where the text is not YAML at all."""

    file: str
    data: Any
    keys: Mapping[Path, Mark]
    values: Mapping[Path, Mark]
    problems: tuple[Problem, ...] = ()

    def problem(
        self,
        path: Path,
        code: str,
        message: str,
        *,
        because: tuple[str, ...] = (),
        hint: str = "",
        key: bool = False,
    ) -> Problem:
        """Return a problem about the value at `path`, or about its key if `key` is set."""
        mark = self.mark(path, key=key)
        at = Position(mark.file or self.file, mark.line, mark.column)
        return Problem(at, code, message, because, hint, mark.width, self.subject(path))

    def subject(self, path: Path) -> str:
        """Return `path` in words, list items by their name or index: `pools.train.image`."""
        words: list[str] = []
        here = self.data
        for part in path:
            here = here[found] if (found := _step(here, part)) is not None else None
            item = here if isinstance(part, int) and isinstance(here, dict) else {}
            words.append(str(item.get("name", item.get("index", part))))
        return ".".join(words)

    def at(self, path: Path) -> Position:
        """Return where `path` stands, for a sentence that names a second place."""
        mark = self.mark(path)
        return Position(mark.file or self.file, mark.line, mark.column)

    def mark(self, path: Path, *, key: bool = False) -> Mark:
        """Return the place of `path`, or of the nearest thing around it that is in the file."""
        place = self._place(path)
        value = self.values.get(place, Mark(1, 1))
        wanted = self.keys.get(place)
        if wanted and (
            key or len(place) < len(path) or isinstance(self._value(place), dict | list)
        ):
            return wanted
        return value

    def value(self, path: Path) -> Any:  # noqa: ANN401  (any YAML value)
        """Return the value at `path`; None where there is nothing."""
        place = self._place(path)
        return self._value(place) if len(place) == len(path) else None

    def graft(self, path: Path, part: Document) -> Document:
        """Return this document with the data of `part`, another file, in the place of `path`."""
        inside = len(path)
        keys = {place: mark for place, mark in self.keys.items() if place[:inside] != path}
        if path in self.keys:
            keys[path] = self.keys[path]
        values = {place: mark for place, mark in self.values.items() if place[:inside] != path}
        for marks, added in ((keys, part.keys), (values, part.values)):
            for place, mark in added.items():
                marks[(*path, *place)] = replace(mark, file=part.file)
        data = _grafted(self.data, path, part.data)
        return Document(self.file, data, keys, values, self.problems)

    def _place(self, path: Path) -> Path:
        if path in self.values:
            return path
        place: Path = ()
        here = self.data
        for part in path:
            found = _step(here, part)
            if found is None:
                break
            here = here[found]
            place = (*place, found)
        return place

    def _value(self, place: Path) -> Any:  # noqa: ANN401  (any YAML value)
        here = self.data
        for part in place:
            here = here[part]
        return here


def parse(text: str, file: str) -> Document:
    """Return the one YAML document in `text`; `file` is the name that problems carry."""
    try:
        node = yaml.compose(text, yaml.CBaseLoader)
    except yaml.YAMLError as error:
        return Document(file, None, {}, {}, (_syntax(error, text, file),))
    except RecursionError:
        problem = Problem(Position(file), "yaml-syntax", "the file is nested too deeply")
        return Document(file, None, {}, {}, (problem,))
    walk = _Walk(file, text)
    data = walk.value(node, ()) if node is not None else None
    return Document(file, data, walk.keys, walk.values, tuple(walk.problems))


class _Walk:
    """One pass over the nodes of one file."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.lines = text.splitlines()
        self.keys: dict[Path, Mark] = {}
        self.values: dict[Path, Mark] = {}
        self.problems: list[Problem] = []
        self.seen: set[int] = set()

    def value(self, node: yaml.Node, path: Path) -> Any:  # noqa: ANN401  (any YAML value)
        self.values[path] = self.mark(node)
        if len(path) > _DEEPEST:
            self.report(node, "yaml-syntax", "the file is nested too deeply")
            return None
        if id(node) in self.seen:
            message = "an alias repeats this, and aliases are not part of the language"
            self.report(node, "yaml-alias", message, "write it out where it is meant")
            return None
        self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, n)) for n, item in enumerate(node.value)]
        return self.scalar(node) if isinstance(node, yaml.ScalarNode) else None

    def mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        self.tag(node)
        data: dict[str, Any] = {}
        for key, value in self.pairs(node):
            child = (*path, key.value)
            if key.value in data:
                first = self.keys[child]
                hint = f"first given at {Position(self.file, first.line, first.column)}"
                self.report(key, "duplicate-key", f"{quoted(key.value)} is given twice", hint)
                continue
            self.keys[child] = self.mark(key)
            data[key.value] = self.value(value, child)
        return data

    def pairs(self, node: yaml.MappingNode) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                yield key, value
            else:
                self.report(key, "yaml-syntax", "a key must be a plain word")

    def scalar(self, node: yaml.ScalarNode) -> Any:  # noqa: ANN401  (any YAML scalar)
        self.tag(node)
        return node.value if node.style else _plain(node.value)

    def tag(self, node: yaml.Node) -> None:
        if node.tag and node.tag not in _CORE:
            self.report(node, "yaml-tag", f"the tag {quoted(node.tag)} is not part of the language")

    def mark(self, node: yaml.Node) -> Mark:
        start, end = node.start_mark, node.end_mark
        if start.line == end.line:
            width = end.column - start.column
        elif isinstance(node, yaml.MappingNode) and node.value and not node.flow_style:
            width = self.mark(node.value[0][0]).width
        else:
            line = self.lines[start.line] if start.line < len(self.lines) else ""
            width = len(line) - start.column
        return Mark(start.line + 1, start.column + 1, max(width, 1))

    def report(self, node: yaml.Node, code: str, message: str, hint: str = "") -> None:
        mark = self.mark(node)
        at = Position(self.file, mark.line, mark.column)
        self.problems.append(Problem(at, code, message, (), hint, mark.width))


def _grafted(here: Any, path: Path, data: Any) -> Any:  # noqa: ANN401  (any YAML value)
    if not path:
        return data
    copy = here.copy()
    copy[path[0]] = _grafted(here[path[0]], path[1:], data)
    return copy


def _step(here: Any, part: str | int) -> str | int | None:  # noqa: ANN401  (any YAML value)
    if isinstance(here, dict):
        return part if part in here else None
    if not isinstance(here, list):
        return None
    if isinstance(part, int):
        return part if part < len(here) else None
    for place, item in enumerate(here):
        if isinstance(item, dict) and part in (item.get("name"), str(item.get("index"))):
            return place
    return None


def _plain(text: str) -> Any:  # noqa: ANN401  (any YAML scalar)
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _OF_NUMBERS:
        return text
    if re.fullmatch(_WHOLE, text):
        return int(text)
    if re.fullmatch(_BASED, text):
        return int(text[2:], _BASES[text[:2]])
    if re.fullmatch(_REAL, text) and math.isfinite(number := float(text)):
        return number
    return text


def _syntax(error: yaml.YAMLError, text: str, file: str) -> Problem:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        at = Position(file, error.problem_mark.line + 1, error.problem_mark.column + 1)
        context = f"{error.context}: " if error.context else ""
        return Problem(at, "yaml-syntax", f"{context}{error.problem}")
    lines = ["?"]
    if isinstance(error, yaml.reader.ReaderError):  # the parser counts bytes
        before = text.encode()[: error.position].decode(errors="ignore")
        lines = f"{before}?".splitlines()
    at = Position(file, len(lines), len(lines[-1]))
    return Problem(at, "yaml-syntax", "a character YAML does not allow")
