"""A change as the report draws it: on which rack or device, and of which kind.

Whoever compares two states of a site knows what changed and why; the report only has to know where
to draw it. A path names a rack or a device as `rackwright show` does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rackwright.report.script import Table, table

Kind = Literal["added", "changed", "removed", "replaced"]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a rack or a device."""

    path: str
    """`racks.h1-su01-r03`, or `racks.h1-su01-r03.trays.c07`."""
    kind: Kind
    text: str
    """What was and what will be, in a sentence."""


def changes_table(changes: Iterable[Change]) -> Table:
    """Return changes by rack and label; the label is empty where the whole rack is meant."""
    return table("rack label kind text", sorted(map(_row, changes)))


def _row(change: Change) -> tuple[str, str, str, str]:
    _, rack, *rest = change.path.split(".")
    label = rest[1] if len(rest) > 1 and rest[0] == "trays" else ""
    return rack, label, change.kind, change.text
