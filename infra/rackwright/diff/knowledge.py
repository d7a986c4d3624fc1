"""What a diff knows and what it does not: for the list that every dry run ends with."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.completeness import APPLY, Standing, Statement, in_order, of_summary
from rackwright.diff.effects import UNKNOWN, table
from rackwright.diff.model import Change, FileChange
from rackwright.diff.sides import RENDERED, Side
from rackwright.inventory import Inventory
from rackwright.render import summary

BY = "diff"
SUMMARY = "SUMMARY.md"


def warnings(
    before: Side, after: Side, found: tuple[Change, ...], files: tuple[FileChange, ...]
) -> Iterator[str]:
    """Yield what a reviewer must know before anything else."""
    if before.label == RENDERED and not before.is_there:
        yield "nothing is rendered yet, so everything is new"
    elif not before.is_there:
        yield f"the site is new: {before.label} has none in this folder"
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


def statements(
    before: Side,
    after: Side,
    site: Inventory,
    units: int,
    found: tuple[Change, ...],
    files: tuple[FileChange, ...],
    *,
    is_rendered: bool,
) -> tuple[Statement, ...]:
    """Return what is known of a change after `units` units were compared, and what is not."""
    return in_order(
        (
            *_evaluated(before, units, is_rendered=is_rendered),
            *_unsaid(found, files),
            *APPLY,
            *of_summary(_page(after, site), BY),
        )
    )


def _evaluated(before: Side, units: int, *, is_rendered: bool) -> Iterator[Statement]:
    evaluated = f"{units} expanded on both sides; the others have equal inputs"
    yield Statement(Standing.EVALUATED, "units", evaluated, BY)
    if before.loaded is None and before.is_there:
        why = (
            "nobody knows the specification that the earlier side was rendered from, so racks and "
            "trays are read from its plans; pools, fabrics, power and causes are not compared"
        )
        yield Statement(Standing.SKIPPED, "what is in no plan", why, BY)
    if not is_rendered:
        why = "the earlier side has none, and its specification cannot be rendered by today's rules"
        yield Statement(Standing.SKIPPED, "rendered files", why, BY)


def _unsaid(found: tuple[Change, ...], files: tuple[FileChange, ...]) -> Iterator[Statement]:
    for what in sorted({*_unknown(found), *_unread(files)}):
        yield Statement(Standing.SKIPPED, what, "effects.yaml does not say what it does", BY)


def _page(side: Side, site: Inventory) -> str:
    """Return the site's summary, which lists what nobody checks."""
    if side.files and SUMMARY in side.files.digests:
        return side.files.read([SUMMARY])[SUMMARY]
    return dict(summary.files(site))[SUMMARY]


def _unknown(found: tuple[Change, ...]) -> Iterator[str]:
    for change in found:
        for value in change.values:
            if value.consequence.effect == UNKNOWN:
                yield f"{change.kind} {value.field}"


def _unread(files: tuple[FileChange, ...]) -> Iterator[str]:
    for each in files:
        if table().of_file(each.path).effect == UNKNOWN:
            yield each.path
