"""site.yaml and as-built/ to a `Loaded` specification, or every problem with them at once.

pydantic stands at this edge and nowhere else: it says what a person may write. What a value means
for another part of the site is the business of `rules`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from rackwright import yamlfile
from rackwright.problems import Position, Problem, SpecError
from rackwright.spec import asbuilt, explain
from rackwright.spec.asbuilt import AsBuilt
from rackwright.spec.site import Site
from rackwright.yamlfile import Document

SITE_FILE = "site.yaml"
AS_BUILT_FOLDER = "as-built"
CODES = ("unreadable", *yamlfile.CODES, *explain.CODES, *asbuilt.CODES)

_SCHEMA = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A specification that is well formed: its values, their places, its as-built data."""

    folder: Path
    site: Site
    document: Document
    as_built: Mapping[str, AsBuilt]
    """By scalable unit: the name of the file without its ending."""
    inputs: tuple[str, ...]
    """The files it was read from, relative to `folder`."""


def load(folder: Path) -> Loaded:
    """Return the specification in `folder`.

    Raises:
        SpecError: It is not well formed; carries every problem of every file.
    """
    document = _document(folder / SITE_FILE)
    problems = list(document.problems)
    site = _site(document, problems)
    as_built: dict[str, AsBuilt] = {}
    inputs = [SITE_FILE]
    for path in sorted((folder / AS_BUILT_FOLDER).glob(f"*{asbuilt.SUFFIX}")):
        as_built[path.stem], found = asbuilt.read(path, str(path))
        problems.extend(found)
        inputs.append(f"{AS_BUILT_FOLDER}/{path.name}")
    if problems or site is None:
        raise SpecError(tuple(sorted(problems, key=lambda problem: problem.at)))
    return Loaded(folder, site, document, as_built, tuple(inputs))


def schema_text() -> str:
    """Return the JSON Schema that editors check site.yaml with."""
    schema = {"$schema": _SCHEMA, **Site.model_json_schema()}
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def write_schema(path: Path) -> None:
    """Write the JSON Schema to `path`."""
    path.write_text(schema_text())


def _document(path: Path) -> Document:
    file = str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        problem = Problem(Position(file), "unreadable", f"{file} cannot be read: {reason}")
        return Document(file, None, {}, {}, (problem,))
    return yamlfile.parse(text, file)


def _site(document: Document, problems: list[Problem]) -> Site | None:
    if document.data is None and document.problems:
        return None
    try:
        return Site.model_validate(document.data)
    except ValidationError as error:
        already = {problem.at for problem in document.problems}
        found = explain.explain(error, document, Site)
        problems.extend(problem for problem in found if problem.at not in already)
        return None
