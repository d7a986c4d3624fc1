"""Rendered output as a value, and its way to disk.

A renderer that writes files as it goes leaves half a tree behind when it fails, touches files that
did not change, and forgets files that are gone. So a render is a `Tree` first: text by path,
complete or not there at all. `write` then makes the folder equal to it: it writes only what differs
(a new file, then a rename over the old one), and removes what the tree does not have.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from rackwright.problems import RackwrightError

Tree = Mapping[str, str]
"""Text by path; paths are relative, with forward slashes."""

_UNFINISHED = ".unfinished"


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
    """Return the files under `folder` as a tree; bytes that are no text are replaced."""
    return {
        path: (folder / path).read_text(encoding="utf-8", errors="replace")
        for path in sorted(_files(folder))
    }


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
    try:
        differences = compare(tree, folder)
        # removals first: a file may stand where a folder now belongs, and the other way round
        for difference in sorted(differences, key=lambda each: each.change is not Change.REMOVE):
            _apply(difference, folder)
    except OSError as error:
        raise RackwrightError(
            f"{error.filename or folder} cannot be written: {error.strerror}",
            "the tree is mixed now; render again when the cause is gone",
        ) from error
    return differences


def _change(tree: Tree, found: Tree, path: str) -> Change:
    if path not in found:
        return Change.ADD
    return Change.CHANGE if path in tree else Change.REMOVE


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
    for place, _, names in os.walk(folder):
        for name in names:
            yield (Path(place) / name).relative_to(folder).as_posix()
