"""What the last render was made from and what it left, in a folder that git ignores.

It is a few hundred lines of text with their own digest on top. Beside it are the seals of what it
left (see `unchanged`), which name every file of a campus, what follows from the specification (see
`outline`) and what as-built tables claim (see `claims`), each read where it is needed. Only inert
data lie in a site's folder: whoever may send a pull request can put files there, so what Python
would execute (bytecode, pickles) has no place in it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from msgspec import Struct, field

from rackwright import data, inputs, seals, tree, unchanged
from rackwright.problems import RackwrightError
from rackwright.refresh import claims
from rackwright.refresh.claims import digest
from rackwright.refresh.folders import folders_above
from rackwright.seals import Mark
from rackwright.tree import Scope
from rackwright.unchanged import FOLDER

_FILE = "render"
_OUTLINE = "outline"
_VERSION = "rackwright render 4"
_VALUES = ("program", "specification", "outline")
_TABLES = ("inputs", "keys", "guids", "shapes", "claims")
_IGNORE = {".gitignore": "*\n"}
_SOURCES = Scope(without=("__pycache__",))
_RENDERED = "rendered/"


class Memory(Struct, frozen=True):
    """What is remembered of a site; empty where nothing is."""

    program: str = ""
    """See `program`."""
    specification: str = ""
    """Digest of all inputs but as-built tables, and of the program."""
    outline: str = ""
    """Digest of what follows from them; see `outline`."""
    inputs: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of every file the specification was read from."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Of every unit, by its folder: the digest of all that it was rendered from."""
    guids: Mapping[str, str] = field(default_factory=dict)
    """Of every scalable unit: the digest of the GUIDs in its table."""
    shapes: Mapping[str, str] = field(default_factory=dict)
    """Of every unit that may have a table: the digest of its shape."""
    claims: Mapping[str, str] = field(default_factory=dict)
    """Of every unit that may have a table: the digest of what that claims, kept in a file each."""
    seals: Mapping[str, str] = field(default_factory=dict)
    """Of every folder as the render left it; see `seals`."""


def sources() -> dict[Path, dict[str, Mark]]:
    """Return the marks of the program, its templates and its catalogue, by their folders."""
    found = (Path(__file__).parents[1], data.folder("templates"))
    return {folder: tree.marks(folder, _SOURCES) for folder in found}


def program(sources: Mapping[Path, dict[str, Mark]]) -> str:
    """Return what changes with a file of the program, or with the libraries beside it."""
    return digest("\n".join((unchanged.installed(), *map(seals.sealed, sources.values()))))


def read(site: Path) -> Memory:
    """Return what is remembered of the site in folder `site`; nothing where it is damaged."""
    raw = tree.read_file(site / FOLDER / _FILE) or ""
    sealed, _, body = raw.partition("\n")
    if sealed != digest(body) or not body.startswith(f"{_VERSION}\n"):
        return Memory()
    values = dict.fromkeys(_VALUES, "")
    tables: dict[str, dict[str, str]] = {name: {} for name in _TABLES}
    for line in body.splitlines()[1:]:
        kind, value, name = line.split("\t")
        if kind in tables:
            tables[kind][name] = value
        else:
            values[kind] = value
    return Memory(
        program=values["program"],
        specification=values["specification"],
        outline=values["outline"],
        inputs=tables["inputs"],
        keys=tables["keys"],
        guids=tables["guids"],
        shapes=tables["shapes"],
        claims=tables["claims"],
        seals=_read_seals(site),
    )


def read_outline(site: Path, known: Memory) -> bytes | None:
    """Return the outline that is remembered; None where it is lost or damaged."""
    raw = tree.read_bytes(site / FOLDER / _OUTLINE)
    return raw if raw is not None and sha256(raw).hexdigest() == known.outline else None


def _read_seals(site: Path) -> dict[str, str]:
    found = unchanged.parted(tree.read_file(site / FOLDER / unchanged.SEALS) or "")
    return {folder.removeprefix(_RENDERED): seal for folder, seal in found.items()}


def write(site: Path, known: Memory, outline: bytes = b"") -> None:
    """Remember this of the site in folder `site`, and its outline where that is new.

    Raises:
        RackwrightError: The folder cannot be written.
    """
    folder = site / FOLDER
    lines = [_VERSION, *(f"{name}\t{getattr(known, name)}\t" for name in _VALUES)]
    for name in _TABLES:
        lines += [f"{name}\t{value}\t{key}" for key, value in sorted(getattr(known, name).items())]
    body = "\n".join((*lines, ""))
    claims.forget(site, known.claims)
    if outline:
        tree.put(folder / _OUTLINE, outline)
    sealed = {f"{_RENDERED}{name}": seal for name, seal in sorted(known.seals.items())}
    tree.update(
        {_FILE: f"{digest(body)}\n{body}", unchanged.SEALS: unchanged.joined(sealed)}, folder
    )


def noted(site: Path, known: Memory, sources: Mapping[Path, dict[str, Mark]]) -> dict[str, str]:
    """Return seals of all that is looked at to find that nothing changed, but what `seals` has.

    There are none where one of the files is missing.
    """
    above = (f"{_RENDERED}{folder}" for folder in folders_above(known.keys))
    places = (folder for folder, _ in inputs.FOLDERS if (site / folder).is_dir())
    mine = (f"{FOLDER}/{file}" for file in (_FILE, unchanged.SEALS))
    files = [seals.HERE, *known.inputs, *places, *above, f"{_RENDERED}{inputs.FILE}", *mine]
    try:
        program = {
            str(folder): tree.sealed(marks, folder, _SOURCES) for folder, marks in sources.items()
        }
        return {seals.HERE: seals.of(str(site), files, follow=True), **program}
    except OSError:
        return {}


def note(site: Path, noted: dict[str, str]) -> None:
    """Note these seals for `unchanged` to find, when nothing changed since they were taken.

    Raises:
        RackwrightError: The folder cannot be written.
    """
    tree.update({unchanged.FILE: unchanged.text(noted)}, site / FOLDER)


@contextmanager
def locked(site: Path) -> Iterator[None]:
    """Hold the site against a second render, which waits here until this one is done.

    Raises:
        RackwrightError: The folder cannot be written, or leads elsewhere.
    """
    folder = site / FOLDER
    if folder.is_symlink():
        hint = "remove it; it is made anew"
        raise RackwrightError(f"{folder} cannot be used: it is a link", hint)
    tree.update(_IGNORE, folder)
    try:
        lock = os.open(
            folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600
        )
    except OSError as error:
        message = f"{error.filename} cannot be written: {error.strerror}"
        raise RackwrightError(message, "make the site's folder writable") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)  # and with it the lock, once the workers that have it too are gone
