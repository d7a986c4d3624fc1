"""Rendered output as a value, and its way to disk.

A renderer that writes files as it goes leaves half a tree behind when it fails, touches files that
did not change, and forgets files that are gone. So a render is a `Tree` first: text by path,
complete or not there at all. `write` then makes the folder equal to it: it writes only what differs
(a new file, then a rename over the old one), and removes what the tree does not have.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from rackwright.problems import RackwrightError

Tree = Mapping[str, str]
"""Text by path; paths are relative, with forward slashes."""

_UNFINISHED = ".unfinished"
_FOREIGN = "(not a file)\n"


class Change(StrEnum):
    """What must happen to a file to make the folder equal to the tree."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Difference:
    """One file that is not as the tree says."""

    path: str
    change: Change
    old: str = ""
    new: str = ""


def read(folder: Path) -> dict[str, str]:
    """Return the files under `folder` as a tree; bytes that are no text are replaced.

    Raises:
        RackwrightError: A file cannot be read.
    """
    try:
        return {path: _text(folder / path) for path in sorted(_files(folder))}
    except OSError as error:
        raise RackwrightError(
            f"{error.filename or folder} cannot be read: {error.strerror}",
            "make it readable, or remove it and render again",
        ) from error


def compare(tree: Tree, folder: Path) -> tuple[Difference, ...]:
    """Return what separates `folder` from `tree`, sorted by path."""
    found = read(folder)
    return tuple(
        Difference(path, _change(tree, found, path), found.get(path, ""), tree.get(path, ""))
        for path in sorted(tree.keys() | found.keys())
        if tree.get(path) != found.get(path)
    )


def write(tree: Tree, folder: Path) -> tuple[Difference, ...]:
    """Make `folder` equal to `tree` and return what had to be done.

    Raises:
        RackwrightError: The folder cannot be written.
    """
    differences = compare(tree, folder)
    # removals first: a file may stand where a folder now belongs, and the other way round
    _apply_all(sorted(differences, key=lambda each: each.change is not Change.REMOVE), folder)
    return differences


def update(tree: Tree, folder: Path) -> tuple[Difference, ...]:
    """Write the files of `tree` into `folder`, leave its others alone, and return what was done.

    Raises:
        RackwrightError: The folder cannot be written.
    """
    found = {path: _text(folder / path) for path in tree if (folder / path).is_file()}
    differences = tuple(
        Difference(path, _change(tree, found, path), found.get(path, ""), text)
        for path, text in sorted(tree.items())
        if found.get(path) != text
    )
    _apply_all(differences, folder)
    return differences


def _change(tree: Tree, found: Tree, path: str) -> Change:
    if path not in found:
        return Change.ADD
    return Change.CHANGE if path in tree else Change.REMOVE


def _apply_all(differences: Iterable[Difference], folder: Path) -> None:
    try:
        for difference in differences:
            _apply(difference, folder)
    except OSError as error:
        raise RackwrightError(
            f"{error.filename or folder} cannot be written: {error.strerror}",
            "what was written before stays; do it again when the cause is gone",
        ) from error


def _apply(difference: Difference, folder: Path) -> None:
    path = folder / difference.path
    if difference.change is Change.REMOVE:
        path.unlink()
        _remove_empty(path.parent, folder)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + _UNFINISHED)
    unfinished.write_bytes(difference.new.encode())
    unfinished.replace(path)


def _remove_empty(folder: Path, top: Path) -> None:
    while folder != top and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _files(folder: Path) -> Iterator[str]:
    for place, folders, names in os.walk(folder):
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        for name in (*names, *links):
            yield (Path(place) / name).relative_to(folder).as_posix()


def _text(path: Path) -> str:
    """Return a file's text; of what no tree holds, a link or a pipe, only that it is one."""
    if path.is_symlink() or not path.is_file():
        return _FOREIGN
    return path.read_text(encoding="utf-8", errors="replace")
