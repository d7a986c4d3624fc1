"""The base of the language's classes: which fields a part of the specification has.

Such a class is asked two things. Of nearly every file: is this data one, and what are its values?
Of a file with mistakes: what is wrong, all of it, each with its place; and once a release, what do
editors check? pydantic answers the second question better than anybody, and to ask it the first
would take a render longer than its work. So a class here is a record of its fields and nothing
else. `reading` answers the first question from it; `models` makes pydantic's models of the same
record where the second is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NoReturn, Self, dataclass_transform

from msgspec import Struct

NOTHING: Any = object()
"""Stands for the default of a field that must be given."""


class Bounds(Struct, frozen=True):
    """How large a number may be, or how long a list; None is no bound."""

    ge: int | None = None
    gt: int | None = None
    le: int | None = None
    min_length: int | None = None
    max_length: int | None = None

    def given(self) -> dict[str, int]:
        """Return the bounds that there are, by pydantic's names of them."""
        every = {name: getattr(self, name) for name in self.__struct_fields__}
        return {name: bound for name, bound in every.items() if bound is not None}

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:  # noqa: ANN401
        """Return what pydantic knows of the type itself, within these bounds."""
        return {**handler(source), **self.given()}


class Strict(Struct, frozen=True):
    """Says of a number or a flag that nothing else is taken for one: no text, no 1.0, no 0."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:  # noqa: ANN401
        """Return what pydantic knows of the type itself, without conversions."""
        return {**handler(source), "strict": True}


class Reads(Struct, frozen=True):
    """Says of a type which function makes a value of it, or refuses with a ValueError."""

    read: Callable[[object], object]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:  # noqa: ANN401
        """Return what pydantic knows of the type itself, after the function."""
        from pydantic import BeforeValidator

        return BeforeValidator(self.read).__get_pydantic_core_schema__(source, handler)


class Field(Struct, frozen=True):
    """What a class says of one of its fields, beside its type."""

    description: str
    default: Any
    default_factory: Callable[[], Any] | None
    bounds: Bounds

    @property
    def is_required(self) -> bool:
        """Return whether it must be given."""
        return self.default is NOTHING and self.default_factory is None

    def otherwise(self) -> Any:  # noqa: ANN401  (the value of any field)
        """Return its value where nobody gives one."""
        return self.default_factory() if self.default_factory else self.default


def field(
    *,
    description: str,
    default: Any = NOTHING,  # noqa: ANN401
    default_factory: Callable[[], Any] | None = None,
    min_length: int | None = None,
    max_length: int | None = None,
) -> Any:  # noqa: ANN401  (stands for the value of any field)
    """Return what a class says of a field; without a default it must be given."""
    bounds = Bounds(min_length=min_length, max_length=max_length)
    return Field(description, default, default_factory, bounds)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
class Spec:
    """A part of the specification: cannot change, knows which of its fields were written."""

    own: ClassVar[Mapping[str, tuple[Any, Field]]] = {}
    """The fields that a class itself declares: the type of each, and what is said of it."""
    fields: ClassVar[Mapping[str, tuple[Any, Field]]] = {}
    """The same with those of the classes it is derived from."""
    written: frozenset[str]

    def __init_subclass__(cls) -> None:
        said = vars(cls)
        cls.own = {name: (form, said[name]) for name, form in said["__annotations__"].items()}
        cls.fields = {**cls.fields, **cls.own}

    def __new__(cls, **given: Any) -> Self:  # noqa: ANN401  (values of any fields)
        """Return a part of the specification with these values, which nobody checks."""
        self = object.__new__(cls)
        values = {name: said.otherwise() for name, (_, said) in cls.fields.items()}
        self.__dict__.update(values, **given, written=frozenset(given))
        return self

    def __setattr__(self, name: str, _value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot change: {name}")

    def values(self) -> dict[str, Any]:
        """Return the value of every field."""
        return {name: getattr(self, name) for name in self.fields}

    def __repr__(self) -> str:
        values = (f"{name}={value!r}" for name, value in self.values().items())
        return f"{type(self).__name__}({', '.join(values)})"

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.values() == self.values()

    def __hash__(self) -> int:
        return hash((type(self), *self.values().values()))

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, handler: Any) -> Any:  # noqa: ANN401
        """Return what pydantic knows of the model that has these fields."""
        from rackwright.spec.models import model

        part: Any = cls
        return handler.generate_schema(model(part))
