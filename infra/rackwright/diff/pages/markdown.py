"""A diff as a comment of a pull request, folded where it is long, and cut where it must be.

A host of code refuses a comment that is too long, and a comment that is missing looks like a change
that does nothing. So the page is made of blocks, each with a short form, and the least important
are shortened until it fits; what was folded away is named. What is removed is never shortened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape

from msgspec import Struct

from rackwright.diff.effects import table
from rackwright.diff.model import Diff, Hunk, Sign
from rackwright.diff.pages import text as plain
from rackwright.diff.pages.groups import Group, groups
from rackwright.diff.pages.names import short
from rackwright.diff.pages.sentence import reaches, sentence
from rackwright.problems import Problem

LONGEST = 60_000
"""GitHub takes comments of up to 65,536 characters."""
OPEN = 12
"""Lists of more entries than this are folded."""
MARK = "<!-- rackwright diff {site} -->"
"""The first line: by it CI finds the comment that it renews."""


class Block(Struct, frozen=True):
    """A part of the page: in full, and in a line where that is too long."""

    full: str
    brief: str
    rank: int
    """Those of the highest rank are shortened first; those of rank 0 never."""


def markdown(diff: Diff, longest: int = LONGEST) -> str:
    """Return a diff as a page of Markdown of at most so many characters."""
    blocks = [*_blocks(diff)]
    shortened: set[int] = set()
    size = sum(len(block.full) + 2 for block in blocks)
    order = sorted(range(len(blocks)), key=lambda n: (-blocks[n].rank, -len(blocks[n].full)))
    for number in order:
        if size <= longest - 200 or not blocks[number].rank:
            break
        size -= len(blocks[number].full) - len(blocks[number].brief)
        shortened.add(number)
    text = "\n\n".join(
        block.brief if number in shortened else block.full
        for number, block in enumerate(blocks)
        if number not in shortened or block.brief
    )
    return _cut(text + _folded(diff, len(shortened)), longest)


def _folded(diff: Diff, count: int) -> str:
    if not count:
        return "\n"
    words = f"{diff.before} {diff.after}" if "/" not in diff.before[-1:] else ""
    return (
        f"\n\n> **Folded**: {count:,} part{'s' if count > 1 else ''} of it made the page too long. "
        f"All of it: `rackwright diff {words}`.\n"
    )


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    end = "\n\n> **Cut here**: what is removed alone is longer than a comment may be.\n"
    return text[: longest - len(end)] + end


def _blocks(diff: Diff) -> Iterator[Block]:
    yield _always(MARK.format(site=diff.site))
    yield _always(f"### {diff.site}: {_code(diff.before)} → {_code(diff.after)}")
    yield _always(f"**{_escape(sentence(diff))}.**")
    yield from (_always(f"> **Warning**: {_escape(each)}") for each in diff.warnings)
    yield from (_always(_violation(each)) for each in diff.violations)
    if not diff:
        yield _statements(diff)
        return
    if diff.blast.reaches:
        yield _always(_reaches(diff))
    removed = groups(diff.changes, Sign.REMOVE)
    if not removed:
        yield _always("#### Removed: nothing")
    yield from _changes(removed, "Removed", 0)
    yield from _changes(groups(diff.changes, Sign.CHANGE), "Changed", 2)
    yield from _changes(groups(diff.changes, Sign.ADD), "Added", 2)
    yield from _files(diff)
    yield _statements(diff)


def _always(text: str) -> Block:
    return Block(text, text, 0)


def _violation(problem: Problem) -> str:
    because = "".join(f"<br>because {_escape(each)}" for each in problem.because)
    hint = f"<br>{_escape(problem.hint)}" if problem.hint else ""
    at = _code(f"{problem.at.file}:{problem.at.line}")
    return f"> **Gate not passed**: {_escape(problem.message)} ({at}){because}{hint}"


def _reaches(diff: Diff) -> str:
    rows = [
        f"| {who} | {_escape(does)} | {_escape(where)} | {_escape(files)} |"
        for who, does, where, files in reaches(diff)
    ]
    stacks = f"\n\nPulumi stacks: {_code(short(diff.blast.stacks))}" if diff.blast.stacks else ""
    return "\n".join(("| who | does | where | for |", "| --- | --- | --- | --- |", *rows)) + stacks


def _changes(found: tuple[Group, ...], heading: str, rank: int) -> Iterator[Block]:
    if not found:
        return
    full = [_group(group) for group in found]
    yield _always(f"#### {heading}: {len(found):,}")
    if len(found) > OPEN:
        full = [_details(f"{len(found):,} entries", "\n".join(full))]
        yield Block(full[0], f"{heading}: {len(found):,} entries", rank)
    else:
        for group, words in zip(found, full, strict=True):
            yield Block(words, f"- `{group.sign}` {_escape(group.title)}", rank)


def _group(group: Group) -> str:
    lines = [f"- `{group.sign}` **{_escape(group.title)}**"]
    if group.sign is Sign.REMOVE and group.values:
        lines.append(f"  - {_escape(plain.gone(group))}")
    for value in group.values if group.sign is not Sign.REMOVE else ():
        note = f" ({_escape(value.note)})" if value.note else ""
        if value.old and value.new:
            words = f"was {_code(value.old)}, will be {_code(value.new)}"
        else:
            words = f"was {_code(value.old)}" if value.old else f"will be {_code(value.new)}"
        lines.append(f"  - {_escape(value.title)}: {words}{note}")
    for each in group.consequences:
        who = table().actors[each.by]
        lines.append(f"  - **{each.effect}**, {who}: {_escape(each.does)}")
    if group.causes:
        lines.append(f"  - because of {_escape(plain.causes(group.causes))}")
    return "\n".join(lines)


def _files(diff: Diff) -> Iterator[Block]:
    if not diff.files:
        return
    read, skimmed = plain.hunks(diff)
    yield _always(f"#### Files: {plain.files(diff)}")
    gone = [f"- `-` {_code(each.path)}" for each in diff.files if each.sign is Sign.REMOVE]
    if gone:
        full = "\n".join(gone)
        yield _always(_details(f"{len(gone):,} removed", full) if len(gone) > OPEN else full)
    coming = [each.path for each in diff.files if each.sign is Sign.ADD]
    if coming:
        full = "\n".join(f"- `+` {_code(path)}" for path in coming)
        title = f"{len(coming):,} new: {short(coming, 3)}"
        yield Block(_details(title, full), _escape(title), 2)
    for hunk in read:
        yield Block(_hunk(hunk), "", 3)
    if skimmed:
        told = f"Told above in rack terms, or for people alone: {_escape(short(skimmed))}"
        yield Block(told, "", 2)


def _hunk(hunk: Hunk) -> str:
    title = f"{hunk.digest} {_files_of(hunk)}"
    lines = [f"  {'  ' * depth}{parent}" for depth, parent in enumerate(plain.parents(hunk))]
    inside = "  " * len(hunk.parents)
    lines += [f"{line.sign} {inside}{line.text}" for line in hunk.lines]
    if hunk.left_out:
        lines.append(f"  … and {hunk.left_out:,} more lines")
    fence = "`" * (3 + max((line.count("`") for line in lines), default=0))
    return _details(title, "\n".join((f"{fence}diff", *lines, fence)))


def _files_of(hunk: Hunk) -> str:
    count = len(hunk.files)
    names = short(hunk.files)
    return f"{count:,} files alike: {names}" if count > 1 else names


def _statements(diff: Diff) -> Block:
    rows = "\n".join(
        f"| {each.standing} | {_escape(each.what)} | {_escape(each.why)} |"
        for each in diff.statements
    )
    counts: dict[str, int] = {}
    for each in diff.statements:
        counts[each.standing] = counts.get(each.standing, 0) + 1
    summary = ", ".join(f"{count} {standing}" for standing, count in counts.items())
    title = f"Known, and not known: {summary}"
    text = _details(title, f"| | what | why |\n| --- | --- | --- |\n{rows}")
    return Block(text, title, 1)


def _details(summary: str, text: str) -> str:
    """Return text that is folded; a summary is HTML, in which no Markdown is read."""
    return f"<details><summary>{escape(summary)}</summary>\n\n{text}\n\n</details>"


def _code(text: str) -> str:
    fence = "``" if "`" in text else "`"
    return f"{fence}{text}{fence}".replace("|", "\\|")


def _escape(text: str) -> str:
    table: Callable[[str], str] = lambda char: f"\\{char}" if char in "|*_`<>[]#@" else char  # noqa: E731
    return "".join(map(table, text))
