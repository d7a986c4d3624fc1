"""Changes as the report draws them: on which rack or device, and of which kind.

Whoever compares two states of a site knows what changed and why; the report only has to know where
to draw it. What is gone has no place in an elevation any more, and is listed with its unit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from typing import Literal

from rackwright.report.script import Table, table

Kind = Literal["added", "changed", "removed", "replaced"]


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One change of a rack or of a device in it."""

    unit: str
    """The scalable unit it is or was in."""
    rack: str
    label: str
    """Of the device: `c07`; empty where the whole rack is meant."""
    kind: Kind
    text: str
    """What was and what will be."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed since some other state of the site."""

    since: str
    """What people call that state: `rendered/`, a revision; empty where nothing was compared."""
    found: tuple[Change, ...]


NOT_COMPARED = Changes("", ())


def rows(changes: Iterable[Change]) -> Table:
    """Return changes as a table, those of a rack side by side."""
    return table("unit rack label kind text", map(astuple, sorted(changes)))
