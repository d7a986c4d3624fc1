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
from collections.abc import Iterable, Iterator
from pathlib import Path

from rackwright import expand, render
from rackwright.completeness import APPLY, Standing, Statement, in_order, of_summary
from rackwright.diff import blast as blasts
from rackwright.diff import causes, changes, gates, hunks, plans, scope
from rackwright.diff import sides as states
from rackwright.diff.effects import UNKNOWN, table
from rackwright.diff.facts import Facts, facts
from rackwright.diff.model import Change, Diff, FileChange
from rackwright.diff.sides import Files, Side
from rackwright.expand.fabrics import cabled
from rackwright.inventory import Inventory, Unit
from rackwright.problems import SpecError

BY = "diff"


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
    if after.loaded is None:
        raise SpecError(after.problems)
    new = (after.loaded, _site(after))
    old = (before.loaded, _site(before)) if before.loaded else None
    wanted = scope.units(old, new)
    sides = (_expanded(before, wanted[0]), _expanded(after, wanted[1]))
    known = (
        facts(old[1], sides[0]) if old else plans.facts(before.files),
        facts(new[1], sides[1]),
    )
    found = _caused(changes.changes(*known, table()), causes.causes(before, after))
    files, pieces = hunks.compare(*_files((before, after), sides))
    reach = blasts.blast(found, _records(*known), files, new[1], table())
    return Diff(
        site=after.loaded.site.site,
        before=before.label,
        after=after.label,
        changes=found,
        blast=reach,
        files=files,
        hunks=pieces,
        violations=tuple(gates.violations((before, after), found, reach, labels)),
        warnings=tuple(_warnings(before, after, found, files)),
        statements=in_order(_statements(before, new[1], sides[1], found, files)),
    )


def _site(side: Side) -> Inventory:
    return expand.expand_some(_loaded(side), [scope.SITE])[0]


def _loaded(side: Side) -> states.Loaded:
    if side.loaded is None:
        raise SpecError(side.problems)
    return side.loaded


def _expanded(side: Side, units: Iterable[Unit]) -> tuple[Inventory, ...]:
    if side.loaded is None:
        return ()
    return tuple(map(cabled, expand.expand_some(side.loaded, units)))


def _caused(found: Iterable[Change], moved: causes.Causes | None) -> tuple[Change, ...]:
    if moved is None:
        return tuple(found)
    return tuple(dataclasses.replace(change, causes=moved.of(change)) for change in found)


def _records(before: Facts, after: Facts) -> dict[str, Facts]:
    return {**before.records, **after.records}  # type: ignore[dict-item]


def _files(
    sides: tuple[Side, Side], expanded: tuple[tuple[Inventory, ...], tuple[Inventory, ...]]
) -> Iterator[Files]:
    """Yield the rendered files of both sides; what was rendered nowhere is rendered now.

    Where both must be rendered, units that cannot differ are left out of both.
    """
    is_alone = any(side.files is not None for side in sides)
    for side, units in zip(sides, expanded, strict=True):
        if side.files is not None:
            yield side.files
        elif is_alone:
            yield states.of_tree(render.render(_loaded(side).folder))
        else:
            yield states.of_tree(
                {path: text for unit in units for path, text in render.unit_files(unit)}
            )


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


def _statements(
    before: Side,
    site: Inventory,
    units: tuple[Inventory, ...],
    found: tuple[Change, ...],
    files: tuple[FileChange, ...],
) -> Iterator[Statement]:
    compared = sum(unit.unit.kind == "scalable-unit" for unit in units)
    total = len(site.common.units)
    evaluated = f"{compared} of {total} expanded on both sides; the others have equal inputs"
    yield Statement(Standing.EVALUATED, "scalable units", evaluated, BY)
    if before.loaded is None:
        why = (
            "nobody knows the specification that the earlier side was rendered from, so racks and "
            "trays are read from its plans; pools, fabrics, power and causes are not compared"
        )
        yield Statement(Standing.SKIPPED, "what is in no plan", why, BY)
    for what in sorted({*_unknown(found), *_unread(files)}):
        yield Statement(Standing.SKIPPED, what, "effects.yaml does not say what it does", BY)
    yield from APPLY
    page = dict(render.summary.files(site))["SUMMARY.md"]
    yield from of_summary(page, BY)


def _unknown(found: tuple[Change, ...]) -> Iterator[str]:
    for change in found:
        for value in change.values:
            if value.consequence.effect == UNKNOWN:
                yield f"{change.kind} {value.field}"


def _unread(files: tuple[FileChange, ...]) -> Iterator[str]:
    for each in files:
        if table().of_file(each.path).effect == UNKNOWN:
            yield each.path
