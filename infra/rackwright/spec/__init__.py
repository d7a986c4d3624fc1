"""site.yaml and as-built/ to a `Loaded` specification, or every problem with them at once.

The language is said once, in classes of fields. What is well formed is read by `reading`; of what
is not, pydantic says at this edge and nowhere else what is wrong. What a value means for another
part of the site is the business of `rules`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from rackwright import asbuilt, hardware, yamlfile
from rackwright.asbuilt import AsBuilt, Tables, Texts
from rackwright.hardware import HardwareType
from rackwright.inputs import AS_BUILT, HARDWARE
from rackwright.problems import Problem, SpecError, in_order
from rackwright.spec import codes, files, include, layout, reading
from rackwright.spec.include import Included
from rackwright.spec.site import Site
from rackwright.yamlfile import Document

SITE_FILE = "site.yaml"
CODES = (
    *files.CODES,
    *yamlfile.CODES,
    *codes.OF_FORM,
    *include.CODES,
    *layout.CODES,
    *asbuilt.CODES,
    *codes.OF_HARDWARE,
)

_SCHEMA = "https://json-schema.org/draft/2020-12/schema"


class Loaded(Struct, frozen=True):
    """A specification that is well formed: its values, their places, its as-built data."""

    folder: Path
    site: Site
    halls: tuple[layout.Hall, ...]
    """The site's halls with every unit and rack written out."""
    document: Document
    as_built: Mapping[str, AsBuilt]
    """By scalable unit: the name of the file without its ending."""
    catalogue: Mapping[str, HardwareType]
    """Our hardware types and the site's own, by name."""
    inputs: Mapping[str, str]
    """SHA-256 of the bytes it was read from, by file relative to `folder`."""


def load(folder: Path, *, as_built: bool = True) -> Loaded:
    """Return the specification in `folder`; its as-built data too, where that is wanted.

    Raises:
        SpecError: It is not well formed; carries every problem of every file.
    """
    problems: list[Problem] = []
    found = _read(folder, problems, as_built=as_built)
    rows: dict[str, AsBuilt] = {}
    for unit, (text, file) in found.tables.items():
        rows[unit], wrong = asbuilt.parse(text, file)
        problems.extend(wrong)
    return _loaded(folder, found, rows, problems)


def load_unparsed(folder: Path) -> Loaded:
    """Return the specification in `folder` with its as-built tables as they are, for `Tables`.

    Raises:
        SpecError: It is not well formed; carries every problem of all but those tables.
    """
    problems: list[Problem] = []
    found = _read(folder, problems, keep=False)
    return _loaded(folder, found, Tables(Texts(folder, found.inputs)), problems)


class _Found(Struct, frozen=True):
    """What the files of a specification hold; `site` is None where that is no site."""

    site: Site | None
    document: Document
    tables: Mapping[str, tuple[str, str]]
    catalogue: Mapping[str, HardwareType]
    inputs: Mapping[str, str]


def _read(
    folder: Path, problems: list[Problem], *, as_built: bool = True, keep: bool = True
) -> _Found:
    """Read all files, and of as-built tables, which are large, keep the texts if asked to."""
    inputs: dict[str, str] = {}
    text = _text(folder, SITE_FILE, inputs, problems)
    included = include.resolve(
        yamlfile.parse(text or "", str(folder / SITE_FILE)),
        folder,
        lambda name: _text(folder, name, inputs, problems),
    )
    problems.extend(included.document.problems)
    site = _site(included, problems)
    if site is not None:
        problems.extend(layout.too_many(site, included.document))
    tables: dict[str, tuple[str, str]] = {}
    names, found = files.listed(folder, *AS_BUILT) if as_built else ((), ())
    problems.extend(found)
    for name in names:
        text = _text(folder, name, inputs, problems)
        if text is not None and keep:
            path = folder / name
            tables[path.stem] = text, str(path)
    catalogue = _catalogue(folder, inputs, problems)
    return _Found(site, included.document, tables, catalogue, inputs)


def _loaded(
    folder: Path, found: _Found, as_built: Mapping[str, AsBuilt], problems: list[Problem]
) -> Loaded:
    if problems or found.site is None:
        raise SpecError(in_order(dict.fromkeys(problems)))
    halls = layout.resolve(found.site)
    return Loaded(
        folder, found.site, halls, found.document, as_built, found.catalogue, found.inputs
    )


def schema_text() -> str:
    """Return the JSON Schema that editors check site.yaml with."""
    from rackwright.spec.models import model

    return _schema_text(model(Site).model_json_schema())


def hardware_schema_text() -> str:
    """Return the JSON Schema that editors check the files in hardware/ with."""
    from rackwright.spec import hardware_schema

    return _schema_text(hardware_schema.schema())


def schema_files() -> dict[str, str]:
    """Return what describes the language, to editors and to people, by file name."""
    from rackwright.acceptance import schema as acceptance_schema
    from rackwright.spec import reference

    return {
        "site.schema.json": schema_text(),
        "acceptance.schema.json": f"{json.dumps(acceptance_schema(), indent=2)}\n",
        "hardware.schema.json": hardware_schema_text(),
        "reference.md": reference.reference_text(),
    }


def _schema_text(schema: Mapping[str, Any]) -> str:
    whole = {"$schema": _SCHEMA, **schema}
    return json.dumps(whole, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _catalogue(
    folder: Path, inputs: dict[str, str], problems: list[Problem]
) -> Mapping[str, HardwareType]:
    documents = []
    names, odd = files.listed(folder, *HARDWARE)
    problems.extend(odd)
    for name in names:
        text = _text(folder, name, inputs, problems)
        if text is not None:
            documents.append(yamlfile.parse(text, str(folder / name)))
    ours = hardware.catalogue()
    if not documents:
        return ours
    from rackwright.spec import site_hardware

    catalogue, found = site_hardware.read(documents, ours)
    problems.extend(found)
    return catalogue


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


def _site(included: Included, problems: list[Problem]) -> Site | None:
    document = included.document
    if document.data is None and problems:
        return None
    try:
        return reading.read(Site, document.data)
    except reading.Refused:
        problems.extend(_misformed(included))
        return None


def _misformed(included: Included) -> tuple[Problem, ...]:
    from rackwright.spec.explain import misformed
    from rackwright.spec.models import model

    found = misformed(included.document, model(Site), included.failed)
    if not (found or included.failed or included.document.problems):
        raise AssertionError("what is read of a site is less than what its model allows")
    return found
