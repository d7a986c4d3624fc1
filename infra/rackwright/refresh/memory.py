"""What the last render was made from and what it left, in a folder that git ignores.

It is a few hundred lines of text with their own digest on top, read without importing anything that
takes time. Only inert text lies in a site's folder: whoever may send a pull request can put files
there, so what Python would execute (bytecode, pickles) has no place in it.
"""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from rackwright import data, tree
from rackwright.problems import RackwrightError
from rackwright.tree import Scope

FOLDER = ".rackwright"
_FILE = "render"
_CLAIMS = "claims"
_VERSION = "rackwright render 1"
_VALUES = ("program", "specification", "claims")
_TABLES = ("inputs", "keys", "guids", "seals")
_IGNORE = {".gitignore": "*\n"}
_SOURCES = Scope(without=("__pycache__",))
_INSTALLED = (".dist-info", ".egg-info")


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of a site; empty where nothing is."""

    program: str = ""
    """See `program`."""
    specification: str = ""
    """Digest of all inputs but as-built tables, and of the program."""
    claims: str = ""
    """Digest of the claims that are remembered beside it."""
    inputs: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of every file the specification was read from."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Of every unit, by its folder: the digest of all that it was rendered from."""
    guids: Mapping[str, str] = field(default_factory=dict)
    """Of every scalable unit: the digest of the GUIDs in its table."""
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
    digest, _, body = raw.partition("\n")
    if digest != _digest(body) or not body.startswith(f"{_VERSION}\n"):
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
        claims=values.get("claims", ""),
        inputs=tables["inputs"],
        keys=tables["keys"],
        guids=tables["guids"],
        seals=tables["seals"],
    )


def read_claims(site: Path, known: Memory) -> Mapping[str, str]:
    """Return what the as-built tables claimed, by scalable unit; nothing where it is damaged."""
    body = tree.read_file(site / FOLDER / _CLAIMS) or ""
    if not known.claims or known.claims != _digest(body):
        return {}
    blocks = (block.partition("\n") for block in body.split("\n\n"))
    return {unit: lines for unit, _, lines in blocks}


def write(site: Path, known: Memory, claims: Mapping[str, str]) -> None:
    """Remember this of the site in folder `site`.

    Raises:
        RackwrightError: The folder cannot be written.
    """
    claimed = "\n\n".join(f"{unit}\n{lines}" for unit, lines in sorted(claims.items()))
    known = replace(known, claims=_digest(claimed))
    lines = [_VERSION, *(f"{name}\t{getattr(known, name)}\t" for name in _VALUES)]
    for name in _TABLES:
        lines += [f"{name}\t{value}\t{key}" for key, value in sorted(getattr(known, name).items())]
    body = "\n".join((*lines, ""))
    tree.update({_CLAIMS: claimed}, site / FOLDER)
    tree.update({_FILE: f"{_digest(body)}\n{body}"}, site / FOLDER)


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


def _digest(body: str) -> str:
    return sha256(body.encode(errors="surrogateescape")).hexdigest()
