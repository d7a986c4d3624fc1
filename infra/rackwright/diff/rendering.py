"""The rendered text of a side that was rendered nowhere: a campus too large to commit, an edit.

Rendering asks the rules first, as `rackwright render` does: a specification that breaks one has no
text. For the later side that is the answer; an earlier side is then compared without its text.
"""

from __future__ import annotations

from collections.abc import Iterable

from rackwright import expand, render, rules
from rackwright.diff import sides as states
from rackwright.diff.scope import Wanted, expanded, opened
from rackwright.diff.sides import Files, Side
from rackwright.inventory import Unit
from rackwright.problems import Problem, SpecError


def files(sides: tuple[Side, Side], wanted: Wanted) -> tuple[Files, Files] | None:
    """Return the rendered files of both sides; what was rendered nowhere is rendered now.

    Where both must be rendered, units that cannot differ are left out of both. None where the
    earlier side breaks today's rules, and so cannot be rendered.

    Raises:
        SpecError: The later side breaks them.
    """
    before, after = sides
    if before.files and after.pending:
        return before.files, states.of_tree(after.pending.rendered())
    if before.files and after.files:
        return before.files, after.files
    if after.files is None and (problems := _judged(after)):
        raise SpecError(problems)
    if before.files is None and (before.loaded is None or _judged(before)):
        return None
    is_alone = before.files is not None or after.files is not None
    made = [
        side.files or _made(side, None if is_alone else some)
        for side, some in zip(sides, wanted, strict=True)
    ]
    return made[0], made[1]


def _judged(side: Side) -> tuple[Problem, ...]:
    loaded = opened(side).loaded
    return side.named(rules.judge(loaded, expand.expand_all(loaded)))


def _made(side: Side, wanted: Iterable[Unit] | None) -> Files:
    """Return the rendered files of some units of a side, or of all."""
    found = opened(side)
    units = expand.units(found.loaded) if wanted is None else wanted
    texts = (pair for unit in expanded(found, units) for pair in render.unit_files(unit))
    return states.of_tree(dict(texts))
