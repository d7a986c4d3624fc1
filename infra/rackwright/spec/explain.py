"""What pydantic refuses, in words a site engineer uses, at the place in the file.

pydantic says `halls.0.scalable_units.0.racks.0.fedes: Extra inputs are not permitted`. A person
needs the line, the wrong word underlined, and the word that was probably meant.
"""

from __future__ import annotations

import re
import types
import typing
from collections import Counter
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Annotated, Any, Literal

from msgspec.structs import replace
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, core_schema

from rackwright.problems import HIDDEN, Problem, did_you_mean, nearest, quoted
from rackwright.spec.choice import is_tag, kinds
from rackwright.spec.language import Spec
from rackwright.spec.models import model as model_of
from rackwright.spec.patterns import NoName
from rackwright.spec.words import OtherCase, SecretHere
from rackwright.yamlfile import Document, Path

_UNKNOWN = "extra_forbidden"
_KIND_MISSING, _KIND_UNKNOWN = "union_tag_not_found", "union_tag_invalid"
_HINTS = 100
"""Of more unknown keys than this, no one is compared with the known ones."""
_DESCRIBED = 1000
"""Of more refusals of one kind than this, the others are counted: nobody reads them."""
_KINDS = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a number",
    "string_type": "text",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "model_attributes_type": "a mapping of keys to values",
    _KIND_MISSING: "a mapping of keys to values",
}
_WORD = re.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,59}")
"""A key that reads as a name; any other that a person typed stands in quotes."""
_BOUNDS = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}


def misformed(
    document: Document, model: type[BaseModel], silent: Collection[Path] = ()
) -> tuple[Problem, ...]:
    """Return what keeps the data of `document` from being of the form `model`.

    Nothing is said of what is inside the paths `silent`, nor where the document has a problem.
    """
    try:
        model.model_validate(document.data)
    except ValidationError as error:
        already = {problem.at for problem in document.problems}
        found = explain(error, document, model, silent)
        return tuple(problem for problem in found if problem.at not in already)
    return ()


def explain(
    error: ValidationError,
    document: Document,
    model: type[BaseModel],
    silent: Collection[Path] = (),
) -> Iterator[Problem]:
    """Yield what `error` says about the data of `document` that was read as `model`.

    What is inside the paths `silent` is not the data a person meant, and nothing is said of it.
    """
    details, others = _first(error.errors(include_url=False), silent)
    unknown = [path for path, detail in details if detail["type"] == _UNKNOWN]
    meant = {path: _meant(path, model) for path in unknown[:_HINTS]}
    given = set(meant.values())
    for path, detail in reversed(details):
        if detail["type"] == "missing" and path in given:
            continue
        if detail["type"] == _UNKNOWN:
            problem = _unknown(path, meant.get(path, ()), document)
        else:
            problem = _problem(dict(detail), path, document, model)
        yield replace(problem, others=others.pop(detail["type"], 0))


def _first(
    details: list[ErrorDetails], silent: Collection[Path]
) -> tuple[list[tuple[Path, ErrorDetails]], Counter[str]]:
    """Return the first refusals of each kind with their paths, and how many others there are."""
    first: list[tuple[Path, ErrorDetails]] = []
    seen: Counter[str] = Counter()
    for detail in details:
        kind = detail["type"]
        if silent or seen[kind] < _DESCRIBED:
            path = tuple(part for part in detail["loc"] if not is_tag(part))
            if _is_echo(detail) or any(path[: len(each)] == each for each in silent):
                continue
            if seen[kind] < _DESCRIBED:
                first.append((path, detail))
        seen[kind] += 1
    return first, Counter({kind: n - _DESCRIBED for kind, n in seen.items() if n > _DESCRIBED})


def _meant(path: Path, model: type[BaseModel]) -> Path:
    """Return the path an unknown key was probably meant to have; empty where nothing is near."""
    near = nearest(str(path[-1]), _keys(model, path[:-1]))
    return (*path[:-1], near) if near else ()


def _is_echo(detail: ErrorDetails) -> bool:
    """Return whether a list counts as too short only because its items were refused."""
    return detail["type"] == "too_short" and len(detail["input"]) >= detail["ctx"]["min_length"]


def _unknown(path: Path, meant: Path, document: Document) -> Problem:
    hint = f"did you mean {meant[-1]!r}?" if meant else ""
    if meant == path:
        hint = "another kind has this key"
    message = f"unknown key {quoted(str(path[-1]))}"
    return document.problem(path, "extra-forbidden", message, hint=hint, key=True)


def _problem(
    detail: dict[str, Any], path: Path, document: Document, model: type[BaseModel]
) -> Problem:
    kind, key, value = detail["type"], str(path[-1]) if path else "the file", detail["input"]
    if kind == _KIND_UNKNOWN:
        words = kinds(detail["ctx"]["expected_tags"])
        return _not_one_of((*path, "kind"), value["kind"], words, document)
    if kind == _KIND_MISSING and isinstance(value, dict):
        path, key, kind = (*path, "kind"), "kind", "missing"
    if kind == "missing":
        hint = _description(model, path)
        return document.problem(path, "missing", f"missing key {key!r}", hint=hint, key=True)
    label, refusal = _label(path), detail.get("ctx", {}).get("error")
    if isinstance(refusal, SecretHere):
        message = f"{label} is not a secret reference"
        return _hidden(document.problem(path, HIDDEN, message, hint=str(refusal)), document, path)
    if kind == "literal_error":
        words = detail["ctx"]["expected"].replace(" or ", ", ").replace("'", "").split(", ")
        return _not_one_of(path, value, words, document)
    code, expected = _expectation(kind, detail.get("ctx", {}), detail["msg"])
    message = f"{label} is {_shown(value)}, {expected}"
    is_case = isinstance(refusal, OtherCase)
    hint = f"did you mean {quoted(value.lower())}?" if is_case else _description(model, path)
    return document.problem(path, code, message, hint=hint)


def _not_one_of(path: Path, value: object, words: list[str], document: Document) -> Problem:
    message = f"{_label(path)} is {_shown(value)}, expected {' or '.join(words)}"
    return document.problem(path, "not-one-of", message, hint=did_you_mean(str(value), words))


def _expectation(kind: str, context: dict[str, Any], message: str) -> tuple[str, str]:
    if kind == "value_error":
        is_pattern = isinstance(context["error"], NoName)
        return "name-pattern" if is_pattern else "wrong-form", str(context["error"])
    if kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        return "out-of-range", f"expected {words} {context[name]}"
    if kind == "too_short":
        return "out-of-range", f"expected at least {context['min_length']} of them"
    if kind == "too_long":
        return "out-of-range", f"expected at most {context['max_length']} of them"
    if kind in _KINDS:
        return "wrong-type", f"expected {_KINDS[kind]}"
    own = kind not in typing.get_args(core_schema.ErrorType)
    return "wrong-form", message[:1].lower() + message[1:] if own else "expected something else"


def _label(path: Path) -> str:
    if path and isinstance(path[-1], int):
        return f"{path[-2]}[{path[-1]}]" if len(path) > 1 else f"item {path[-1]}"
    if not path:
        return "the file"
    word = str(path[-1])
    return word if _WORD.fullmatch(word) else quoted(word)


def _shown(value: object) -> str:
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        kind = "mapping" if isinstance(value, dict) else "list"
        return f"a {kind}" if value else f"an empty {kind}"
    return quoted(value) if isinstance(value, str) else _number(value)


def _number(value: object) -> str:
    text = str(value)
    return text if len(text) <= 20 else f"{text[:17]}…"


def _hidden(problem: Problem, document: Document, path: Path) -> Problem:
    """Return a problem that covers the secret itself, also where it is a list or a mapping."""
    mark = document.values.get(path)
    if mark is None or mark.line != problem.at.line:
        return problem
    return replace(problem, at=replace(problem.at, column=mark.column), width=mark.width)


def _keys(model: type[BaseModel], path: Path) -> list[str]:
    return sorted({name for part in _models(model, path) for name in part.model_fields})


def _description(model: type[BaseModel], path: Path) -> str:
    names = [place for place, part in enumerate(path) if isinstance(part, str)]
    if not names:
        return ""
    for owner in _models(model, path[: names[-1]]):
        field = owner.model_fields.get(str(path[names[-1]]))
        if field and field.description:
            return field.description
    return ""


def _models(model: type[BaseModel], path: Path) -> list[type[BaseModel]]:
    """Return the parts of the specification that may stand where `path` leads."""
    return _models_at(model, tuple(0 if isinstance(part, int) else part for part in path))


@lru_cache(maxsize=1024)
def _models_at(model: type[BaseModel], path: Path) -> list[type[BaseModel]]:
    here: list[Any] = [model]
    for part in path:
        here = [inner for kind in here for inner in _inside(kind, part)]
    return [kind for kind in here if isinstance(kind, type) and issubclass(kind, BaseModel)]


def _inside(kind: Any, part: str | int) -> Iterator[Any]:  # noqa: ANN401  (types are values here)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        if part in kind.model_fields:
            yield from _plain(kind.model_fields[str(part)].annotation)
        return
    arguments = typing.get_args(kind)
    if arguments:
        yield from _plain(arguments[0] if isinstance(part, int) else arguments[-1])


def _plain(kind: Any) -> Iterator[Any]:  # noqa: ANN401  (types are values here)
    origin = typing.get_origin(kind)
    if origin is Annotated:
        yield from _plain(typing.get_args(kind)[0])
    elif origin in {types.UnionType, typing.Union}:
        for option in typing.get_args(kind):
            yield from _plain(option)
    elif origin is not Literal:
        is_part = isinstance(kind, type) and issubclass(kind, Spec)
        yield model_of(kind) if is_part else kind
