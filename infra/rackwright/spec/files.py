"""The files of a specification as text, whatever stands in their place.

A site's folder is written by people, copied by tools and checked in CI for pull requests of
strangers. So a name may lead to a folder, a pipe that never ends, a file of gigabytes, or through a
link to a file of the machine that no excerpt may show. Nothing is opened that is not a regular file
inside the site's folder, nothing is read beyond a limit, and each refusal is a problem.
"""

from __future__ import annotations

import os
import stat
from codecs import BOM_UTF8
from itertools import islice
from pathlib import Path

from rackwright.problems import Position, Problem, quoted

CODES = ("outside-site", "too-large", "unreadable")
LARGEST = 1 << 20
"""Bytes in one file; a campus of 5,000 racks with every rack written out has half of it."""

_PIECE = 1 << 16


def read(folder: Path, name: str) -> bytes | Problem:
    """Return the bytes of the file `name` of the site in `folder`, or why it has none."""
    path = folder / name
    try:
        if not _is_plain(folder, name):
            if _is_outside(folder, path):
                return _outside(path)
            if not stat.S_ISREG(path.stat().st_mode):
                what = "a folder" if path.is_dir() else "no file"
                return _problem(path, "unreadable", f"{path} cannot be read: it is {what}")
        with path.open("rb") as file:
            pieces = iter(lambda: file.read(_PIECE), b"")  # a buffer for the largest would be slow
            raw = b"".join(islice(pieces, LARGEST // _PIECE + 1))
    except OSError as error:
        return _problem(path, "unreadable", f"{path} cannot be read: {error.strerror}")
    if len(raw) > LARGEST:
        hint = "no specification is that long: is it the right file?"
        return _problem(path, "too-large", f"{path} is larger than {LARGEST >> 20} MiB", hint)
    return raw


def text(raw: bytes, path: Path) -> str | Problem:
    """Return the bytes of the file at `path` as text, or where they are none."""
    try:
        return raw.removeprefix(BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        lines = f"{error.object[: error.start].decode()}?".splitlines()
        at = Position(str(path), len(lines), len(lines[-1]))
        hint = "save the file as UTF-8"
        return Problem(at, "unreadable", "this is not UTF-8 text", (), hint, 0)


def listed(folder: Path, name: str, suffix: str) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """Return the files of the site's folder `name` that end in `suffix`, and what is wrong."""
    place = folder / name
    if not os.path.lexists(place):
        return (), ()
    if _is_outside(folder, place):
        return (), (_outside(place),)
    try:
        found = sorted(path.name for path in place.iterdir())
    except OSError as error:
        message = f"{place} cannot be read: {error.strerror}"
        return (), (_problem(place, "unreadable", message),)
    names = [each for each in found if each.endswith(suffix) and not each.startswith(".")]
    odd = [each for each in names if not each.isprintable()]
    problems = (
        _problem(place, "unreadable", f"{place} holds a file with the odd name {quoted(each)}")
        for each in odd
    )
    return tuple(f"{name}/{each}" for each in names if each not in odd), tuple(problems)


def _is_plain(folder: Path, name: str) -> bool:
    """Return whether a name is of a regular file that neither a link nor `..` leads to."""
    place, mode = str(folder), stat.S_IFDIR
    for part in name.split("/"):
        place = f"{place}/{part}"
        mode = os.lstat(place).st_mode
        if part == ".." or stat.S_ISLNK(mode):
            return False
    return stat.S_ISREG(mode)


def _is_outside(folder: Path, path: Path) -> bool:
    if _is_straight(folder, path):
        return False
    inside = os.path.realpath(folder)
    return not Path(os.path.realpath(path)).is_relative_to(inside)


def _is_straight(folder: Path, path: Path) -> bool:
    """Return whether no link and no step upwards is on the way from a folder to a path in it."""
    place = str(folder)
    for name in path.parts[len(folder.parts) :]:
        place = f"{place}/{name}"
        if name == ".." or not os.path.lexists(place) or os.path.islink(place):  # noqa: PTH114
            return False
    return path.parts[: len(folder.parts)] == folder.parts


def _outside(path: Path) -> Problem:
    message = f"{path} leads out of the site's folder"
    return _problem(path, "outside-site", message, "copy the file into the site's folder")


def _problem(path: Path, code: str, message: str, hint: str = "") -> Problem:
    return Problem(Position(str(path)), code, message, (), hint, 0)
