"""Data to the values of the specification, or a refusal that says nothing.

A file that is read is nearly always right, and then one look at each value is enough: is it of the
type that its field has? So for each type there is a function that returns the value or raises
`Refused`, made once of the annotation. It takes exactly what pydantic takes of plain data; what is
wrong with all the rest is for `models` and `explain` to say.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Annotated, Any, Literal, TypeVar

from rackwright.spec.choice import Choice, Tag
from rackwright.spec.language import Bounds, Reads, Spec
from rackwright.spec.patterns import Pattern
from rackwright.spec.words import Form

Part = TypeVar("Part", bound=Spec)
Reader = Callable[[Any], Any]


class Refused(Exception):
    """The data is not of the form that was asked for."""


def read(part: type[Part], data: Any) -> Part:  # noqa: ANN401  (any YAML value)
    """Return the values of a part of the specification that are in `data`.

    Raises:
        Refused: It is no such part.
    """
    form: Any = part
    found: Part = reader(form)(data)
    return found


@cache
def reader(form: Any) -> Reader:  # noqa: ANN401  (types are values here)
    """Return what reads a value of a type, or refuses it."""
    origin = typing.get_origin(form)
    if origin is Annotated:
        return _annotated(form.__origin__, form.__metadata__)
    if origin in {types.UnionType, typing.Union}:
        return _optional(typing.get_args(form))
    if origin is Literal:
        return partial(_one_of, typing.get_args(form))
    if origin is tuple:
        return partial(_list, reader(typing.get_args(form)[0]))
    if origin is dict:
        return partial(_mapping, *map(reader, typing.get_args(form)))
    if issubclass(form, Spec):
        return partial(_part, form)
    return partial(_number if form is float else _exactly, form)


def _part(part: Any, data: Any) -> Spec:  # noqa: ANN401
    readers, required = _readers(part)
    if type(data) is not dict or not required <= data.keys() <= readers.keys():
        raise Refused
    found: Spec = part(**{key: readers[key](value) for key, value in data.items()})
    return found


@cache
def _readers(part: type[Spec]) -> tuple[Mapping[str, Reader], frozenset[str]]:
    """Return what reads each field, and the fields that must be there."""
    required = frozenset(name for name, (_, said) in part.fields.items() if said.is_required)
    readers = {
        name: _annotated(form, (said.bounds,)) if said.bounds.given() else reader(form)
        for name, (form, said) in part.fields.items()
    }
    return readers, required


def _annotated(form: Any, marks: tuple[Any, ...]) -> Reader:  # noqa: ANN401
    """Return what reads a value of a type of which more is said."""
    for mark in marks:
        if isinstance(mark, Choice):
            return _choice(mark, typing.get_args(form))
    makers = tuple(
        mark.read if isinstance(mark, Reads) else mark.check
        for mark in marks
        if isinstance(mark, Reads | Form | Pattern)
    )
    found = partial(_made, makers) if makers else reader(form)
    for mark in marks:
        if isinstance(mark, Bounds):
            found = partial(_within, mark, found)
    return found


def _optional(options: tuple[Any, ...]) -> Reader:
    inner, nothing = options
    if nothing is not type(None):
        raise TypeError(options)
    return partial(_given, reader(inner))


def _given(inner: Reader, value: Any) -> Any:  # noqa: ANN401
    return None if value is None else inner(value)


def _choice(choice: Choice, shapes: tuple[Any, ...]) -> Reader:
    """Return what reads the one of several shapes that the data means."""
    tags = {mark.word: each for each in shapes for mark in each.__metadata__ if type(mark) is Tag}
    return partial(_chosen, choice.look, {tag: reader(shape) for tag, shape in tags.items()})


def _chosen(look: Callable[[Any], str | None], readers: Mapping[str, Reader], value: Any) -> Any:  # noqa: ANN401
    tag = look(value)
    if tag is None or tag not in readers:
        raise Refused
    return readers[tag](value)


def _made(makers: tuple[Callable[[Any], Any], ...], value: Any) -> Any:  # noqa: ANN401
    try:
        for make in makers:
            value = make(value)
    except ValueError:
        raise Refused from None
    return value


def _within(bounds: Bounds, inner: Reader, value: Any) -> Any:  # noqa: ANN401
    found = inner(value)
    if found is None:
        return None
    size = found if isinstance(found, int | float) else len(found)
    least = bounds.ge if bounds.ge is not None else bounds.min_length
    most = bounds.le if bounds.le is not None else bounds.max_length
    if (
        (least is not None and size < least)
        or (most is not None and size > most)
        or (bounds.gt is not None and size <= bounds.gt)
    ):
        raise Refused
    return found


def _one_of(words: tuple[Any, ...], value: Any) -> Any:  # noqa: ANN401
    for word in words:
        if word == value:
            return word
    raise Refused


def _list(inner: Reader, value: Any) -> tuple[Any, ...]:  # noqa: ANN401
    if type(value) is not list:
        raise Refused
    return tuple(map(inner, value))


def _mapping(keys: Reader, values: Reader, value: Any) -> dict[Any, Any]:  # noqa: ANN401
    if type(value) is not dict:
        raise Refused
    return {keys(key): values(each) for key, each in value.items()}


def _exactly(form: type, value: Any) -> Any:  # noqa: ANN401
    if type(value) is form:
        return value
    raise Refused


def _number(_form: type, value: Any) -> float:  # noqa: ANN401
    if type(value) not in (int, float):
        raise Refused
    try:
        return float(value)
    except OverflowError:
        raise Refused from None
