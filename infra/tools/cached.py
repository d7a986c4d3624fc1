"""Folders that are built once, and count only when they are complete and current.

The problem: what set-up builds takes minutes, is shared between checkouts, and its building can be
killed at any moment or be started twice at once.
The approach: a folder is built under another name beside its place and renamed when it is complete;
its `.stamp` holds the digest of the recipe it was made from. A folder with another stamp, or none,
is built again. One lock per tools folder makes the second set-up wait for the first.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from commands import as_root, run

STAMP = ".stamp"


def digest(*recipe: Path | str) -> str:
    """Return the digest of a recipe: of its files' contents and its words."""
    parts = [part.read_bytes() if isinstance(part, Path) else part.encode() for part in recipe]
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def is_current(folder: Path, wanted: str) -> bool:
    """Say whether `folder` was completely built from the recipe with the digest `wanted`."""
    try:
        return (folder / STAMP).read_text().strip() == wanted
    except OSError:
        return False


def build(folder: Path, wanted: str, make: Callable[[Path], None]) -> None:
    """Build `folder` afresh with `make`, which gets the place to build in."""
    building, leaving = (folder.with_name(f"{folder.name}.{what}") for what in ("building", "old"))
    folder.parent.mkdir(parents=True, exist_ok=True)
    for left_over in (building, leaving):
        remove(left_over)
    make(building)
    _stamp(building, wanted)
    if folder.exists():
        folder.rename(leaving)
    building.rename(folder)
    remove(leaving)


def remove(folder: Path) -> None:
    """Remove a folder, whoever owns what is in it, and nothing that is mounted there."""
    if not folder.exists():
        return
    command = ("rm", "-rf", "--one-file-system", "--", folder)
    run(*(command if folder.stat().st_uid == os.geteuid() else as_root(*command)))


def _stamp(folder: Path, wanted: str) -> None:
    """Write the stamp, last of all, also where root owns the folder."""
    stamp = folder.with_name(f"{folder.name}{STAMP}")
    stamp.write_text(f"{wanted}\n")
    command = ("mv", "--", stamp, folder / STAMP)
    run(*(command if os.access(folder, os.W_OK) else as_root(*command)))


@contextlib.contextmanager
def locked(tools: Path) -> Iterator[None]:
    """Hold the lock of a tools folder; wait for whoever holds it, and say so.

    The lock is inherited by every program that set-up starts: when set-up is killed, the next one
    waits until what it had started has ended too.
    """
    tools.mkdir(parents=True, exist_ok=True)
    with (tools / ".lock").open("w") as lock:
        os.set_inheritable(lock.fileno(), True)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"another set-up is at work in {tools}: waiting for it to end", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
