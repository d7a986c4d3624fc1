"""As-built data: which serial and which MACs really sit in which position.

The factory and the technicians know these, the specification does not. They come as one CSV file
per scalable unit, `as-built/<unit>.csv`, because tables of serials are edited, compared and
imported as tables. Every row keeps its place, so that a rule can point at the line and column that
is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rackwright.problems import Position, Problem, quoted

COLUMNS = ("rack", "tray", "serial", "bmc_mac", "in_band_mac")
CODES = ("as-built-header", "as-built-columns", "as-built-cell")

_MAC = re.compile(r"[0-9A-Fa-f]{2}(?:([:-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}")
_SERIAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,63}")
_LABEL = re.compile(r"[a-z][a-z0-9-]{0,31}")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a CSV file and its place."""

    text: str
    at: Position
    width: int

    def problem(
        self, code: str, message: str, because: tuple[str, ...] = (), hint: str = ""
    ) -> Problem:
        """Return a problem about this cell."""
        return Problem(self.at, code, message, because, hint, max(self.width, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One device: where it sits and what it is. `in_band_mac` is empty where it has no host."""

    rack: Cell
    tray: Cell
    serial: Cell
    bmc_mac: Cell
    in_band_mac: Cell


@dataclass(frozen=True, slots=True)
class AsBuilt:
    """The rows of one unit's file."""

    file: str
    rows: tuple[Row, ...]


def parse(text: str, file: str) -> tuple[AsBuilt, tuple[Problem, ...]]:
    """Return the rows in `text` that can be read, and what is wrong with the others."""
    lines = text.splitlines()
    if not lines or tuple(cell.strip() for cell in lines[0].split(",")) != COLUMNS:
        problem = Problem(
            Position(file),
            "as-built-header",
            "the first line must name the columns",
            () if lines else ("the file is empty",),
            f"write {','.join(COLUMNS)}",
            max(len(lines[0]), 1) if lines else 1,
        )
        return AsBuilt(file, ()), (problem,)
    rows: list[Row] = []
    problems: list[Problem] = []
    for number, line in enumerate(lines[1:], start=2):
        if line.strip():
            row = _row(line, number, file, problems)
            rows += [row] if row else []
    return AsBuilt(file, tuple(rows)), tuple(problems)


def _row(line: str, number: int, file: str, problems: list[Problem]) -> Row | None:
    cells = tuple(_cells(line, number, file))
    if len(cells) != len(COLUMNS):
        problems.append(
            Problem(
                Position(file, number),
                "as-built-columns",
                f"this row has {len(cells)} columns, not {len(COLUMNS)}",
                (),
                f"the columns are {','.join(COLUMNS)}",
                len(line),
            )
        )
        return None
    wrong = [
        cell.problem("as-built-cell", f"{column} is {quoted(cell.text)}, expected {sentence}")
        for column, cell in zip(COLUMNS, cells, strict=True)
        for fits, sentence in (_EXPECTED[column],)
        if not fits(cell.text)
    ]
    problems.extend(wrong)
    if wrong:
        return None
    rack, tray, serial, bmc_mac, in_band_mac = cells
    return Row(
        rack=rack,
        tray=tray,
        serial=serial,
        bmc_mac=_lowered(bmc_mac),
        in_band_mac=_lowered(in_band_mac),
    )


def _cells(line: str, number: int, file: str) -> Iterator[Cell]:
    start = 0
    for raw in line.split(","):
        text = raw.strip()
        column = start + len(raw) - len(raw.lstrip()) + 1
        yield Cell(text, Position(file, number, column), len(text))
        start += len(raw) + 1


def _lowered(cell: Cell) -> Cell:
    return Cell(cell.text.lower().replace("-", ":"), cell.at, cell.width)


def _is_mac(text: str) -> bool:
    is_mac = _MAC.fullmatch(text) and int(text[:2], 16) % 2 == 0
    return bool(is_mac and text.strip("0:-"))


_EXPECTED: dict[str, tuple[Callable[[str], object], str]] = {
    "rack": (_LABEL.fullmatch, "the name of a rack"),
    "tray": (_LABEL.fullmatch, "the label of a tray: c07, nvsw-03, pwr-01"),
    "serial": (_SERIAL.fullmatch, "a serial number of 3 to 64 letters, digits, dots or hyphens"),
    "bmc_mac": (_is_mac, "a unicast MAC address such as 3c:6d:66:00:01:01"),
    "in_band_mac": (
        lambda text: not text or _is_mac(text),
        "a unicast MAC address such as 3c:6d:66:00:01:01, or nothing",
    ),
}
