"""A site that nothing is wrong with."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from rackwright.asbuilt import AsBuilt
from rackwright.expand import Expansion
from rackwright.inventory import Unit
from rackwright.refresh.claims import digest

Keep = Callable[[str, str], None]
"""Is given a unit and what its table claims."""


class Table(Struct, frozen=True):
    """What is remembered of an as-built table that nothing is wrong with."""

    guids: str
    """Digest of its GUIDs."""
    shape: str
    """See `AsBuilt.shape`."""
    claims: str
    """Digest of what it claims for itself alone."""
    is_plain: bool
    """See `AsBuilt.is_plain`."""


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
    """Units whose tables are what they were."""
    outline: Callable[[], bytes] = bytes
    """Returns what is to be remembered of the specification; nothing where that is not new."""


def table(found: AsBuilt, claims: str) -> Table:
    """Return what is remembered of an as-built table with these claims."""
    return Table(found.guid_digest(), found.shape(), digest(claims), found.is_plain)
