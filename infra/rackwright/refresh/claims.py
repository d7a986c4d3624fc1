"""What as-built tables claim for themselves alone, and whether any of it is claimed twice.

A campus has a million serials, MACs and GUIDs, and hardly any of them changes between two renders.
So the claims of each table are kept in a file of their own, under the name of its unit and their
digest: one that is new stands beside the old one until the render is done. They are read one table
at a time, and where all are compared, as numbers of eight bytes.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from rackwright import tree
from rackwright.unchanged import FOLDER

_PLACE = f"{FOLDER}/claimed"
_MANY = 200
"""More new claims than this are looked up in a set, fewer in the text of each table."""
_PARTS = 64
"""Numbers are compared in so many parts, of which one at a time is in a set."""


class Claims(Struct, frozen=True):
    """What the tables of a site claimed when it was last sound, a line each."""

    site: Path
    digests: Mapping[str, str]
    """By unit."""

    def of(self, unit: str) -> str | None:
        """Return the claims of a unit's table; None where they are lost or damaged."""
        raw = self._raw(unit)
        return None if raw is None else raw.decode()

    def _raw(self, unit: str) -> bytes | None:
        if unit not in self.digests:
            return None
        raw = tree.read_bytes(self.site / _PLACE / _name(unit, self.digests[unit]))
        return raw if raw is not None and sha256(raw).hexdigest() == self.digests[unit] else None

    def _beside(self, units: Collection[str]) -> Iterator[bytes | None]:
        """Yield the claims of every other unit than these, as they are on disk."""
        return (self._raw(unit) for unit in self.digests if unit not in units)

    def are_unique(self, changed: Mapping[str, str]) -> bool:
        """Return whether no claim of the changed tables is made by two of them or by another.

        What is not known for sure is not so.
        """
        mine = [line for text in changed.values() for line in text.splitlines()]
        new = set(mine)
        if len(new) != len(mine):
            return False
        # what the changed ones claimed before is in no other table
        new.difference_update(*((self.of(unit) or "").splitlines() for unit in changed))
        wanted = {line.encode() for line in new}
        return not new or not any(_has(raw, wanted) for raw in self._beside(changed.keys()))


class Numbers:
    """Claims of all tables of a campus, as the numbers that they hash to in this process."""

    def __init__(self) -> None:
        self._parts = tuple(array("q") for _ in range(_PARTS))

    def add(self, parts: Iterable[bytes]) -> None:
        """Add the claims of a table, as `numbered` returns them."""
        for part, found in zip(self._parts, parts, strict=True):
            part.frombytes(found)

    def are_unique(self) -> bool:
        """Return whether no claim was added twice; that two have one number is next to never."""
        return all(len(set(part)) == len(part) for part in self._parts)


def numbered(claims: Iterable[str]) -> tuple[bytes, ...]:
    """Return the claims of a table as numbers, part by part, for `Numbers` of this process.

    Those of processes that it forks are the same.
    """
    parts = tuple(array("q") for _ in range(_PARTS))
    append = tuple(part.append for part in parts)
    for number in map(hash, claims):
        append[number % _PARTS](number)
    return tuple(part.tobytes() for part in parts)


def digest(text: str) -> str:
    """Return the SHA-256 of a text."""
    return sha256(text.encode(errors="surrogateescape")).hexdigest()


def keep(site: Path, unit: str, text: str) -> None:
    """Keep the claims of a unit's table.

    Raises:
        RackwrightError: The folder cannot be written.
    """
    tree.update({_name(unit, digest(text)): text}, site / _PLACE)


def forget(site: Path, digests: Mapping[str, str]) -> None:
    """Forget all claims but those with these digests.

    Raises:
        RackwrightError: The folder cannot be written.
    """
    names = {_name(unit, each) for unit, each in digests.items()}
    found = tree.EVERYTHING.paths(site / _PLACE)
    tree.remove((path for path in found if path not in names), site / _PLACE)


def _name(unit: str, digest: str) -> str:
    return f"{unit.replace('/', '-')}.{digest[:16]}"


def _has(raw: bytes | None, lines: set[bytes]) -> bool:
    """Return whether claims hold one of these lines, or may."""
    if raw is None:
        return True
    if len(lines) > _MANY:
        return not lines.isdisjoint(raw.splitlines())
    return any(line in raw and line in raw.splitlines() for line in lines)
