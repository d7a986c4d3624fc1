"""Which line of which template made a line of a rendered file.

Jinja compiles a template to a generator and keeps a table of which of its lines came from which
line of the template. So the template is filled once more, piece by piece, and at every piece the
table says where the generator stands; the generators of included templates are asked in its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from types import GeneratorType
from typing import Any

import jinja2
from msgspec import Struct

from rackwright.render import jinja

_TELLING = 4
"""Shorter text stands in too many lines to tell where it is from."""


class _Piece(Struct, frozen=True):
    """What a template's generator gave at once, and where it stood."""

    text: str
    template: str
    line: int
    written: tuple[str, ...]


def sources(text: str, run: Callable[[], object]) -> dict[int, str]:
    """Return `template:line` by line of `text`, for those lines that a template made.

    `run` renders `text` again; whatever templates it fills are watched while it does. What a short
    text says of a line is nearer than what a longer one around it says.
    """
    found: dict[int, str] = {}
    made = [list(_pieces(template, values)) for template, values in _filled(run)]
    for pieces in sorted(made, key=lambda each: -sum(len(piece.text) for piece in each)):
        before = _lines_before("".join(piece.text for piece in pieces), text)
        if before is not None:
            found.update((before + 1 + row, source) for row, source in _by_line(pieces))
    return found


def _lines_before(made: str, text: str) -> int | None:
    """Return after how many lines of `text` stands what a template made; None where it does not.

    It begins a line, but need not end one: in a list a comma may follow it.
    """
    start = f"\n{text}".find(f"\n{made.removesuffix(chr(10))}") if made else -1
    return text.count("\n", 0, start) if start >= 0 else None


def _filled(run: Callable[[], object]) -> list[tuple[jinja2.Template, Mapping[str, object]]]:
    seen: list[tuple[jinja2.Template, Mapping[str, object]]] = []
    with jinja.watched(lambda template, values: seen.append((template, values))):
        run()
    return seen


def _pieces(template: jinja2.Template, values: Mapping[str, object]) -> Iterator[_Piece]:
    """Yield every piece of the text with the template and the line that it comes from."""
    generator = template.root_render_func(template.new_context(dict(values)))
    for piece in generator:
        yield _Piece(piece, *_standing(generator))


def _standing(generator: Any) -> tuple[str, int, tuple[str, ...]]:  # noqa: ANN401  (Jinja's own)
    """Return name, line and text of the template that a generator stands in."""
    while isinstance(generator.gi_yieldfrom, GeneratorType):
        generator = generator.gi_yieldfrom
    frame = generator.gi_frame
    pairs = (pair.split("=") for pair in frame.f_globals["debug_info"].split("&") if pair)
    line = 1
    for of_template, of_code in pairs:
        if int(of_code) > frame.f_lineno:
            break
        line = int(of_template)
    written = tuple(Path(frame.f_code.co_filename).read_text().splitlines())
    return frame.f_globals["name"], line, written


def _by_line(pieces: list[_Piece]) -> Iterator[tuple[int, str]]:
    """Yield each line, counted from 0, with its source; a later piece of the same line wins."""
    row = 0
    for piece in pieces:
        line = piece.line
        for further, part in enumerate(piece.text.split("\n")):
            row += further > 0
            if part.strip():
                line = _written_at(part, line + (further > 0), piece)
                yield row, f"templates/{piece.template}:{line}"


def _written_at(part: str, line: int, piece: _Piece) -> int:
    """Return where a part of a line is written: Jinja's table has holes, but not all plain text.

    A line that is just that text comes before one that only holds it. Text that no line holds is
    of a value, and all lines of that are written where it is.
    """
    if len(part.strip()) >= _TELLING:
        places = (*range(line, len(piece.written) + 1), *range(line - 1, 0, -1))
        words = re.compile(rf"(?<!\w){re.escape(part.strip())}(?!\w)")
        whole = (place for place in places if piece.written[place - 1].strip() == part.strip())
        held = (place for place in places if words.search(piece.written[place - 1]))
        return next(chain(whole, held), piece.line)
    return min(line, len(piece.written))
