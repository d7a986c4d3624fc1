"""A site that nothing is wrong with, and whether what its tables claim is theirs alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from rackwright.asbuilt import AsBuilt
from rackwright.expand import Expansion
from rackwright.inventory import Unit

_MANY = 200
"""More new claims than this are looked up in a set, fewer in the text of all others."""


class Table(Struct, frozen=True):
    """What is remembered of an as-built table that nothing is wrong with."""

    guids: str
    """Digest of its GUIDs."""
    shape: str
    """See `AsBuilt.shape`."""
    claims: str
    """What it claims for itself alone, a line each."""


class Sound(Struct, frozen=True):
    """A site that nothing is wrong with, and what it takes to know so again."""

    expansion: Expansion
    inputs: Mapping[str, str]
    """Digest of every file it was read from."""
    units: tuple[Unit, ...]
    keys: Mapping[str, str]
    """Of every unit by its folder."""
    specification: str
    """Digest of everything but as-built tables."""
    tables: Mapping[str, Table]
    """The as-built tables that are new, by unit."""
    kept: frozenset[str]
    """Units whose tables claim what they claimed before."""
    outline: bytes = b""
    """What is to be remembered of the specification, where that is new."""


def table(found: AsBuilt) -> Table:
    """Return what is remembered of an as-built table."""
    return Table(found.guid_digest(), found.shape(), "\n".join(found.claims()))


def are_unique(
    kept: Mapping[str, str], changed: Mapping[str, str], before: Mapping[str, str]
) -> bool:
    """Return whether no claim of the changed tables is made twice, in one of them or in another.

    The kept ones are unique among themselves, and what the changed ones claimed before is in none.
    """
    mine = [line for text in changed.values() for line in text.splitlines()]
    if len(set(mine)) != len(mine):
        return False
    old = {line for name in changed for line in before.get(name, "").splitlines()}
    new = set(mine) - old
    if len(new) > _MANY:
        return new.isdisjoint(line for text in kept.values() for line in text.splitlines())
    others = f"\n{_joined(kept.values())}\n"
    return not any(f"\n{line}\n" in others for line in new)


def _joined(texts: Iterable[str]) -> str:
    return "\n".join(texts)
