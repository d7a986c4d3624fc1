"""The two ways a template becomes text: as it is, and as quoted scalars.

Templates hold the wording of a file and nothing that decides; the code prepares small records of
text and numbers for them. A missing value is an error, never an empty string. In YAML and JSON
every hole is one whole scalar and is written as JSON, which both read back as the very same value:
a MAC stays text, a country code does not become false.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

import jinja2

from rackwright import data

Watch = Callable[[jinja2.Template, Mapping[str, object]], None]
_WATCH: ContextVar[Watch | None] = ContextVar("_WATCH", default=None)
_QUOTED = (".yml.j2", ".json.j2", ".conf.json.j2")


def fill(template: str, **values: object) -> str:
    """Return the text of `template`, a path under templates/, with `values` in its holes."""
    found = _environment(quoted=template.endswith(_QUOTED)).get_template(template)
    if watch := _WATCH.get():
        watch(found, values)
    return found.render(**values)


@contextmanager
def watched(watch: Watch) -> Iterator[None]:
    """Tell `watch` of every template that is filled while the body runs, and of its values."""
    token = _WATCH.set(watch)
    try:
        yield
    finally:
        _WATCH.reset(token)


@cache
def _environment(*, quoted: bool) -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(data.folder("templates")),
        undefined=jinja2.StrictUndefined,
        finalize=_scalar if quoted else None,
        autoescape=False,  # noqa: S701  (configuration files, not HTML)
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )


def _scalar(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
