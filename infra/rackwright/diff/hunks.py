"""Rendered text, compared: what differs in each file, and what differs alike in many.

One changed word changes 132 switches, and a reviewer who must read it 132 times reads it not at
all. So each file's difference is cut into hunks that hold only what differs and what that stands
in, no neighbouring lines and no line numbers; equal hunks are one hunk with a list of files. What
differs alike under many keys of a file, as an MTU does under every port, is one hunk that names
them all. A file that comes or goes whole is counted: what it means is told in rack terms. JSON and
YAML are compared by key, tables row by row, everything else line by line under the less indented
lines above it.
"""

from __future__ import annotations

import difflib
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping

from rackwright.diff import keyed
from rackwright.diff.model import FileChange, Hunk, Line, Sign
from rackwright.diff.sides import Files

MOST_LINES = 400
"""Of one hunk; the rest is counted."""
LONGEST = 4000
"""Files of more lines are compared as tables: what is gone, and what is new."""
Piece = tuple[tuple[str, ...], tuple[Line, ...]]
"""Parents, and lines."""


def compare(before: Files, after: Files) -> tuple[tuple[FileChange, ...], tuple[Hunk, ...]]:
    """Return every file that differs, and every hunk once, those of most files first."""
    paths = sorted(
        path
        for path in before.digests.keys() | after.digests.keys()
        if before.digests.get(path) != after.digests.get(path)
    )
    old = before.read([path for path in paths if path in before.digests])
    new = after.read([path for path in paths if path in after.digests])
    files: list[FileChange] = []
    grouped: dict[Piece, list[str]] = {}
    for path in paths:
        pieces = _pieces(path, old, new)
        files.append(_file(path, old, new, pieces))
        for piece in _alike(pieces) if path in old and path in new else ():
            grouped.setdefault(piece, []).append(path)
    found = (_hunk(piece, names) for piece, names in grouped.items())
    return tuple(files), tuple(sorted(found, key=lambda hunk: (-len(hunk.files), hunk.files)))


def _pieces(path: str, old: Mapping[str, str], new: Mapping[str, str]) -> tuple[Piece, ...]:
    if path not in old or path not in new:
        sign, text = ("-", old[path]) if path in old else ("+", new[path])
        return (((), tuple(Line(sign, line) for line in text.splitlines())),)
    pieces: tuple[Piece, ...] | None = None
    if path.endswith(keyed.ENDINGS):
        pieces = keyed.pieces(path, old[path], new[path])
    if pieces:
        return pieces
    was, will = old[path].splitlines(), new[path].splitlines()
    if path.endswith(".csv") or max(len(was), len(will)) > LONGEST:
        return tuple(_rows(was, will))
    return tuple(_lines(was, will))


def _alike(pieces: tuple[Piece, ...]) -> Iterator[Piece]:
    """Yield pieces, those of the same lines whose parents differ at one level alone as one."""
    found: dict[tuple[int, tuple[Line, ...]], list[tuple[str, ...]]] = {}
    for parents, lines in pieces:
        found.setdefault((len(parents), lines), []).append(parents)
    for (depth, lines), those in found.items():
        ways = [_gathered(those, level) for level in range(depth)] or [those]
        yield from ((parents, lines) for parents in min(ways, key=len))


def _gathered(those: list[tuple[str, ...]], level: int) -> list[tuple[str, ...]]:
    """Return parents, those that differ at one level alone as one that names them all there."""
    names: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for each in those:
        names.setdefault((each[:level], each[level + 1 :]), []).append(each[level].strip())
    return [(*above, ", ".join(found), *below) for (above, below), found in names.items()]


def _rows(old: list[str], new: list[str]) -> Iterator[Piece]:
    gone, came = Counter(old) - Counter(new), Counter(new) - Counter(old)
    lines = (
        *(Line("-", row) for row in dict.fromkeys(old) if row in gone),
        *(Line("+", row) for row in dict.fromkeys(new) if row in came),
    )
    order = "the same lines in another order" if old != new else "only how lines end"
    yield (), lines or (Line("~", order),)


def _lines(old: list[str], new: list[str]) -> Iterator[Piece]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            lines = (
                *(Line("-", line) for line in old[a:b]),
                *(Line("+", line) for line in new[c:d]),
            )
            side, first = (new, c) if d > c else (old, a)
            yield tuple(_parents(side, first)), lines
    if old == new:
        yield (), (Line("~", "only how lines end"),)


def _parents(lines: list[str], place: int) -> list[str]:
    """Return the less indented lines above a line, the outermost first."""
    found: list[str] = []
    depth = _depth(lines[place])
    for line in reversed(lines[:place]):
        if depth == 0:
            break
        if line.strip() and _depth(line) < depth:
            depth = _depth(line)
            found.append(line)
    return found[::-1]


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _file(
    path: str, old: Mapping[str, str], new: Mapping[str, str], pieces: tuple[Piece, ...]
) -> FileChange:
    sign = Sign.ADD if path not in old else Sign.REMOVE if path not in new else Sign.CHANGE
    signs = Counter(line.sign for _, lines in pieces for line in lines)
    return FileChange(path, sign, signs["+"], signs["-"])


def _hunk(piece: Piece, files: list[str]) -> Hunk:
    parents, lines = piece
    text = "\n".join((*parents, *(line.sign + line.text for line in lines)))
    return Hunk(
        digest=hashlib.sha256(text.encode()).hexdigest()[:8],
        files=tuple(files),
        parents=parents,
        lines=lines[:MOST_LINES],
        left_out=max(0, len(lines) - MOST_LINES),
    )
