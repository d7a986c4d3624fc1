"""The two ways a template becomes text: as it is, and as quoted scalars.

Templates hold the wording of a file and nothing that decides; the code prepares small records of
text and numbers for them. A missing value is an error, never an empty string. In YAML and JSON
every hole is one whole scalar and is written as JSON, which both read back as the very same value:
a MAC stays text, a country code does not become false.

Compiling the templates takes longer than filling those of a small site. So what they compile to is
kept beside them in __pycache__, as Python keeps its own and with the same trust: never in a site's
folder, where whoever sends a pull request could put code.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from hashlib import sha256
from json.encoder import encode_basestring
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket

from rackwright import data

Watch = Callable[[jinja2.Template, Mapping[str, object]], None]
_WATCH: ContextVar[Watch | None] = ContextVar("_WATCH", default=None)
_QUOTED = (".yml.j2", ".json.j2", ".conf.json.j2")


def fill(template: str, **values: object) -> str:
    """Return the text of `template`, a path under templates/, with `values` in its holes."""
    found = _template(template)
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
def _template(path: str) -> jinja2.Template:
    return _environment(quoted=path.endswith(_QUOTED)).get_template(path)


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
        bytecode_cache=_Bytecode(data.folder("templates") / "__pycache__"),
    )


class _Bytecode(jinja2.BytecodeCache):
    """What templates compile to, in a folder; without it everything works and takes longer."""

    def __init__(self, folder: Path) -> None:
        made_by = sha256(Path(__file__).read_bytes()).hexdigest()[:8]  # its settings are in there
        self.ending = f"{sys.implementation.cache_tag}-{jinja2.__version__}-{made_by}"
        self.folder = folder

    def load_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError), self._file(bucket).open("rb") as file:
            bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if sys.dont_write_bytecode:
            return
        file = self._file(bucket)
        unfinished = file.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            self.folder.mkdir(exist_ok=True)
            with unfinished.open("wb") as opened:
                bucket.write_bytecode(opened)
            unfinished.replace(file)

    def _file(self, bucket: Bucket) -> Path:
        return self.folder / f"{bucket.key}.{self.ending}"


def _scalar(value: object) -> str:
    if isinstance(value, str):  # nearly all are, and this is what `dumps` comes to in the end
        return encode_basestring(value)
    return json.dumps(value, ensure_ascii=False)
