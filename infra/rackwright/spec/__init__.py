"""site.yaml and as-built/ to a `Loaded` specification, or every problem with them at once.

pydantic stands at this edge and nowhere else: it says what a person may write. What a value means
for another part of the site is the business of `rules`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from rackwright import yamlfile
from rackwright.problems import Problem, SpecError, in_order
from rackwright.spec import asbuilt, explain, files, reference
from rackwright.spec.asbuilt import AsBuilt
from rackwright.spec.site import Site
from rackwright.yamlfile import Document

SITE_FILE = "site.yaml"
AS_BUILT_FOLDER = "as-built"
CODES = (*files.CODES, *yamlfile.CODES, *explain.CODES, *asbuilt.CODES)

_SCHEMA = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A specification that is well formed: its values, their places, its as-built data."""

    folder: Path
    site: Site
    document: Document
    as_built: Mapping[str, AsBuilt]
    """By scalable unit: the name of the file without its ending."""
    inputs: Mapping[str, str]
    """SHA-256 of the bytes it was read from, by file relative to `folder`."""


def load(folder: Path) -> Loaded:
    """Return the specification in `folder`.

    Raises:
        SpecError: It is not well formed; carries every problem of every file.
    """
    inputs: dict[str, str] = {}
    problems: list[Problem] = []
    text = _text(folder, SITE_FILE, inputs, problems)
    document = yamlfile.parse(text or "", str(folder / SITE_FILE))
    problems.extend(document.problems)
    site = _site(document, problems)
    as_built: dict[str, AsBuilt] = {}
    names, found = files.listed(folder, AS_BUILT_FOLDER, asbuilt.SUFFIX)
    problems.extend(found)
    for name in names:
        text = _text(folder, name, inputs, problems)
        if text is not None:
            path = folder / name
            as_built[path.stem], found = asbuilt.parse(text, str(path))
            problems.extend(found)
    if problems or site is None:
        raise SpecError(in_order(problems))
    return Loaded(folder, site, document, as_built, inputs)


def schema_text() -> str:
    """Return the JSON Schema that editors check site.yaml with."""
    schema = {"$schema": _SCHEMA, **Site.model_json_schema()}
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def schema_files() -> dict[str, str]:
    """Return what describes the language, to editors and to people, by file name."""
    return {"site.schema.json": schema_text(), "reference.md": reference.reference_text()}


def _text(folder: Path, name: str, inputs: dict[str, str], problems: list[Problem]) -> str | None:
    """Return a file's text and note its digest; None, with a problem, where it has none."""
    raw = files.read(folder, name)
    if isinstance(raw, Problem):
        problems.append(raw)
        return None
    inputs[name] = hashlib.sha256(raw).hexdigest()
    text = files.text(raw, folder / name)
    if isinstance(text, Problem):
        problems.append(text)
        return None
    return text


def _site(document: Document, problems: list[Problem]) -> Site | None:
    if document.data is None and problems:
        return None
    try:
        return Site.model_validate(document.data)
    except ValidationError as error:
        already = {problem.at for problem in document.problems}
        found = explain.explain(error, document, Site)
        problems.extend(problem for problem in found if problem.at not in already)
        return None
