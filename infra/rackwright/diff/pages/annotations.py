"""A diff as annotations: at each line that moved, what it does."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.diff.model import Diff, Sign
from rackwright.diff.pages.groups import groups
from rackwright.diff.pages.sentence import sentence
from rackwright.problems import Level, Position, Problem

CODE = "change"


def annotated(diff: Diff) -> Iterator[tuple[Problem, bool]]:
    """Yield gates that are not passed, and what each moved line does; whether it is a notice.

    A line that is gone is told at the file that had it.
    """
    for violation in diff.violations:
        yield violation, False
    said: dict[Position, list[str]] = {}
    for sign in Sign:
        for group in groups(diff.changes, sign):
            effect = group.consequences[0].effect
            for cause in group.causes:
                at = cause.new or (Position(cause.old.file) if cause.old else None)
                if at:
                    said.setdefault(at, []).append(f"{sign} {group.title} ({effect})")
    for at in sorted(said):
        yield Problem(at, CODE, "\n".join(said[at]), width=0, level=Level.WARNING), True
    if diff:
        place = Position(next(iter(sorted(said)), Position("rendered")).file)
        yield Problem(place, CODE, sentence(diff), width=0, level=Level.WARNING), True
