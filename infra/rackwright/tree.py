"""Rendered output as a value, and its way to disk.

A renderer that writes files as it goes touches files that did not change, forgets files that are
gone, and leaves half a file behind when it is killed. So what a folder must hold is a `Tree` first:
text by path. `write` then makes the folder equal to it: it writes only what differs (a new file,
then a rename over the old one), and removes what the tree does not have.

It also seals what it left (see `seals`): whoever finds later that the seal holds knows that nobody
has touched the folder, at the price of a `stat` for each file.

A campus has ten thousands of files, so everything here goes through plain system calls.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from rackwright import seals
from rackwright.problems import RackwrightError
from rackwright.seals import Mark

Tree = Mapping[str, str]
"""Text by path; paths are relative, with forward slashes."""

_UNFINISHED = ".unfinished"
_FOREIGN = "(not a file)\n"
_NO_MARK = (0, 0, 0)
_NO_FILE = frozenset({errno.ELOOP, errno.ENXIO, errno.EISDIR})
"""What opening says of a link, a socket or a folder that is to be read as a file."""
_READING = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
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
    raw = read_bytes(path)
    return None if raw is None else _text(raw)


def read_bytes(path: Path) -> bytes | None:
    """Return a file's bytes; None where there is no such file."""
    try:
        return _read(str(path))[0]
    except OSError:
        return None


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
    if scope.deep and tree and not os.path.lexists(folder):
        return _write_new(tree, folder, before)
    marks: dict[str, Mark] = {}
    differences = _compare(tree, folder, scope, marks)
    # removals first: a file may stand where a folder now belongs, and the other way round
    in_order = sorted(differences, key=lambda each: each.change is not Change.REMOVE)
    marks.update(_apply_all(in_order, folder, before))
    return Written(differences, sealed(marks, folder, scope))


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


def put(path: Path, raw: bytes) -> None:
    """Write a file whole, or leave it as it was.

    Raises:
        RackwrightError: It cannot be written.
    """
    with _writable(path):
        _put(str(path), raw)


def forget(path: Path) -> None:
    """Remove a file, if it is there."""
    with suppress(FileNotFoundError, NotADirectoryError):
        path.unlink()


def seal(folder: Path, scope: Scope = EVERYTHING) -> str:
    """Return the seal of everything in `folder`.

    Raises:
        RackwrightError: The folder cannot be read.
    """
    return sealed(marks(folder, scope), folder, scope)


def marks(folder: Path, scope: Scope = EVERYTHING) -> dict[str, Mark]:
    """Return the marks of the files of `folder` by their paths.

    Raises:
        RackwrightError: The folder cannot be read.
    """
    with _readable(folder):
        return {
            path: seals.mark(entry.stat(follow_symlinks=False))
            for path, entry in scope.entries(folder)
        }


def sealed(marks: dict[str, Mark], folder: Path, scope: Scope = EVERYTHING) -> str:
    """Return the seal of a folder whose files have these marks; a broken one if it has others.

    Of a folder whose files alone are meant, the seal does not tell that one was added.

    Raises:
        OSError: The folder cannot be read.
    """
    of_folders = _marks_of_folders(marks, folder) if scope.deep else {}
    # the folders first: what is added after that changes them, what was before is found here
    if marks.keys() != {path for path, _ in scope.entries(folder)}:
        return seals.BROKEN
    return seals.sealed(marks | of_folders)


def _above(paths: Iterable[str]) -> set[str]:
    """Return the folders of these paths, and the one that they are all in."""
    found = {seals.HERE}
    for path in paths:
        while (path := path.rpartition("/")[0]) and path not in found:
            found.add(path)
    return found


def _marks_of_folders(paths: Iterable[str], folder: Path) -> dict[str, Mark]:
    return {path: seals.mark(os.lstat(f"{folder}/{path}")) for path in _above(paths)}


def _compare(
    tree: Tree, folder: Path, scope: Scope, marks: dict[str, Mark]
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


def _write_new(tree: Tree, folder: Path, before: Callable[[], None]) -> Written:
    """Write a folder that is not there: beside its place, then renamed into it as a whole."""
    unfinished = f"{folder}{_UNFINISHED}"
    with _writable(folder):
        before()
        _clear(unfinished)
        os.makedirs(unfinished)  # noqa: PTH103
        marks = _filled(unfinished, tree)
        os.rename(unfinished, folder)  # noqa: PTH104
        # nothing of anybody's is looked for: the folder was under this name for milliseconds
        marks |= _marks_of_folders(tree, folder)
    added = (Difference(path, Change.ADD, "", tree[path]) for path in sorted(tree))
    return Written(tuple(added), seals.sealed(marks))


def _filled(folder: str, tree: Tree) -> dict[str, Mark]:
    """Write a tree into an empty folder and return the marks of its files.

    Each path is looked up from the folder and not from the top, which takes a tenth off the time.
    """
    top = os.open(folder, _FOLDER)
    try:
        for path in sorted(_above(tree) - {seals.HERE}):
            os.mkdir(path, dir_fd=top)
        return {path: seals.mark(_write(path, text.encode(), top)) for path, text in tree.items()}
    except OSError as error:
        raise OSError(error.errno, error.strerror, f"{folder}/{error.filename}") from error
    finally:
        os.close(top)


def _clear(folder: str) -> None:
    """Remove a folder and all that is in it, if it is there."""
    if os.path.lexists(folder):
        import shutil

        shutil.rmtree(folder)


def _apply_all(
    differences: Collection[Difference], folder: Path, before: Callable[[], None] = _nothing
) -> dict[str, Mark]:
    """Do what differs and return the marks of what was written."""
    marks: dict[str, Mark] = {}
    made: set[str] = set()
    with _writable(folder):
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
    return marks


def _put(path: str, raw: bytes) -> Mark:
    """Write a file whole, or leave it as it was, and return its mark."""
    unfinished = path + _UNFINISHED
    wrote = _write(unfinished, raw)
    os.replace(unfinished, path)  # noqa: PTH105
    there = os.lstat(path)
    # a rename changes ctime alone; whatever else is new is somebody else's doing, seen next time
    same = (wrote.st_ino, wrote.st_mtime_ns) == (there.st_ino, there.st_mtime_ns)
    return seals.mark(there if same else wrote)


def _write(path: str, raw: bytes, folder: int | None = None) -> os.stat_result:
    """Write a file, its path from an open folder if there is one, and return its state."""
    descriptor = os.open(path, _WRITING, 0o666, dir_fd=folder)
    try:
        written = os.write(descriptor, raw)
        while written < len(raw):
            written += os.write(descriptor, memoryview(raw)[written:])
        return os.fstat(descriptor)
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from error
    finally:
        os.close(descriptor)


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


def _read(path: str) -> tuple[bytes | None, Mark]:
    """Return bytes and mark of a file; of what no tree holds, a link or a pipe, that it is none."""
    try:
        descriptor = os.open(path, _READING)
    except OSError as error:
        if error.errno in _NO_FILE:
            return None, _NO_MARK
        raise
    with open(descriptor, "rb", buffering=0) as file:  # noqa: PTH123  (a descriptor, not a path)
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return None, _NO_MARK
        return file.read(), seals.mark(status)


def _text(raw: bytes | None) -> str:
    return _FOREIGN if raw is None else raw.decode(errors="replace")


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RackwrightError(
            f"{error.filename or folder} cannot be written: {error.strerror}",
            "what was written before stays; do it again when the cause is gone",
        ) from error


@contextmanager
def _readable(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RackwrightError(
            f"{error.filename or folder} cannot be read: {error.strerror}",
            "make it readable, or remove it and render again",
        ) from error
