"""pydantic's models of the language: they say everything that is wrong with data, and its schema.

A model has the fields of a class of the language, and is made when somebody asks for it: where
data was refused, or to write the JSON Schema. What they accept is what `reading` accepts.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from rackwright.spec import language
from rackwright.spec.language import Spec


class Model(BaseModel):
    """A form of data: cannot change, refuses keys it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


@cache
def model(part: type[Spec]) -> type[BaseModel]:
    """Return the model that has the fields of a class of the language."""
    bases = tuple(model(base) for base in part.__bases__ if base is not Spec)
    fields: dict[str, Any] = {name: (form, _field(said)) for name, (form, said) in part.own.items()}
    return create_model(
        part.__name__,
        __base__=bases or (Model,),
        __doc__=part.__doc__,
        __module__=part.__module__,
        **fields,
    )


def _field(said: language.Field) -> Any:  # noqa: ANN401  (pydantic's own type of fields)
    words: dict[str, Any] = {"description": said.description, **said.bounds.given()}
    if said.default_factory:
        return Field(default_factory=said.default_factory, **words)
    return Field(**words) if said.is_required else Field(default=said.default, **words)
