"""Changes as the report draws them: on which rack or device, and of which kind.

`diff` knows what changed, why, and what that does on the metal; the report only has to know where
to draw it. What is gone has no place in an elevation any more, and is listed with its unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from msgspec import Struct
from msgspec.structs import astuple

from rackwright import diff, spec
from rackwright.diff import git, model, pages
from rackwright.problems import ToolMissing
from rackwright.report.script import Table, table

Kind = Literal["added", "changed", "removed", "replaced"]
_KINDS: dict[model.Sign, Kind] = {
    model.Sign.ADD: "added",
    model.Sign.CHANGE: "changed",
    model.Sign.REMOVE: "removed",
}


class Change(Struct, frozen=True, order=True):
    """One change of a rack or of a device in it."""

    unit: str
    """The scalable unit it is or was in."""
    rack: str
    label: str
    """Of the device: `c07`; empty where the whole rack is meant."""
    kind: Kind
    text: str
    """What was and what will be."""
    does: str = ""
    """What that does on the metal."""


class Beside(Struct, frozen=True):
    """A change of what is no rack and in none: a fabric, a pool, a switch, cables."""

    kind: Kind
    title: str
    text: str
    does: str
    because: str
    """The lines of the specification that moved."""


class Changes(Struct, frozen=True):
    """What changed since some other state of the site."""

    since: str
    """What people call that state: `main`, a commit; empty where nothing was compared."""
    found: tuple[Change, ...]
    beside: tuple[Beside, ...] = ()
    summary: str = ""
    """How far all of it reaches, in a sentence."""
    reaches: tuple[tuple[str, str, str, str], ...] = ()
    """Who does what, where, and because of which files."""
    switches: tuple[str, ...] = ()
    """Those that people do something to."""


NOT_COMPARED = Changes("", ())


def since(site: Path, revision: str = "") -> Changes:
    """Return what changed since a revision, or what the last change did where none is named.

    Raises:
        NoSuchRevision: The revision is none.
        SpecError: The specification is wrong.
    """
    before = revision or _before_last(site)
    return of(diff.diff(site, before)) if before else NOT_COMPARED


def of(found: model.Diff) -> Changes:
    """Return the changes of a diff: of racks and devices to be drawn, of all else to be listed."""
    return Changes(
        since=found.before,
        found=tuple(_changes(found)),
        beside=tuple(_beside(found)),
        summary=pages.sentence(found),
        reaches=tuple(pages.reaches(found)),
        switches=tuple(
            name for reach in found.blast.reaches if reach.what == "switch" for name in reach.where
        ),
    )


def review(changes: Changes) -> dict[str, object]:
    """Return what a reviewer reads of changes beside the drawings, as plain data."""
    return {
        "summary": changes.summary,
        "reaches": table("who does where because", changes.reaches),
        "beside": table("kind title text does because", map(astuple, changes.beside)),
        "switches": changes.switches,
    }


def rows(changes: Iterable[Change]) -> Table:
    """Return changes as a table, those of a rack side by side."""
    return table("unit rack label kind text does", map(astuple, sorted(changes)))


def _changes(found: model.Diff) -> Iterator[Change]:
    for each in found.changes:
        if each.rack:
            consequence = each.consequence
            replaced = each.sign is model.Sign.CHANGE and consequence.effect == "replace"
            yield Change(
                unit=each.unit,
                rack=each.rack,
                label=each.label,
                kind="replaced" if replaced else _KINDS[each.sign],
                text="; ".join(_said(each)),
                does=f"{consequence.effect}: {consequence.does}",
            )


def _beside(found: model.Diff) -> Iterator[Beside]:
    """Yield changes of what is in no rack, equal ones once, those of what goes first."""
    others = [change for change in found.changes if not change.rack]
    for sign in model.Sign:
        for group in pages.groups(others, sign):
            does = (f"{each.effect}: {each.does}" for each in group.consequences)
            yield Beside(
                kind=_KINDS[sign],
                title=group.title,
                text="; ".join(_told(group)),
                does="; ".join(does),
                because=pages.causes(group.causes),
            )


def _told(group: pages.Group) -> Iterator[str]:
    for each in group.values:
        note = f" ({each.note})" if each.note else ""
        if group.sign is model.Sign.CHANGE:
            yield f"{each.title}: {each.old or 'none'} → {each.new or 'none'}{note}"
        else:
            yield f"{each.title} {each.new or each.old}{note}"


def _said(change: model.Change) -> Iterator[str]:
    """Yield what is in a thing that comes or goes, and what its values are; or how they move."""
    if change.contents:
        yield change.contents
    for value in change.values:
        note = f" ({value.note})" if value.note else ""
        if change.sign is model.Sign.CHANGE:
            yield f"{value.title}: {value.old or 'none'} → {value.new or 'none'}{note}"
        else:
            yield f"{value.title} {value.new or value.old}{note}"


def _before_last(site: Path) -> str:
    """Return the revision before the last change of a site; empty where git knows of none.

    A change that is not committed is the last one.
    """
    try:
        repository = git.repository(site)
    except ToolMissing:  # without git there is nothing to compare with
        return ""
    last = next(repository.history(1), "") if repository else ""
    if not repository or not last:
        return ""
    if _differs(site, repository.listing(last)):
        return last[:12]
    try:
        return repository.commit(f"{last}^")[:12]
    except git.NoSuchRevision:  # the first of all commits
        return ""


def _differs(site: Path, listing: dict[str, git.Entry]) -> bool:
    """Return whether an input of a site is another one than in a commit."""
    inputs = spec.load(site).inputs
    known = {name: listing[name].digest if name in listing else "" for name in inputs}
    return any(git.digest((site / name).read_bytes()) != known[name] for name in inputs)
