"""What the last render was made from and what it left, in a folder that git ignores.

It is a few hundred lines of text with their own digest on top, read without importing anything that
takes time. What as-built tables claim lies beside it, a file for each, so a change writes one. Only
inert text lies in a site's folder: whoever may send a pull request can put files there, so what
Python would execute (bytecode, pickles) has no place in it.
"""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from msgspec import Struct, field

from rackwright import data, tree
from rackwright.problems import RackwrightError
from rackwright.tree import Scope

FOLDER = ".rackwright"
_FILE = "render"
_CLAIMS = "claimed"
_VERSION = "rackwright render 2"
_VALUES = ("program", "specification")
_TABLES = ("inputs", "keys", "guids", "claims", "seals")
_IGNORE = {".gitignore": "*\n"}
_SOURCES = Scope(without=("__pycache__",))
_INSTALLED = (".dist-info", ".egg-info")


class Memory(Struct, frozen=True):
    """What is remembered of a site; empty where nothing is."""

    program: str = ""
    """See `program`."""
    specification: str = ""
    """Digest of all inputs but as-built tables, and of the program."""
    inputs: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of every file the specification was read from."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Of every unit, by its folder: the digest of all that it was rendered from."""
    guids: Mapping[str, str] = field(default_factory=dict)
    """Of every scalable unit: the digest of the GUIDs in its table."""
    claims: Mapping[str, str] = field(default_factory=dict)
    """Of every unit that may have a table: the digest of what that claims, kept in a file each."""
    seals: Mapping[str, str] = field(default_factory=dict)
    """Of every folder as the render left it."""


def program() -> str:
    """Return what changes with the program, its templates, its catalogue or its libraries."""
    package = Path(__file__).parents[1]
    known = (
        sys.version,
        tree.seal(package, _SOURCES),
        tree.seal(data.folder("templates"), _SOURCES),
        *sorted(_libraries()),
    )
    return sha256("\n".join(known).encode(errors="surrogateescape")).hexdigest()


def read(site: Path) -> Memory:
    """Return what is remembered of the site in folder `site`; nothing where it is damaged."""
    raw = tree.read_file(site / FOLDER / _FILE) or ""
    sealed, _, body = raw.partition("\n")
    if sealed != digest(body) or not body.startswith(f"{_VERSION}\n"):
        return Memory()
    values: dict[str, str] = {}
    tables: dict[str, dict[str, str]] = {name: {} for name in _TABLES}
    for line in body.splitlines()[1:]:
        kind, value, name = line.split("\t")
        if kind in tables:
            tables[kind][name] = value
        else:
            values[kind] = value
    return Memory(
        program=values.get("program", ""),
        specification=values.get("specification", ""),
        inputs=tables["inputs"],
        keys=tables["keys"],
        guids=tables["guids"],
        claims=tables["claims"],
        seals=tables["seals"],
    )


def read_claims(site: Path, known: Memory) -> Mapping[str, str]:
    """Return what the as-built tables claimed, by unit; without those whose file is damaged."""
    files = ((name, site / FOLDER / _CLAIMS / name) for name in known.claims if "/" not in name)
    found = ((name, tree.read_file(file)) for name, file in files)
    return {
        name: text
        for name, text in found
        if text is not None and digest(text) == known.claims[name]
    }


def write(site: Path, known: Memory, claims: Mapping[str, str]) -> None:
    """Remember this of the site in folder `site`, and of its claims those that are new.

    Raises:
        RackwrightError: The folder cannot be written.
    """
    folder = site / FOLDER
    lines = [_VERSION, *(f"{name}\t{getattr(known, name)}\t" for name in _VALUES)]
    for name in _TABLES:
        lines += [f"{name}\t{value}\t{key}" for key, value in sorted(getattr(known, name).items())]
    body = "\n".join((*lines, ""))
    kept = tree.EVERYTHING.paths(folder / _CLAIMS)
    tree.remove((path for path in kept if path not in known.claims), folder / _CLAIMS)
    tree.update(claims, folder / _CLAIMS)
    tree.update({_FILE: f"{digest(body)}\n{body}"}, folder)


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


def _libraries() -> Iterator[str]:
    """Yield the names and versions of everything installed."""
    for place in sys.path:
        try:
            found = os.listdir(place or ".")  # noqa: PTH208  (of names, and they are many)
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            continue
        yield from (name for name in found if name.endswith(_INSTALLED))


def digest(body: str) -> str:
    """Return the SHA-256 of a text."""
    return sha256(body.encode(errors="surrogateescape")).hexdigest()
