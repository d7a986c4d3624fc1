"""Gates: what a change must pass, declared by the site, judged on what the change does.

A gate that a pull request could loosen for itself would stop nobody. So a change must pass the
gates as they were, and as they will be: who needs a wider gate opens it in a change of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from rackwright.diff.effects import NONE
from rackwright.diff.model import Blast, Change, Reach
from rackwright.diff.pages.groups import plural
from rackwright.diff.sides import Side
from rackwright.problems import Position, Problem
from rackwright.rules.places import shown
from rackwright.spec.gates import Gates

CODES = ("gate-racks", "gate-nodes", "gate-forbidden", "gate-label")
SOFT = (NONE, "reload", "restart")
"""Effects on programs; all others are effects on metal."""


def violations(
    before: Side, after: Side, changes: Sequence[Change], reach: Blast, labels: frozenset[str]
) -> Iterator[Problem]:
    """Yield every gate that the change does not pass, once, at the line it is declared on."""
    said: set[tuple[str, str]] = set()
    for side in (after, before):
        gates = side.loaded.site.gates if side.loaded else None
        for key, code, message, because, hint in (
            _judged(gates, changes, reach, labels) if gates else ()
        ):
            if (code, message) not in said:
                said.add((code, message))
                whose = "" if side is after else f", by the gates of {before.label}"
                problem = _problem(side, key, code, f"{message}{whose}")
                yield replace(problem, because=because, hint=hint)


Verdict = tuple[tuple[str, ...], str, str, tuple[str, ...], str]


def _judged(
    gates: Gates, changes: Sequence[Change], reach: Blast, labels: frozenset[str]
) -> Iterator[Verdict]:
    racks = _racks(reach)
    most = gates.max_racks_per_change
    if most is not None and len(racks) > most:
        yield (
            ("max_racks_per_change",),
            "gate-racks",
            f"{_many(racks)} something happen to the metal, {most:,} may in one change",
            (shown(racks),),
            "divide the change",
        )
    restarts = _restarts(reach)
    most = gates.max_nodes_restarted_per_change
    for what, count in restarts.items():
        if most is not None and count > most:
            yield (
                ("max_nodes_restarted_per_change",),
                "gate-nodes",
                f"{what} restarts on {count:,} nodes, it may on {most:,} in one change",
                (),
                "divide the change",
            )
    effects = _effects(reach)
    for effect in gates.forbid:
        if effect in effects:
            because = tuple(effects[effect])
            message = f"the change would {effect}, and that is forbidden"
            yield ("forbid",), "gate-forbidden", message, because, "take it out of `forbid` first"
    for effect, label in sorted(gates.require_label.items()):
        if effect in effects and label not in labels:
            message = f"the change would {effect}, and does not carry the label {label!r}"
            hint = f"whoever may decide sets it; CI passes it on: --label {label}"
            yield ("require_label", effect), "gate-label", message, tuple(effects[effect]), hint


def _many(racks: Sequence[str]) -> str:
    return f"{len(racks):,} racks have" if len(racks) > 1 else "1 rack has"


def _racks(reach: Blast) -> tuple[str, ...]:
    known = {*reach.racks, *reach.beside}
    hard = (each for each in reach.reaches if each.consequence.effect not in SOFT)
    return tuple(sorted({where for each in hard for where in each.where if where in known}))


def _restarts(reach: Blast) -> Mapping[str, int]:
    """Return on how many nodes each program restarts or reloads."""
    return {
        each.what: each.count
        for each in reach.reaches
        if each.consequence.effect in SOFT[1:] and each.where
    }


def _effects(reach: Blast) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in reach.reaches:
        found.setdefault(each.consequence.effect, []).append(_sentence(each))
    return found


def _sentence(reach: Reach) -> str:
    what = reach.what.replace("-", " ")
    return f"{reach.count:,} {what if reach.count == 1 else plural(what)}: {shown(reach.where)}"


def _problem(side: Side, key: tuple[str, ...], code: str, message: str) -> Problem:
    if side.loaded is None:
        return Problem(Position(side.place), code, message, width=0)
    problem = side.loaded.document.problem(("gates", *key), code, message)
    return replace(problem, at=side.at(problem.at))
