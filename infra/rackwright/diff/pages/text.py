"""A diff as text: first what it reaches, then what goes, changes and comes, then the files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rackwright.completeness import lines
from rackwright.diff.effects import NONE, table
from rackwright.diff.model import Cause, Diff, Hunk, Sign
from rackwright.diff.pages.groups import Group, groups
from rackwright.diff.pages.names import short
from rackwright.diff.pages.sentence import reaches, sentence

HEADINGS = {Sign.REMOVE: "Removed", Sign.CHANGE: "Changed", Sign.ADD: "Added"}
MOST = 40
"""So many changed or new things are told; those that are removed, always all."""
MOST_HUNKS = 30
MOST_LINES = 30
MOST_ROWS = 6
"""Of tables: what they say of cables is told in rack terms."""
MOST_CAUSES = 4


def text(diff: Diff) -> Iterator[str]:
    """Yield the lines of a diff."""
    yield f"{diff.site}: {diff.before} → {diff.after}   (- was, + will be)"
    yield ""
    yield sentence(diff)
    for warning in diff.warnings:
        yield f"warning: {warning}"
    if diff.blast.reaches:
        yield ""
        yield from _reaches(diff)
    for sign, heading in HEADINGS.items():
        if sign is Sign.REMOVE and diff and not any(groups(diff.changes, sign)):
            yield from ("", "Removed: nothing")
        yield from _changes(diff, sign, heading)
    yield from _files(diff)
    yield from ("", *lines(diff.statements))


def causes(found: tuple[Cause, ...]) -> str:
    """Return the lines of the specification that moved, in words."""
    words = [_cause(each) for each in found[:MOST_CAUSES]]
    more = f", and {len(found) - MOST_CAUSES} more" if len(found) > MOST_CAUSES else ""
    return ", ".join(words) + more


def _cause(cause: Cause) -> str:
    what = f" ({cause.what})" if cause.what else ""
    if cause.new:
        return f"{cause.new.file}:{cause.new.line}{what}"
    return f"{cause.old.file}:{cause.old.line} before{what}" if cause.old else cause.what


def _reaches(diff: Diff) -> Iterator[str]:
    rows = [*reaches(diff)]
    wide = [max(len(row[column]) for row in rows) for column in range(2)]
    for who, does, where, files in rows:
        source = f"  ({files})" if files else ""
        yield f"  {who:<{wide[0]}}  {does:<{wide[1]}}  {where}{source}"
    if diff.blast.stacks:
        yield f"  {'stacks':<{wide[0]}}  {short(diff.blast.stacks)}"


def _changes(diff: Diff, sign: Sign, heading: str) -> Iterator[str]:
    found = groups(diff.changes, sign)
    shown = found if sign is Sign.REMOVE else found[:MOST]
    if found:
        yield from ("", heading)
    for group in shown:
        yield from _group(group)
    if len(found) > len(shown):
        yield f"  … and {len(found) - len(shown)} more: --format json has all of them"


def _group(group: Group) -> Iterator[str]:
    yield f"{group.sign} {group.title}"
    if group.sign is Sign.REMOVE and group.values:
        yield f"    {gone(group)}"
        yield from _because(group)
        return
    wide = max((len(value.title) for value in group.values), default=0)
    for value in group.values:
        note = f"   ({value.note})" if value.note else ""
        title = f"{value.title:<{wide}}"
        if value.old:
            yield f"    {title}  - {value.old}{note if not value.new else ''}"
        if value.new:
            yield f"    {title if not value.old else ' ' * wide}  + {value.new}{note}"
    yield from _because(group)


def gone(group: Group) -> str:
    """Return everything that was known of what is removed, in one line."""
    return ", ".join(f"{value.title} {value.old}" for value in group.values)


def _because(group: Group) -> Iterator[str]:
    for each in group.consequences:
        yield f"    = {each.effect}, {table().actors[each.by]}: {each.does}"
    if group.causes:
        yield f"    = because of {causes(group.causes)}"


def _files(diff: Diff) -> Iterator[str]:
    if not diff.files:
        return
    read, skimmed = hunks(diff)
    yield ""
    yield f"Files: {files(diff)}"
    yield from (f"- {each.path}" for each in diff.files if each.sign is Sign.REMOVE)
    coming = [each.path for each in diff.files if each.sign is Sign.ADD]
    if coming:
        yield f"+ {short(coming)}"
    for hunk in read[:MOST_HUNKS]:
        yield from _hunk(hunk)
    if len(read) > MOST_HUNKS:
        yield f"  … and {len(read) - MOST_HUNKS:,} more hunks: --format json has all of them"
    if skimmed:
        yield f"  told above in rack terms, or for people alone: {short(skimmed)}"


def files(diff: Diff) -> str:
    """Return how many files come, go and differ, in words."""
    counts = Counter(each.sign for each in diff.files)
    words = {Sign.REMOVE: "removed", Sign.ADD: "new", Sign.CHANGE: "changed"}
    said = [f"{counts[sign]:,} {word}" for sign, word in words.items() if counts[sign]]
    found = len(diff.hunks)
    return f"{', '.join(said)}; {found:,} different hunk{'s' if found != 1 else ''}"


def hunks(diff: Diff) -> tuple[list[Hunk], list[str]]:
    """Return the hunks that machines read, and the files whose hunks only people do."""
    read = [hunk for hunk in diff.hunks if not _is_for_people(hunk)]
    skimmed = [path for hunk in diff.hunks if _is_for_people(hunk) for path in hunk.files]
    return read, sorted(set(skimmed))


def _is_for_people(hunk: Hunk) -> bool:
    acts = [table().of_file(path) for path in hunk.files]
    return all(each.by in ("nobody", "hands") and each.effect == NONE for each in acts)


def parents(hunk: Hunk) -> Iterator[str]:
    """Yield what a hunk is inside of; of many alike how many they are, and which."""
    for parent in hunk.parents:
        names = parent.strip().split(", ")
        yield f"{len(names):,} alike: {short(names)}" if len(names) > 1 else names[0]


def _hunk(hunk: Hunk) -> Iterator[str]:
    count = len(hunk.files)
    alike = f"{count:,} files alike: " if count > 1 else ""
    yield f"  #{hunk.digest} {alike}{short(hunk.files)}"
    depth = 6
    for parent in parents(hunk):
        yield f"{'':{depth}}{parent}"
        depth += 2
    most = MOST_ROWS if all(path.endswith(".csv") for path in hunk.files) else MOST_LINES
    for line in hunk.lines[:most]:
        yield f"    {line.sign} {'':{depth - 6}}{line.text}"
    left = len(hunk.lines) - most + hunk.left_out
    if left > 0:
        yield f"      … and {left:,} more lines"
