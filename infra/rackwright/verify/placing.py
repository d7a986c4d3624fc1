"""Rendered files in the places where a host has them, and the way back.

A consumer speaks of /etc/kea/kea-dhcp4.conf; a reviewer knows rendered/site/kea/kea-dhcp4.conf. The
plan's list of files says which is which, so it leads there and back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rackwright import plan
from rackwright.verify.consumer import Complaint, Rendered
from rackwright.verify.room import Finished, Room

_PLACE = re.compile(r"(/[\w./+-]+?):(\d+)(?:[.:](\d+))?")
_QUOTED = re.compile(r"['\"]([^'\"]+)['\"]")
_LONGEST = 30
"""Of more lines than this a consumer's output is shown the beginning and the end."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A rendered file in a room."""

    path: str
    """Where it lies in the room."""
    source: str
    """Where it lies in rendered/."""
    text: str


def place(rendered: Rendered, files: Sequence[plan.File], room: Room) -> tuple[Placed, ...]:
    """Put rendered files into a room, each where its host has it; return what was put."""
    placed = tuple(Placed(file.path, file.source, rendered.text(file.source)) for file in files)
    for file, put in zip(files, placed, strict=True):
        room.put(put.path, put.text, int(file.mode, 8))
    return placed


def complaint(line: str, placed: Sequence[Placed]) -> Complaint:
    """Return one line of a consumer as a complaint at the rendered line it speaks of.

    That is the place it names, or else where a value stands that it quotes, or else the beginning
    of the first file.
    """
    path, row, column = _named(line, placed) or _quoted(line, placed) or (placed[0].source, 1, 1)
    return Complaint(path, line.strip(), row, column)


def _named(line: str, placed: Sequence[Placed]) -> tuple[str, int, int] | None:
    sources = {each.path: each.source for each in placed}
    for found in _PLACE.finditer(line):
        if found[1] in sources:
            return sources[found[1]], int(found[2]), int(found[3] or 1)
    return None


def _quoted(line: str, placed: Sequence[Placed]) -> tuple[str, int, int] | None:
    for word in _QUOTED.findall(line):
        for each in placed:
            before, found, _ = each.text.partition(word)
            if found:
                return each.source, before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1
    return None


def crashed(done: Finished, program: str, path: str) -> Complaint:
    """Return the complaint about a consumer that ended badly or not at all, with its output."""
    how = "did not end in time" if done.timed_out else f"ended with {done.code}"
    return Complaint(path, f"{program} {how}", words=shortened(done.lines))


def shortened(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Return lines of bearable number."""
    if len(lines) <= _LONGEST:
        return lines
    half = _LONGEST // 2
    return (*lines[:half], f"… {len(lines) - _LONGEST} lines …", *lines[-half:])
