"""Rendered output as a value, and its way to disk.

A renderer that writes files as it goes touches files that did not change, forgets files that are
gone, and leaves half a file behind when it is killed. So what a folder must hold is a `Tree` first:
text by path. `write` then makes the folder equal to it: it writes only what differs (a new file,
then a rename over the old one), and removes what the tree does not have.

It also seals what it left: a digest over the inode, size and ctime of every file, the way git knows
that a file is still the one it saw. Who asks for the seal of the folder later and gets the same one
knows that nobody has touched it, at the price of a `stat` for each file.

A campus has ten thousands of files, so everything here goes through plain system calls.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from rackwright.problems import RackwrightError

Tree = Mapping[str, str]
"""Text by path; paths are relative, with forward slashes."""

_UNFINISHED = ".unfinished"
_FOREIGN = "(not a file)\n"
_NO_FILE = frozenset({errno.ELOOP, errno.ENXIO, errno.EISDIR})
"""What opening says of a link, a socket or a folder that is to be read as a file."""
_READING = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_WRITING = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC


def _nothing() -> None:
    """Do nothing."""


class Change(StrEnum):
    """What must happen to a file to make the folder equal to the tree."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"


class Difference(Struct, frozen=True):
    """One file that is not as the tree says."""

    path: str
    change: Change
    old: str = ""
    new: str = ""


class Written(Struct, frozen=True):
    """What had to be done to make a folder equal to a tree, and the seal of the result."""

    differences: tuple[Difference, ...]
    seal: str


class Scope(Struct, frozen=True):
    """Which files of a folder are meant; by default all of them, however deep."""

    deep: bool = True
    without: Collection[str] = ()
    """Names of files and folders that are somebody else's."""

    def entries(self, folder: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
        """Yield path and entry of everything in `folder` that is no folder; links as such."""
        places, without, start = [str(folder)], self.without, len(str(folder)) + 1
        while places:
            for entry in _scanned(places.pop()):
                if without and entry.name in without:
                    continue
                if not entry.is_dir(follow_symlinks=False):
                    yield entry.path[start:], entry
                elif self.deep:
                    places.append(entry.path)

    def paths(self, folder: Path) -> list[str]:
        """Return the sorted paths of everything in `folder` that is no folder."""
        return sorted(path for path, _ in self.entries(folder))


EVERYTHING = Scope()


def read(folder: Path, scope: Scope = EVERYTHING) -> dict[str, str]:
    """Return the files under `folder` as a tree; bytes that are no text are replaced.

    Raises:
        RackwrightError: A file cannot be read.
    """
    with _readable(folder):
        paths = scope.paths(folder)
        return {path: _text(_read(f"{folder}/{path}")[0]) for path in paths}


def read_file(path: Path) -> str | None:
    """Return a file's text; None where there is no such file."""
    try:
        raw, _ = _read(str(path))
    except OSError:
        return None
    return None if raw is None else _text(raw)


def compare(tree: Tree, folder: Path, scope: Scope = EVERYTHING) -> tuple[Difference, ...]:
    """Return what separates `folder` from `tree`, sorted by path.

    Raises:
        RackwrightError: A file cannot be read.
    """
    return _compare(tree, folder, scope, {})


def write(
    tree: Tree, folder: Path, scope: Scope = EVERYTHING, before: Callable[[], None] = _nothing
) -> Written:
    """Make `folder` equal to `tree` and return what had to be done.

    `before` is called before the first change, if there is any.

    Raises:
        RackwrightError: The folder cannot be read or written.
    """
    marks: dict[str, str] = {}
    differences = _compare(tree, folder, scope, marks)
    # removals first: a file may stand where a folder now belongs, and the other way round
    in_order = sorted(differences, key=lambda each: each.change is not Change.REMOVE)
    marks.update(_apply_all(in_order, folder, before))
    return Written(differences, _sealed([f"{path}\0{mark}" for path, mark in marks.items()]))


def update(tree: Tree, folder: Path) -> tuple[Difference, ...]:
    """Write the files of `tree` into `folder`, leave its others alone, and return what was done.

    Raises:
        RackwrightError: The folder cannot be read or written.
    """
    found = {path: _read(f"{folder}/{path}")[0] for path in tree if (folder / path).is_file()}
    differences = tuple(_differences(tree, found))
    _apply_all(differences, folder)
    return differences


def remove(
    paths: Iterable[str], folder: Path, before: Callable[[], None] = _nothing
) -> tuple[Difference, ...]:
    """Remove files of `folder`, and the folders that they leave empty; `before` as in `write`.

    Raises:
        RackwrightError: They cannot be removed.
    """
    differences = tuple(Difference(path, Change.REMOVE) for path in sorted(paths))
    _apply_all(differences, folder, before)
    return differences


def forget(path: Path) -> None:
    """Remove a file, if it is there."""
    with suppress(FileNotFoundError, NotADirectoryError):
        path.unlink()


def seal(folder: Path, scope: Scope = EVERYTHING) -> str:
    """Return what changes as soon as anybody touches, adds or removes a file of `folder`.

    Raises:
        RackwrightError: The folder cannot be read.
    """
    with _readable(folder):
        lines = [
            f"{path}\0{_mark(entry.stat(follow_symlinks=False))}"
            for path, entry in scope.entries(folder)
        ]
    return _sealed(lines)


def _compare(
    tree: Tree, folder: Path, scope: Scope, marks: dict[str, str]
) -> tuple[Difference, ...]:
    """Return the differences, and note the marks of the files that are as they should be."""
    found: dict[str, bytes | None] = {}
    with _readable(folder):
        for path in scope.paths(folder):
            raw, mark = _read(f"{folder}/{path}")
            if raw is not None and path in tree and raw == tree[path].encode():
                marks[path] = mark
            else:
                found[path] = raw
    return tuple(_differences({path: tree[path] for path in tree if path not in marks}, found))


def _differences(tree: Tree, found: Mapping[str, bytes | None]) -> Iterator[Difference]:
    for path in sorted(tree.keys() | found.keys()):
        new = tree.get(path)
        if path not in found:
            yield Difference(path, Change.ADD, "", new or "")
        elif new is None:
            yield Difference(path, Change.REMOVE, _text(found[path]), "")
        elif found[path] != new.encode():
            yield Difference(path, Change.CHANGE, _text(found[path]), new)


def _apply_all(
    differences: Collection[Difference], folder: Path, before: Callable[[], None] = _nothing
) -> dict[str, str]:
    """Do what differs and return the marks of what was written."""
    marks: dict[str, str] = {}
    made: set[str] = set()
    try:
        if differences:
            before()
        for each in differences:
            if each.change is Change.REMOVE:
                _remove(f"{folder}/{each.path}", str(folder))
                continue
            path = f"{folder}/{each.path}"
            parent = path.rpartition("/")[0]
            if parent not in made:
                os.makedirs(parent, exist_ok=True)  # noqa: PTH103  (pathlib's costs three times)
                made.add(parent)
            marks[each.path] = _put(path, each.new.encode())
    except OSError as error:
        raise RackwrightError(
            f"{error.filename or folder} cannot be written: {error.strerror}",
            "what was written before stays; do it again when the cause is gone",
        ) from error
    return marks


def _put(path: str, raw: bytes) -> str:
    """Write a file whole, or leave it as it was, and return its mark."""
    unfinished = path + _UNFINISHED
    descriptor = os.open(unfinished, _WRITING, 0o666)
    try:
        _write(descriptor, raw, unfinished)
        wrote = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    os.replace(unfinished, path)  # noqa: PTH105
    there = os.lstat(path)
    # a rename changes ctime alone; whatever else is new is somebody else's doing, seen next time
    same = (wrote.st_ino, wrote.st_mtime_ns) == (there.st_ino, there.st_mtime_ns)
    return _mark(there if same else wrote)


def _write(descriptor: int, raw: bytes, path: str) -> None:
    left = memoryview(raw)
    try:
        while left:
            left = left[os.write(descriptor, left) :]
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from error


def _remove(path: str, top: str) -> None:
    os.unlink(path)  # noqa: PTH108
    parent = path.rpartition("/")[0]
    while parent != top and not os.listdir(parent):  # noqa: PTH208
        os.rmdir(parent)  # noqa: PTH106
        parent = parent.rpartition("/")[0]


def _scanned(place: str) -> Iterable[os.DirEntry[str]]:
    try:
        with os.scandir(place) as found:
            return list(found)
    except (FileNotFoundError, NotADirectoryError):
        return ()


def _read(path: str) -> tuple[bytes | None, str]:
    """Return bytes and mark of a file; of what no tree holds, a link or a pipe, that it is none."""
    try:
        descriptor = os.open(path, _READING)
    except OSError as error:
        if error.errno in _NO_FILE:
            return None, ""
        raise
    with open(descriptor, "rb", buffering=0) as file:  # noqa: PTH123  (a descriptor, not a path)
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return None, ""
        return file.read(), _mark(status)


def _text(raw: bytes | None) -> str:
    return _FOREIGN if raw is None else raw.decode(errors="replace")


def _mark(status: os.stat_result) -> str:
    """Return what of a file's state nobody can change and set back: ctime moves with all of it."""
    return f"{status.st_ino} {status.st_size} {status.st_ctime_ns}"


def _sealed(lines: list[str]) -> str:
    lines.sort()
    return sha256("\n".join(lines).encode(errors="surrogateescape")).hexdigest()


@contextmanager
def _readable(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RackwrightError(
            f"{error.filename or folder} cannot be read: {error.strerror}",
            "make it readable, or remove it and render again",
        ) from error
