"""What a diff is, as frozen values: everything that is shown of a change, in any form.

A reviewer in a terminal, a comment in a pull request, a page with elevations and a gate in CI must
never disagree. So the change is computed once, into these records, and every form only shows them.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from rackwright.completeness import Statement
from rackwright.problems import Position, Problem


class Sign(StrEnum):
    """The direction of a change: what is there no more, what differs, what is new."""

    REMOVE = "-"
    CHANGE = "~"
    ADD = "+"


class Consequence(Struct, frozen=True, kw_only=True):
    """What a change does on the metal, who does it, and how we know."""

    effect: str
    """A word of `effects.yaml`: none, restart, replace, …"""
    gravity: int
    """The place of the effect among all, the mildest first: what is `max`ed over a change."""
    by: str
    """Who carries it out: `up`, `configure`, `hands` or `nobody`."""
    does: str
    source: str


class Value(Struct, frozen=True, kw_only=True):
    """One field that moves; `old` or `new` is empty where there is none."""

    field: str
    title: str
    old: str
    new: str
    consequence: Consequence
    note: str = ""
    """What else is worth knowing of it: where a serial was before."""


class Cause(Struct, frozen=True, order=True):
    """Lines of the specification that moved: what was said before, and what is said now."""

    what: str
    """What they say something of: `racks.a01.trays.c07`, `networks`; a path of the file."""
    old: Position | None = None
    new: Position | None = None


class Change(Struct, frozen=True, kw_only=True):
    """One thing of the site that is added, removed, or differs."""

    sign: Sign
    kind: str
    """A kind of `effects.yaml`: rack, compute-tray, pool, …"""
    path: str
    """How the site calls it, unique: `racks.a01.trays.c07`, `pools.train`."""
    title: str
    """How people call it: `a01 c07`."""
    values: tuple[Value, ...] = ()
    consequence: Consequence
    """The gravest of what it does."""
    causes: tuple[Cause, ...] = ()
    unit: str = ""
    rack: str = ""
    label: str = ""
    """Of a device; empty where the change is of a whole rack or of no rack."""
    contents: str = ""
    """What is in it, where it comes or goes whole: `18 compute trays, 9 NVLink switch trays`."""


class Line(Struct, frozen=True):
    """One line of a hunk: a sign and text; the sign of a parent is a blank."""

    sign: str
    text: str


class Hunk(Struct, frozen=True, kw_only=True):
    """The same difference in one or more files."""

    digest: str
    """First digits of the SHA-256 of its lines."""
    files: tuple[str, ...]
    parents: tuple[str, ...]
    """The lines or keys that it is inside of, outermost first; many alike with commas between."""
    lines: tuple[Line, ...]
    left_out: int = 0
    """Lines that are too many to hold."""


class FileChange(Struct, frozen=True):
    """A rendered file that is added, removed, or differs."""

    path: str
    sign: Sign
    added: int
    removed: int


class Reach(Struct, frozen=True, kw_only=True):
    """One thing that happens, to how many."""

    consequence: Consequence
    what: str
    """What it happens to, singular: `compute tray`, `IMEX`, `Kea`."""
    count: int
    where: tuple[str, ...]
    """The racks or service nodes it happens on."""
    files: tuple[str, ...] = ()
    """The rendered files that bring it about; empty where values do."""


class Blast(Struct, frozen=True, kw_only=True):
    """What a change touches, and what it does there."""

    racks: tuple[str, ...] = ()
    """Racks that themselves change."""
    domains: tuple[str, ...] = ()
    trays: int = 0
    gpus: tuple[tuple[str, int], ...] = ()
    """GPUs of the compute trays touched, by pool."""
    reaches: tuple[Reach, ...] = ()
    stacks: tuple[str, ...] = ()
    """Pulumi stacks whose plan differs."""
    beside: tuple[str, ...] = ()
    """Racks that do not change themselves and where something happens all the same."""


class Diff(Struct, frozen=True, kw_only=True):
    """Everything in which two states of a site differ."""

    site: str
    before: str
    """What the one side is called: `main`, `rendered/`."""
    after: str
    changes: tuple[Change, ...]
    """Removals first, then what differs, then what is new."""
    blast: Blast
    files: tuple[FileChange, ...]
    hunks: tuple[Hunk, ...]
    violations: tuple[Problem, ...]
    """Gates that the change does not pass."""
    warnings: tuple[str, ...]
    """What a reviewer must know before anything else."""
    statements: tuple[Statement, ...]
    """What is known and what is not."""

    def __bool__(self) -> bool:
        """Whether there is any difference."""
        return bool(self.changes or self.files)

    def marks(self) -> Iterator[tuple[str, Sign]]:
        """Yield the path and the sign of every rack and device that changes, for a picture."""
        for change in self.changes:
            if change.rack:
                yield change.path, change.sign
