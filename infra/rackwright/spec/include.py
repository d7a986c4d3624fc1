"""`include:`: a hall, its scalable units or one of them in a file of their own.

A campus of many halls is edited by many people, and one file of everything is a queue. An include
is a plain mapping, `{include: halls/h2.yaml}`, with a path relative to the file it stands in. It
reads nothing outside the site's folder, and what it brings keeps its own file and lines, so every
later problem names them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from rackwright import yamlfile
from rackwright.problems import Problem, quoted
from rackwright.yamlfile import Document
from rackwright.yamlfile import Path as Where

CODES = ("include-alone", "include-cycle", "include-path")
KEY = "include"

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*\.yaml")
_WRITTEN = "rendered/"

Read = Callable[[str], str | None]
"""The text of a file by its name in the site's folder; None, and a problem, where it has none."""


class Includable:
    """Says of a field's type, for editors, that an include may stand in its place."""

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:  # noqa: ANN401
        """Return the type's own schema, or that of an include."""
        include = {
            "additionalProperties": False,
            "description": "A file of the site's folder that holds this.",
            "properties": {KEY: {"description": "Its path from here.", "type": "string"}},
            "required": [KEY],
            "type": "object",
        }
        return {"anyOf": [handler(schema), include]}


class Included(Struct, frozen=True):
    """A document with its includes in place; `failed` are the paths of those that could not be."""

    document: Document
    failed: tuple[Where, ...] = ()

    def fail(self, where: Where, *problems: Problem) -> Included:
        """Return the same with one more include that could not be followed."""
        found = replace(self.document, problems=(*self.document.problems, *problems))
        return Included(found, (*self.failed, where))


def resolve(document: Document, folder: Path, read: Read) -> Included:
    """Return the site's document with every include followed."""
    found = Included(document)
    for where in _halls(found.document):
        found = _follow(found, where, folder, read)
        units = (*where, "scalable_units")
        found = _follow(found, units, folder, read)
        for item in _items(found.document, units):
            found = _follow(found, item, folder, read)
    return found


def _follow(found: Included, where: Where, folder: Path, read: Read) -> Included:
    """Return `found` with the include at `where` followed, and what that file includes in turn."""
    chain: list[str] = []
    while where not in found.failed:
        value = found.document.value(where)
        if not isinstance(value, dict) or KEY not in value:
            return found
        name = _name(found.document, where, folder)
        wrong = _wrong(found.document, where, folder, name, chain)
        if wrong:
            return found.fail(where, wrong)
        chain.append(name)
        text = read(name)
        part = yamlfile.parse(text or "", str(folder / name))
        if text is None or part.problems:
            return found.fail(where, *part.problems)
        found = Included(found.document.graft(where, part), found.failed)
    return found


def _name(document: Document, where: Where, folder: Path) -> str:
    """Return the included file's name in the site's folder."""
    here = PurePosixPath(document.at((*where, KEY)).file)
    inside = here.relative_to(PurePosixPath(str(folder))) if str(folder) != "." else here
    return (inside.parent / str(document.value((*where, KEY)))).as_posix()


def _wrong(
    document: Document, where: Where, folder: Path, name: str, chain: list[str]
) -> Problem | None:
    path, written = (*where, KEY), document.value((*where, KEY))
    beside = [key for key in document.value(where) if key != KEY]
    if beside:
        return document.problem(
            (*where, beside[0]),
            "include-alone",
            f"{quoted(beside[0])} stands beside an include",
            because=("what is included is all there is; nothing is merged into it",),
            hint="write it in the included file",
            key=True,
        )
    if not isinstance(written, str) or not _NAME.fullmatch(written) or name.startswith(_WRITTEN):
        return document.problem(
            path,
            "include-path",
            f"{quoted(written) if isinstance(written, str) else 'this'} is not the path of a file "
            "to include",
            hint="a .yaml file of the site's folder, relative to this one: halls/h2.yaml",
        )
    if name in chain or _is_open(document, where, folder / name):
        return document.problem(path, "include-cycle", f"{written} is included by itself")
    return _unreachable(document, path, folder, name)


def _is_open(document: Document, where: Where, file: Path) -> bool:
    """Return whether `file` is already being read at `where` or around it."""
    return any(document.at((*where[:end], KEY)).file == str(file) for end in range(len(where) + 1))


def _unreachable(document: Document, path: Where, folder: Path, name: str) -> Problem | None:
    try:
        target, inside = (folder / name).resolve(), folder.resolve()
        there = target.is_file()
    except (OSError, RuntimeError):  # a link that leads to itself
        target, inside, there = folder, folder, False
    if not there:
        return document.problem(path, "include-path", f"there is no file {name}")
    if inside not in target.parents:
        return document.problem(
            path,
            "include-path",
            f"{name} leads out of the site's folder",
            hint="a site is complete in its own folder: copy the file into it",
        )
    return None


def _halls(document: Document) -> Iterator[Where]:
    return _items(document, ("halls",))


def _items(document: Document, where: Where) -> Iterator[Where]:
    found = document.value(where)
    for place in range(len(found) if isinstance(found, list) else 0):
        yield (*where, place)
