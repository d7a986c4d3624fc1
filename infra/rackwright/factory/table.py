"""A factory's inventory as cells with places, and each row as one of ours.

The exports come from spreadsheets: quoted cells, semicolons, MAC addresses in four notations, rows
for things that are no position of ours. Whatever can be read is brought into the form of
as-built/; whatever cannot is refused with its line and column, because a serial that is silently
left out is missed when the rack is dark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rackwright import asbuilt
from rackwright.asbuilt import Cell
from rackwright.problems import Position, Problem, quoted
from rackwright.spec.columns import ColumnMap
from rackwright.yamlfile import Document

CODES = ("import-column", "import-row", "import-cell")

_MAC_DIGITS, _GUID_DIGITS = 12, 16
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """One device of the factory's inventory: what it says, by our columns, and where."""

    cells: Mapping[str, Cell]
    """As the factory writes them."""
    values: Mapping[str, str]
    """The same in the form of as-built/."""


def read(
    text: str, file: str, columns: ColumnMap, document: Document
) -> tuple[tuple[Entry, ...], tuple[Problem, ...]]:
    """Return the rows of a factory's inventory that are ours, and what is wrong with it."""
    lines = [(n, line) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not lines:
        return (), (Problem(Position(file), "import-row", "the file is empty"),)
    head, *body = [tuple(cells(line, n, file, columns.delimiter)) for n, line in lines]
    headings = [cell.text for cell in head]
    if problems := tuple(_missing(columns, headings, document)):
        return (), problems
    found: list[Entry] = []
    said: list[Problem] = []
    for row in body:
        if len(row) != len(head):
            message = f"this row has {len(row)} columns, and the first line has {len(head)}"
            said.append(Problem(row[0].at, "import-row", message, (), "", _width(row)))
        elif not _is_skipped(columns, headings, row):
            entry = _entry(columns, headings, row)
            wrong = tuple(_wrong(entry))
            said += wrong
            found += [] if wrong else [entry]
    return tuple(found), tuple(said)


def cells(line: str, number: int, file: str, delimiter: str) -> Iterator[Cell]:
    """Yield the cells of one line, quoted ones without their quotes."""
    end = re.escape(delimiter)
    pattern = re.compile(rf' *(?:"(?P<quoted>(?:[^"]|"")*)" *(?={end}|$)|(?P<bare>[^{end}]*))')
    start = 0
    while start <= len(line):
        found = pattern.match(line, start)
        if found is None:
            return
        part = "bare" if found["quoted"] is None else "quoted"
        text = found[part].replace('""', '"') if part == "quoted" else found[part]
        lost = len(text) - len(text.lstrip())
        at = Position(file, number, found.start(part) + lost + 1)
        yield Cell(text.strip(), at, len(text.strip()))
        start = found.end() + 1


def _wanted(columns: ColumnMap) -> dict[str, str]:
    """Return the factory's headings by our columns, those that the map names."""
    return {ours: theirs for ours, theirs in columns.columns if theirs is not None}


def _missing(columns: ColumnMap, headings: list[str], document: Document) -> Iterator[Problem]:
    wanted = {("columns", ours): theirs for ours, theirs in _wanted(columns).items()}
    if columns.skip:
        wanted["skip", "column"] = columns.skip.column
    for path, heading in wanted.items():
        if (times := headings.count(heading)) != 1:
            shown = ", ".join(headings[:_SHOWN]) + (", …" if len(headings) > _SHOWN else "")
            yield document.problem(
                path,
                "import-column",
                f"the inventory has {'no' if not times else 'more than one'} column {heading!r}",
                because=(f"its columns are {shown}",),
            )


def _is_skipped(columns: ColumnMap, headings: list[str], row: tuple[Cell, ...]) -> bool:
    skip = columns.skip
    return skip is not None and row[headings.index(skip.column)].text in skip.values


def _entry(columns: ColumnMap, headings: list[str], row: tuple[Cell, ...]) -> Entry:
    found = {ours: row[headings.index(theirs)] for ours, theirs in _wanted(columns).items()}
    values = {ours: _ours(ours, cell.text, columns) for ours, cell in found.items()}
    return Entry(found, values)


def _ours(column: str, text: str, columns: ColumnMap) -> str:
    """Return what a cell says, in the form of as-built/."""
    if column == "rack":
        return columns.racks.get(text, text)
    if column == "tray":
        return columns.trays.get(text, text)
    digits = re.sub("[:. -]", "", text.lower()).removeprefix("0x")
    if column.endswith("_mac") and len(digits) == _MAC_DIGITS:
        return ":".join(digits[n : n + 2] for n in range(0, _MAC_DIGITS, 2))
    if column.startswith("guid_") and len(digits) == _GUID_DIGITS:
        return f"0x{digits}"
    return text


def _wrong(entry: Entry) -> Iterator[Problem]:
    for column, cell in entry.cells.items():
        if column not in ("rack", "tray"):  # where it belongs is judged against the site
            sentence = asbuilt.expected(column, entry.values[column])
            if sentence:
                message = f"{column} is {quoted(cell.text)}, expected {sentence}"
                yield cell.problem("import-cell", message)


def _width(row: tuple[Cell, ...]) -> int:
    return row[-1].at.column + row[-1].width - row[0].at.column
