"""What a change means, before anybody applies it: two states of a site, in rack terms and as text.

People who review rendered files see lines, and must know which of them reboot a rack. So a diff is
computed once, as values (`model`), from two specifications and what was rendered from each:

    sides     revisions of git, folders, the working tree
    scope     which units can differ: only those are expanded
    facts     an expanded side as flat records     changes   two sides of records, compared
    effects   what a change does on the metal      blast     how far that reaches
    causes    the lines of the specification that moved
    hunks     rendered text, equal hunks once      keyed     JSON and YAML by key
    gates     what a change must pass              pages     the forms it is shown in
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from rackwright import expand, render, rules
from rackwright.completeness import APPLY, Standing, Statement, in_order, of_summary
from rackwright.diff import blast as blasts
from rackwright.diff import causes, changes, facts, gates, hunks, plans, scope
from rackwright.diff import sides as states
from rackwright.diff.effects import UNKNOWN, table
from rackwright.diff.model import Change, Diff, FileChange
from rackwright.diff.sides import Files, Side
from rackwright.expand.fabrics import cabled
from rackwright.inventory import Inventory, Unit
from rackwright.problems import Problem, SpecError
from rackwright.spec import Loaded

BY = "diff"
SUMMARY = "SUMMARY.md"


def diff(site: Path, before: str = "", after: str = "", labels: Iterable[str] = ()) -> Diff:
    """Return what differs between two states of the site in a folder.

    `before` and `after` are revisions of git or folders; left out, `after` is the working tree, and
    `before` what is in rendered/. `labels` are those of the pull request, for the gates.

    Raises:
        NoSuchRevision: A word names no state.
        SpecError: The later specification is wrong.
    """
    old, new = states.sides(site, before, after)
    return compare(old, new, frozenset(labels))


def compare(before: Side, after: Side, labels: frozenset[str] = frozenset()) -> Diff:
    """Return what differs between two sides.

    Raises:
        SpecError: The later specification is wrong.
    """
    new = _opened(after)
    old = _opened(before) if before.loaded else None
    files = [side.files for side in (before, after)]
    wanted = scope.units(
        (old.loaded, old.site) if old else None, (new.loaded, new.site), rendering=None in files
    )
    expanded = (_units(old, wanted[0]), _units(new, wanted[1]))
    known = (
        facts.facts(old.site, expanded[0], old.loaded.site.gates) if old else plans.facts(before.files),
        facts.facts(new.site, expanded[1], new.loaded.site.gates),
    )
    found = _caused(changes.changes(*known, table()), causes.causes(before, after))
    rendered = _files((before, after), expanded)
    moved, pieces = hunks.compare(*rendered) if rendered else ((), ())
    records = {**known[0].records, **known[1].records}
    reach = blasts.blast(found, records, moved, new.site, table())
    return Diff(
        site=new.site.common.site,
        before=before.label,
        after=after.label,
        changes=found,
        blast=reach,
        files=moved,
        hunks=pieces,
        violations=tuple(gates.violations((before, after), found, reach, labels)),
        warnings=tuple(_warnings(before, after, found, moved)),
        statements=in_order(
            (
                *_evaluated(before, len(wanted[1]), is_rendered=rendered is not None),
                *_statements(after, new.site, found, moved),
            )
        ),
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Opened:
    """A side's specification, its site unit, and what expands its other units."""

    loaded: Loaded
    site: Inventory
    expand: Callable[[Unit], Inventory]


def _opened(side: Side) -> Opened:
    if side.loaded is None:
        raise SpecError(side.problems)
    expander = expand.expander(side.loaded)
    return Opened(side.loaded, expander(scope.SITE), expander)


def _units(side: Opened | None, units: Iterable[Unit]) -> tuple[Inventory, ...]:
    return tuple(cabled(side.expand(unit)) for unit in units) if side else ()


def _caused(found: Iterable[Change], moved: causes.Causes | None) -> tuple[Change, ...]:
    if moved is None:
        return tuple(found)
    return tuple(dataclasses.replace(change, causes=moved.of(change)) for change in found)


def _files(
    sides: tuple[Side, Side], units: tuple[tuple[Inventory, ...], tuple[Inventory, ...]]
) -> tuple[Files, Files] | None:
    """Return the rendered files of both sides; what was rendered nowhere is rendered now.

    Where both must be rendered, units that cannot differ are left out of both. None where the
    earlier side breaks today's rules, and so cannot be rendered.

    Raises:
        SpecError: The later side breaks them.
    """
    before, after = sides
    if before.files and after.files:
        return before.files, after.files
    if after.files is None and (problems := _judged(after)):
        raise SpecError(problems)
    if before.files is None and (before.loaded is None or _judged(before)):
        return None
    is_alone = before.files is not None or after.files is not None
    made = [
        side.files or _made(side, None if is_alone else some)
        for side, some in zip(sides, units, strict=True)
    ]
    return made[0], made[1]


def _judged(side: Side) -> tuple[Problem, ...]:
    loaded = _opened(side).loaded
    return side.named(rules.judge(loaded, expand.expand_all(loaded)))


def _made(side: Side, units: Iterable[Inventory] | None) -> Files:
    """Return the rendered files of some units of a side, or of all."""
    if units is None:
        units = map(cabled, expand.expand_all(_opened(side).loaded))
    return states.of_tree({path: text for unit in units for path, text in render.unit_files(unit)})


def _warnings(
    before: Side, after: Side, found: tuple[Change, ...], files: tuple[FileChange, ...]
) -> Iterator[str]:
    for side in (before, after):
        if not side.is_current:
            yield (
                f"rendered/ of {side.label} is not what its specification says: its text below is "
                "what was committed"
            )
    if before.loaded and after.loaded and files and not found:
        if before.loaded.inputs == after.loaded.inputs:
            yield (
                "no line of the specification moved: the files were edited by hand, or rendered by "
                "another version of Rackwright"
            )
        else:
            yield "nothing that a rack is made of moved; only the files do"


def _evaluated(before: Side, units: int, *, is_rendered: bool) -> Iterator[Statement]:
    evaluated = f"{units} expanded on both sides; the others have equal inputs"
    yield Statement(Standing.EVALUATED, "units", evaluated, BY)
    if before.loaded is None:
        why = (
            "nobody knows the specification that the earlier side was rendered from, so racks and "
            "trays are read from its plans; pools, fabrics, power and causes are not compared"
        )
        yield Statement(Standing.SKIPPED, "what is in no plan", why, BY)
    if not is_rendered:
        why = "the earlier side has none, and its specification cannot be rendered by today's rules"
        yield Statement(Standing.SKIPPED, "rendered files", why, BY)


def _statements(
    after: Side, site: Inventory, found: tuple[Change, ...], files: tuple[FileChange, ...]
) -> Iterator[Statement]:
    for what in sorted({*_unknown(found), *_unread(files)}):
        yield Statement(Standing.SKIPPED, what, "effects.yaml does not say what it does", BY)
    yield from APPLY
    yield from of_summary(_page(after, site), BY)


def _page(side: Side, site: Inventory) -> str:
    """Return the site's summary, which lists what nobody checks."""
    if side.files and SUMMARY in side.files.digests:
        return side.files.read([SUMMARY])[SUMMARY]
    return dict(render.summary.files(site))[SUMMARY]


def _unknown(found: tuple[Change, ...]) -> Iterator[str]:
    for change in found:
        for value in change.values:
            if value.consequence.effect == UNKNOWN:
                yield f"{change.kind} {value.field}"


def _unread(files: tuple[FileChange, ...]) -> Iterator[str]:
    for each in files:
        if table().of_file(each.path).effect == UNKNOWN:
            yield each.path
