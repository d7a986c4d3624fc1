"""The two ways a template becomes text: as it is, and as quoted scalars.

Templates hold the wording of a file and nothing that decides; the code prepares small records of
text and numbers for them. A missing value is an error, never an empty string. In YAML and JSON
every hole is one whole scalar and is written as JSON, which both read back as the very same value:
a MAC stays text, a country code does not become false.

What is said of every device is a template of its own, and a campus would fill it a hundred thousand
times to change three words. `lines` fills it once, with holes left where devices differ, and then
fills in those alone. So such a template can decide nothing by what differs.

Compiling the templates takes longer than filling those of a small site. So what they compile to is
kept beside them in __pycache__, as Python keeps its own and with the same trust: never in a site's
folder, where whoever sends a pull request could put code.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache, partial
from hashlib import sha256
from itertools import chain, pairwise, repeat
from json.encoder import JSONEncoder, encode_basestring
from pathlib import Path
from typing import Any, NoReturn

import jinja2
from jinja2.bccache import Bucket

from rackwright import data

Watch = Callable[[jinja2.Template, Mapping[str, object]], None]
_WATCH: ContextVar[Watch | None] = ContextVar("_WATCH", default=None)
_QUOTED = (".yml.j2", ".json.j2", ".conf.json.j2")
_ENCODER = JSONEncoder(ensure_ascii=False)
_HOLE = re.compile("\0([0-9]+)\0")

Column = Sequence[Any]
"""What one hole is filled with, line by line; a text by itself stands in all lines."""
Fill = Callable[..., Iterable[str]]
"""From a column for each hole, in their order, to the lines without their ends.

Where scalars are not quoted, every value is text.
"""


def fill(template: str, **values: object) -> str:
    """Return the text of `template`, a path under templates/, with `values` in its holes."""
    found = _template(template)
    if watch := _WATCH.get():
        watch(found, values)
    return found.render(**values)


def lines(template: str, holes: Sequence[str], **shared: object) -> Fill:
    """Return what fills a template for each line with the values of its holes.

    Raises:
        LookupError: A hole is not in the text as it was given.
        ValueError: Columns, when they are given, are not of one length.
    """
    if _WATCH.get():
        return lambda *columns: (
            fill(template, **shared, **dict(zip(holes, row, strict=True))).removesuffix("\n")
            for row in zip(*map(_each, columns), strict=False)
        )
    places = {hole: _Hole(f"\0{place}\0") for place, hole in enumerate(holes)}
    parts = _HOLE.split(fill(template, **shared, **places).removesuffix("\n"))
    order = [int(place) for place in parts[1::2]]
    if {*order} != {*range(len(holes))}:
        raise LookupError(f"{template} does not have each of {', '.join(holes)} as it is given")
    return partial(_filled, parts[::2], order, template.endswith(_QUOTED))


def _filled(
    between: Sequence[str], order: Sequence[int], quoted: bool, *columns: Column
) -> Iterable[str]:
    """Return lines: what is between the holes, and in those the values of columns in `order`.

    A line is joined of what stands at its place in every column, at twice the speed of `%`.
    """
    if len({len(each) for each in columns if not isinstance(each, str)}) != 1:
        raise ValueError("columns are not of one length")
    written = [_scalars(each) if quoted else ("", each) for each in columns]
    quotes = ["", *(written[place][0] for place in order), ""]
    fixed = [f"{a}{text}{z}" for (a, z), text in zip(pairwise(quotes), between, strict=True)]
    values = (_each(written[place][1]) for place in order)
    pieces = chain.from_iterable(zip(map(repeat, fixed), values, strict=False))
    return map("".join, zip(*pieces, repeat(fixed[-1]), strict=False))


def _each(column: Column) -> Iterable[Any]:
    return repeat(column) if isinstance(column, str) else column


def _scalars(column: Column) -> tuple[str, Sequence[str]]:
    """Return a column as quoted scalars: the quote before and after each, and what is in it.

    Text is written as one scalar first. If that is longer by nothing but its quotes, no value has
    anything in it that is written otherwise, and each wants quotes alone.
    """
    if isinstance(column, str):
        return "", _scalar(column)
    if {*map(type, column)} != {str}:
        return "", [_scalar(value) for value in column]
    text = "".join(column)
    if len(encode_basestring(text)) == len(text) + 2:
        return '"', column
    return "", [encode_basestring(value) for value in column]


class Written(str):
    """What templates made already: another one, in YAML or JSON, takes it over as it is."""

    __slots__ = ()


class _Hole(Written):
    """Stands where a line's own value will; a template that asks anything of it is told off."""

    __slots__ = ()

    def _ask(self, *_: object) -> NoReturn:
        raise TypeError("a template decides nothing by a value that is filled in later")

    __bool__ = __eq__ = __iter__ = __len__ = __contains__ = _ask
    __hash__ = None  # type: ignore[assignment]


def is_watched() -> bool:
    """Return whether somebody follows what templates are filled with."""
    return _WATCH.get() is not None


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
    found = jinja2.Environment(
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
    found.globals.clear()  # Jinja's own functions, which no template calls, are copied at each fill
    return found


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
    if type(value) is str:  # nearly all are, and this is what the encoder comes to in the end
        return encode_basestring(value)
    if type(value) is int:
        return str(value)
    return value if isinstance(value, Written) else _ENCODER.encode(value)
