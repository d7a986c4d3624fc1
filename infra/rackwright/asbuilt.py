"""As-built data: which serial, MACs and GUIDs really sit in which position.

The factory and the technicians know these, the specification does not. They come as one CSV file
per scalable unit, `as-built/<unit>.csv`, because tables of serials are edited, compared and
imported as tables. A campus has forty thousand rows and nearly all are plain: one pattern finds
every row of a plain table. Any other table is read line by line, and what is not plain in it cell
by cell. A row keeps its line, so that a rule can point at the column that is wrong.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property, partial
from hashlib import sha256
from itertools import chain
from operator import attrgetter
from pathlib import Path

from msgspec import Struct, msgpack

from rackwright import tree
from rackwright.inputs import AS_BUILT
from rackwright.problems import Position, Problem, RackwrightError, quoted

COLUMNS = ("rack", "tray", "serial", "bmc_mac", "in_band_mac")
GUID_COLUMNS = tuple(f"guid_{rail}" for rail in range(1, 9))
"""May follow the others, as many of them as a compute tray has NICs on its fabric."""
OOB_COLUMN = "oob_mac"
"""May be the last: of what else of a device is on the out-of-band network, beside its BMC."""
CODES = ("as-built-header", "as-built-columns", "as-built-cell")

_NAME = "[a-z][a-z0-9-]{0,31}"
_SERIAL = "[A-Za-z0-9][A-Za-z0-9._-]{2,63}"
_PLAIN_MAC = "(?!00:00:00:00:00:00)[0-9a-f][02468ace](?::[0-9a-f]{2}){5}"
_PLAIN_GUID = "(?!0x0{16})0x[0-9a-f]{16}"
_PLAIN_CELLS = f"({_NAME}),({_NAME}),({_SERIAL}),({_PLAIN_MAC}|),({_PLAIN_MAC}|)"
_MAC = r"[0-9A-Fa-f]{2}(?:([:-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}"
_GUID = r"(?:0x)?[0-9A-Fa-f]{16}|[0-9A-Fa-f]{4}(?::[0-9A-Fa-f]{4}){3}"


class Cell(Struct, frozen=True):
    """A cell of a CSV file and its place."""

    text: str
    at: Position
    width: int

    def problem(
        self, code: str, message: str, because: tuple[str, ...] = (), hint: str = ""
    ) -> Problem:
        """Return a problem about this cell."""
        return Problem(self.at, code, message, because, hint, max(self.width, 1))


class Row(Struct, frozen=True):
    """One device: where it sits and what it is. Addresses are in one form, however written."""

    rack: str
    tray: str
    serial: str
    bmc_mac: str
    """Empty where it has no BMC: management switches have none."""
    in_band_mac: str
    """Empty where it has no host."""
    guids: tuple[str, ...]
    """Of its NICs on the compute fabric, rail by rail; empty where the file has no such columns."""
    oob_mac: str
    """Of a tray's BlueField BMC, an NVLink switch tray's NVOS, an Ethernet switch's eth0."""
    line: str
    file: str
    number: int
    """Which line of the file it is."""

    def cell(self, column: str) -> Cell:
        """Return the cell of a column as it is written, with its place."""
        written = tuple(_cells(self.line, self.number, self.file))
        return written[-1 if column == OOB_COLUMN else (*COLUMNS, *GUID_COLUMNS).index(column)]


class AsBuilt(Struct, frozen=True, dict=True):
    """The rows of one unit's file."""

    file: str
    rows: tuple[Row, ...]
    is_plain: bool = False
    """Whether every line is in the one form that rows have: then it need only be cut at commas."""

    @cached_property
    def by_position(self) -> Mapping[tuple[str, str], Row]:
        """The rows by rack and label; of two for one position, the first."""
        return {(row.rack, row.tray): row for row in reversed(self.rows)}

    def claims(self) -> list[str]:
        """Return what it claims for itself alone: serials, MACs and GUIDs, a line each.

        No MAC is written like a GUID; a serial can be, so its line says what it is.
        """
        found = [f"serial {row.serial}" for row in self.rows]
        for column in ("bmc_mac", "in_band_mac", OOB_COLUMN):
            found += filter(None, map(attrgetter(column), self.rows))
        found += filter(None, chain.from_iterable(map(attrgetter("guids"), self.rows)))
        return found

    def guid_digest(self) -> str:
        """Return the SHA-256 of nothing but which position has which GUIDs."""
        known = sorted((row.rack, row.tray, row.guids) for row in self.rows if row.guids)
        return sha256(msgpack.encode(known)).hexdigest()

    def shape(self) -> str:
        """Return the SHA-256 of which rows there are, and which of their cells are empty.

        Nothing else of a table matters to whether it fits the specification.
        """
        shapes = [
            (
                row.rack,
                row.tray,
                not row.bmc_mac,
                not row.in_band_mac,
                not row.oob_mac,
                *[not guid for guid in row.guids],
            )
            for row in self.rows
        ]
        return sha256(msgpack.encode(shapes)).hexdigest()


NO_ROW = Row("", "", "", "", "", (), "", "", "", 0)
"""Stands for the row of a position that no table names."""
NOTHING = AsBuilt("", ())
"""Stands for the table of a unit that has none."""
Guids = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Those of devices that have any, by rack and label."""


class Tables(Mapping[str, AsBuilt]):
    """The tables of a site by scalable unit, each parsed when it is asked for, and only one kept.

    For whoever takes them one at a time, because the rows of a campus fill a small machine. What is
    wrong with a table is in `parsed`.
    """

    def __init__(
        self, texts: Mapping[str, tuple[str, str]], plain: Collection[str] = frozenset()
    ) -> None:
        self.texts = texts
        """Text and file of each."""
        self._plain = plain
        """Units whose tables were parsed before, and found to be plain."""
        self._last: tuple[str, tuple[AsBuilt, tuple[Problem, ...]]] = ("", (NOTHING, ()))

    def parsed(self, unit: str) -> tuple[AsBuilt, tuple[Problem, ...]]:
        """Return the table of a unit and what is wrong with it; an empty one where it has none."""
        if unit != self._last[0]:
            self._last = unit, self._parsed(unit)
        return self._last[1]

    def _parsed(self, unit: str) -> tuple[AsBuilt, tuple[Problem, ...]]:
        if unit not in self.texts:
            return NOTHING, ()
        return (_cut(*self.texts[unit]), ()) if unit in self._plain else parse(*self.texts[unit])

    def guids(self, unit: str) -> Guids:
        """Return what `guids` does; the rows of a table that is known to be plain are not made."""
        if unit in self._plain and unit in self.texts and unit != self._last[0]:
            return _by_rack(_cut_guids(self.texts[unit][0]))
        return _by_rack((row.rack, row.tray, row.guids) for row in self.parsed(unit)[0].rows)

    def __getitem__(self, unit: str) -> AsBuilt:
        if unit not in self.texts:
            raise KeyError(unit)
        return self.parsed(unit)[0]

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts)

    def __len__(self) -> int:
        return len(self.texts)


class Texts(Mapping[str, tuple[str, str]]):
    """Text and file of every as-built table of a site, by unit, read when it is asked for.

    Raises:
        RackwrightError: A table is not what it was when its digest was noted.
    """

    def __init__(self, site: Path, inputs: Mapping[str, str]) -> None:
        self._site = site
        self._digests = {unit: inputs[name] for name in inputs if (unit := unit_of(name))}

    def __getitem__(self, unit: str) -> tuple[str, str]:
        digest, file = self._digests[unit], self._site / file_of(unit)
        raw = tree.read_bytes(file)
        if raw is None or sha256(raw).hexdigest() != digest:
            raise RackwrightError(f"{file} changes while it is read", "render again")
        return raw.removeprefix(BOM_UTF8).decode(errors="replace"), str(file)

    def __iter__(self) -> Iterator[str]:
        return iter(self._digests)

    def __len__(self) -> int:
        return len(self._digests)

    def __contains__(self, unit: object) -> bool:
        return unit in self._digests


def guids(tables: Mapping[str, AsBuilt], unit: str) -> Guids:
    """Return the GUIDs of a unit's devices; of two rows for one position, those of the last."""
    if isinstance(tables, Tables):
        return tables.guids(unit)
    rows = tables.get(unit, NOTHING).rows
    return _by_rack((row.rack, row.tray, row.guids) for row in rows)


def file_of(unit: str) -> str:
    """Return the name in its site of the file that the table of a unit is in."""
    folder, ending = AS_BUILT
    return f"{folder}/{unit}{ending}"


def unit_of(name: str) -> str:
    """Return the unit whose table is in a file of the site; empty where it is no such file."""
    folder, ending = AS_BUILT
    above, _, file = name.rpartition("/")
    return file.removesuffix(ending) if above == folder and file.endswith(ending) else ""


def parse(text: str, file: str) -> tuple[AsBuilt, tuple[Problem, ...]]:
    """Return the rows in `text` that can be read, and what is wrong with the others."""
    lines = text.splitlines()
    columns = tuple(cell.strip() for cell in lines[0].split(",")) if lines else ()
    if not _is_header(columns):
        problem = Problem(
            Position(file),
            "as-built-header",
            "the first line must name the columns",
            () if lines else ("the file is empty",),
            f"write {','.join(COLUMNS)}",
            max(len(lines[0]), 1) if lines else 1,
        )
        return AsBuilt(file, ()), (problem,)
    problems: list[Problem] = []
    rows = _plain_rows(2, lines[1:], file, columns)
    if rows is not None:
        return AsBuilt(file, rows, is_plain=True), ()
    return AsBuilt(file, tuple(_rows(lines[1:], file, columns, problems))), tuple(problems)


def _cut(text: str, file: str) -> AsBuilt:
    """Return the rows of a table that is known to be plain."""
    head, *lines = text.splitlines()
    end = "" if head.endswith(OOB_COLUMN) else ","
    cells = [f"{line}{end}".split(",") for line in lines]
    return AsBuilt(file, tuple(_of_cells(2, lines, cells, file)), is_plain=True)


def _cut_guids(text: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield rack, label and GUIDs of the rows of a table that is known to be plain."""
    head, *lines = text.splitlines()
    columns = sum(each in GUID_COLUMNS for each in head.split(","))
    for line in lines:
        if ",0x" in line:
            rack, tray, _, _, _, *more = line.split(",")
            yield rack, tray, tuple(more[:columns])


def _by_rack(found: Iterable[tuple[str, str, tuple[str, ...]]]) -> Guids:
    racks: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for rack, tray, known in found:
        if any(known):
            racks[rack][tray] = known
    return racks


def expected(column: str, text: str) -> str:
    """Return which form a column's cells have where `text` has another; empty where it fits."""
    fits, sentence = _EXPECTED["guid" if column in GUID_COLUMNS else column]
    return "" if fits(text) else sentence


def plain(column: str, text: str) -> str:
    """Return the text of a cell in the one form that rows have it in."""
    if column.endswith("_mac"):
        return text.lower().replace("-", ":")
    if column in GUID_COLUMNS and text:
        return "0x" + text.lower().removeprefix("0x").replace(":", "")
    return text


def _is_header(columns: tuple[str, ...]) -> bool:
    base, more = columns[: len(COLUMNS)], columns[len(COLUMNS) :]
    guids = more[:-1] if more[-1:] == (OOB_COLUMN,) else more
    return base == COLUMNS and guids == GUID_COLUMNS[: len(guids)]


def _rows(
    lines: list[str], file: str, columns: tuple[str, ...], problems: list[Problem]
) -> Iterator[Row]:
    """Yield the rows of a table in which some line is not plain."""
    for number, line in enumerate(lines, start=2):
        found = _plain_rows(number, [line], file, columns)
        if found is None and line.strip():
            row = _row(number, line, file, columns, problems)
            found = (row,) if row else ()
        yield from found or ()


def _plain_rows(
    first: int, lines: list[str], file: str, columns: tuple[str, ...]
) -> tuple[Row, ...] | None:
    """Return the rows of lines, the first of that number, if all of them are plain."""
    has_oob = columns[-1] == OOB_COLUMN
    guids = len(columns) - len(COLUMNS) - has_oob
    found = _plain_row(guids, has_oob).findall("\n".join(lines))
    if len(found) != len(lines):
        return None
    return tuple(_of_cells(first, lines, found, file))


def _of_cells(
    first: int, lines: list[str], found: Iterable[Sequence[str]], file: str
) -> Iterator[Row]:
    for number, (line, cells) in enumerate(zip(lines, found, strict=True), start=first):
        rack, tray, serial, bmc, host, *guids, oob = cells
        yield Row(rack, tray, serial, bmc, host, tuple(guids), oob, line, file, number)


@cache
def _plain_row(guids: int, has_oob: bool) -> re.Pattern[str]:
    """Return the pattern of a line with so many GUIDs; its last cell is the one out of band."""
    last = f",({_PLAIN_MAC}|)" if has_oob else "()"
    return re.compile(f"^{_PLAIN_CELLS}{f',({_PLAIN_GUID}|)' * guids}{last}$", re.MULTILINE)


def _row(
    number: int, line: str, file: str, columns: tuple[str, ...], problems: list[Problem]
) -> Row | None:
    cells = tuple(_cells(line, number, file))
    if len(cells) != len(columns):
        message = f"this row has {len(cells)} columns, not {len(columns)}"
        hint = f"the columns are {','.join(columns)}"
        at = Position(file, number)
        problems.append(Problem(at, "as-built-columns", message, (), hint, len(line)))
        return None
    wrong = [
        cell.problem("as-built-cell", f"{column} is {quoted(cell.text)}, expected {sentence}")
        for column, cell in zip(columns, cells, strict=True)
        if (cell.text or column != "bmc_mac") and (sentence := expected(column, cell.text))
    ]
    problems.extend(wrong)
    if wrong:
        return None
    values = [plain(column, cell.text) for column, cell in zip(columns, cells, strict=True)]
    oob_mac = values.pop() if columns[-1] == OOB_COLUMN else ""
    base, guids = values[: len(COLUMNS)], values[len(COLUMNS) :]
    rack, tray, serial, bmc_mac, in_band_mac = base
    return Row(rack, tray, serial, bmc_mac, in_band_mac, tuple(guids), oob_mac, line, file, number)


def _cells(line: str, number: int, file: str) -> Iterator[Cell]:
    start = 0
    for raw in line.split(","):
        text = raw.strip()
        column = start + len(raw) - len(raw.lstrip()) + 1
        yield Cell(text, Position(file, number, column), len(text))
        start += len(raw) + 1


def _is_mac(text: str) -> bool:
    is_mac = re.fullmatch(_MAC, text) and int(text[:2], 16) % 2 == 0
    return bool(is_mac and text.strip("0:-"))


def _is_guid(text: str) -> bool:
    return bool(re.fullmatch(_GUID, text) and text.strip("0x:"))


_EXPECTED: dict[str, tuple[Callable[[str], object], str]] = {
    "rack": (partial(re.fullmatch, _NAME), "the name of a rack"),
    "tray": (partial(re.fullmatch, _NAME), "the label of a tray: c07, nvsw-03, pwr-01"),
    "serial": (
        partial(re.fullmatch, _SERIAL),
        "a serial number of 3 to 64 letters, digits, dots or hyphens",
    ),
    "bmc_mac": (_is_mac, "a unicast MAC address such as 3c:6d:66:00:01:01"),
    "in_band_mac": (
        lambda text: not text or _is_mac(text),
        "a unicast MAC address such as 3c:6d:66:00:01:01, or nothing",
    ),
    OOB_COLUMN: (
        lambda text: not text or _is_mac(text),
        "a unicast MAC address such as 3c:6d:66:00:01:01, or nothing",
    ),
    "guid": (
        lambda text: not text or _is_guid(text),
        "a GUID of 16 hexadecimal digits such as 0x3c6d660300010101, or nothing",
    ),
}
