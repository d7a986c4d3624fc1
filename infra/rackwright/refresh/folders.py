"""Which folder of rendered/ is whose.

A unit has one folder with everything in it, and the site's unit also the files at the top. So a
unit can be compared, written, sealed and forgotten alone, and what is in no unit's folder is
nobody's.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from rackwright import inputs, seals, tree
from rackwright.tree import Scope, Tree

TOP = ""
"""The folder of the files at the top, which are the site's."""
SITE = "site"
_TOP = Scope(deep=False, without=(inputs.FILE,))


def of_unit(folder: str) -> tuple[str, ...]:
    """Return every folder that the unit of this one has."""
    return (SITE, TOP) if folder == SITE else (folder,)


def of_units(units: Iterable[str]) -> set[str]:
    """Return every folder that these units have."""
    return {folder for unit in units for folder in of_unit(unit)}


def scope(folder: str) -> Scope:
    """Return which files of a unit's folder are the unit's."""
    return tree.EVERYTHING if folder else _TOP


def parted(unit: str, files: Tree) -> dict[str, dict[str, str]]:
    """Return a unit's files by the folder they lie in, with their paths in there.

    The list of inputs is left out: it is written by itself, after everything else.

    Raises:
        ValueError: A file lies elsewhere, where its unit cannot answer for it.
    """
    parts: dict[str, dict[str, str]] = {folder: {} for folder in of_unit(unit)}
    for path, text in files.items():
        if path == inputs.FILE:
            continue
        if path.startswith(f"{unit}/"):
            parts[unit][path[len(unit) + 1 :]] = text
        elif TOP in parts and "/" not in path:
            parts[TOP][path] = text
        else:
            raise ValueError(f"{path} is not in {unit}/, the folder of its unit")
    return parts


def intact(rendered: Path, units: Iterable[str], known: Mapping[str, str]) -> dict[str, str]:
    """Return the seals of those folders of these units that nobody has touched since."""
    return {
        folder: known[folder]
        for folder in of_units(units)
        if folder in known and _holds(rendered / folder, known[folder], scope(folder))
    }


def _holds(folder: Path, seal: str, scope: Scope) -> bool:
    if scope.deep:
        return seals.holds(str(folder), seal)
    return tree.seal(folder, scope) == seal  # which tells of files that were added, too


def strays(rendered: Path, units: Collection[str]) -> Iterator[str]:
    """Yield the paths of all that is in the folder of none of these units."""
    above = folders_above(units)
    for folder in sorted(above):
        for entry in _entries(rendered / folder):
            path = f"{folder}/{entry.name}" if folder else entry.name
            if path in units or path in above:
                if not entry.is_dir(follow_symlinks=False):
                    yield path
            elif entry.is_dir(follow_symlinks=False):
                yield from (f"{path}/{each}" for each in tree.EVERYTHING.paths(rendered / path))
            elif folder:
                yield path


def folders_above(units: Iterable[str]) -> set[str]:
    """Return the folders in which these units have theirs."""
    return {unit.rpartition("/")[0] for unit in units} | {TOP}


def is_hidden(unit: str, strays: Iterable[str]) -> bool:
    """Return whether a stray stands where the folder of a unit belongs, or one above it."""
    return any(f"{unit}/".startswith(f"{path}/") for path in strays)


def texts(rendered: Path, units: Collection[str], strays: Collection[str]) -> dict[str, str]:
    """Return the files of these units, all strays and the list of inputs, as they are on disk."""
    found = {
        f"{folder}/{path}" if folder else path: text
        for unit in units
        if not is_hidden(unit, strays)
        for folder in of_unit(unit)
        for path, text in tree.read(rendered / folder, scope(folder)).items()
    }
    found |= {path: tree.read_file(rendered / path) or "" for path in strays}
    listed = tree.read_file(rendered / inputs.FILE)
    return found if listed is None else found | {inputs.FILE: listed}


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return []
