"""Problems, differences, events and tables, as people and machines want to see them.

One mistake must look the same in a terminal, in a CI log and as an annotation in a pull request,
and every form must carry the same facts. So the rooms yield records, and this module alone knows
forms: text (colour only on a terminal, and never with NO_COLOR), JSON lines, GitHub annotations.

    site.yaml:8:5: error: unknown key 'fedes' [extra-forbidden]
       8 |     fedes:
         |     ^^^^^
         = hint: did you mean 'feeds'?
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from rackwright.events import Event, State
from rackwright.problems import HIDDEN, Level, Problem, RackwrightError, SpecError
from rackwright.tree import Change, Difference

if TYPE_CHECKING:
    from rich.console import Console

    from rackwright.completeness import Statement
    from rackwright.diff.model import Diff
    from rackwright.diff.units import Listed
    from rackwright.trace.lines import Origin
    from rackwright.trace.reasons import Reason

Value = TypeVar("Value")

SIGNS = {Change.ADD: "+", Change.CHANGE: "~", Change.REMOVE: "-"}
MARKS = {State.DONE: "✓", State.SKIPPED: "·", State.FAILED: "✗"}

_GUTTER = 4
_MANY = 10
_FIRST = 5
"""Of more than `_MANY` problems with one code, so many are shown."""
_WIDEST = 160
_NAMED = 8
"""So many things that nobody checked are named, and the others counted."""
_BEFORE = 60
"""Of a line longer than `_WIDEST`, what is shown begins so far before the problem."""
_LONGEST_SENTENCE = 400
_LONGEST_LINE = 2_000
_LONGEST_DIFF = 40
_PATHS = 200
"""Of more files that a render wrote, so many are named; git names them all."""
_BAR = 24
_REDRAWN = 0.1
"""Seconds between two pictures of a bar."""
_UNREAD = "; whether the rest fits together is judged after that"
_PASSWORD = re.compile(r"(?i)(pass\w*[\"']?\s*:\s*)(?!env:|file:)([^\s,}]+)")
"""What a line may hold that nobody asked about, under a misspelt or repeated key."""
_SIGNED = re.compile(r"(?:[^=#]{0,40}? )?([-~+]) ")
_SIGN_STYLES = {"-": "red", "~": "yellow", "+": "green"}
_STYLES = {
    State.STARTED: "dim",
    State.PROGRESS: "dim",
    State.DONE: "green",
    State.SKIPPED: "dim",
    State.FAILED: "bold red",
}


def problems(found: Sequence[Problem], form: str = "text", *, unread: bool = False) -> None:
    """Print problems to standard output; `unread` where they kept the rules from being asked."""
    writers = {"json": problem_json, "github": problem_annotation}
    if form in writers:
        for problem in found:
            print(writers[form](problem))  # noqa: T201
    elif found:
        text = problems_text(found) + (_UNREAD if unread else "")
        _console().print(text, markup=False, highlight=False, soft_wrap=True)
    else:
        print("no problems")  # noqa: T201


def problems_text(found: Sequence[Problem]) -> str:
    """Return problems as text, each with its source line, and their count.

    Of many with the same code the first ones are shown, and the others counted.
    """
    sources = _Sources(found)
    many: Counter[str] = Counter()
    for problem in found:
        many[problem.code] += 1 + problem.others
    shown: Counter[str] = Counter()
    blocks: list[str] = []
    for problem in found:
        shown[problem.code] += 1
        if many[problem.code] <= _MANY or shown[problem.code] <= _FIRST:
            blocks.append(_problem_text(problem, sources))
        elif shown[problem.code] == _FIRST + 1:
            more = many[problem.code] - _FIRST
            blocks.append(f"… and {more} more like it [{problem.code}]")
    files = sorted({problem.at.file for problem in found})
    count = _count(found)
    where = _clean(files[0]) if len(files) == 1 else f"{len(files)} files"
    return "\n\n".join([*blocks, f"{count} in {where}"])


def problem_json(problem: Problem) -> str:
    """Return a problem as one line of JSON."""
    import json

    return json.dumps(
        {
            "file": problem.at.file,
            "line": problem.at.line,
            "column": problem.at.column,
            "width": problem.width,
            "level": problem.level.value,
            "code": problem.code,
            "message": problem.message,
            "because": list(problem.because),
            "hint": problem.hint,
            "others": problem.others,
        },
        ensure_ascii=False,
    )


def problem_annotation(problem: Problem, word: str = "") -> str:
    """Return a problem as a GitHub workflow command: error, warning, or the word that is given."""
    place = {
        "file": problem.at.file,
        "line": problem.at.line,
        "col": problem.at.column,
        "endColumn": problem.at.column + problem.width,
        "title": problem.code,
    }
    fields = ",".join(f"{name}={_escaped(str(value), ':,')}" for name, value in place.items())
    text = "\n".join((problem.message, *_notes(problem)))
    return f"::{word or problem.level} {fields}::{_escaped(text)}"


def error(raised: RackwrightError) -> None:
    """Print an error that ended the program, to standard error."""
    if isinstance(raised, SpecError):
        text = problems_text(raised.problems)
    else:
        hint = f"\n  hint: {raised.hint}" if raised.hint else ""
        text = f"error: {raised.message}{hint}"
    _console(stderr=True).print(text, markup=False, highlight=False, soft_wrap=True)


def differences(found: Sequence[Difference], form: str = "text") -> None:
    """Print what separates a rendered tree from what is on disk."""
    import json

    for difference in found:
        if form == "json":
            print(json.dumps({"path": difference.path, "change": difference.change.value}))  # noqa: T201
        elif form == "github":
            title = f"rendered/{difference.path}"
            print(f"::error title={_escaped(title, ':,')}::not current ({difference.change})")  # noqa: T201
        else:
            print(difference_text(difference))  # noqa: T201
    if form == "text":
        count = f"{len(found)} file{'s differ' if len(found) != 1 else ' differs'}: render again"
        print(count if found else "rendered/ is current")  # noqa: T201


def diff(found: Diff, form: str = "text") -> None:
    """Print a diff; gates that are not passed come last in text, where they are read."""
    import json

    from rackwright.diff import pages

    if form == "json":
        print(json.dumps(pages.data(found), ensure_ascii=False, indent=2))  # noqa: T201
    elif form == "markdown":
        print(pages.markdown(found), end="")  # noqa: T201
    elif form == "github":
        for problem, is_notice in pages.annotated(found):
            print(problem_annotation(problem, "notice" if is_notice else ""))  # noqa: T201
    else:
        _coloured(pages.text(found))
        if found.violations:
            print(f"\n{problems_text(found.violations)}")  # noqa: T201


def known(
    statements: Sequence[Statement], form: str = "text", *, with_reasons: bool = False
) -> None:
    """Print what a dry run knows and what it does not: in text in short, in JSON with reasons."""
    import json

    from msgspec.structs import asdict

    if form == "json":
        for each in statements:
            print(json.dumps(asdict(each), ensure_ascii=False))  # noqa: T201
    elif form == "text" and with_reasons:
        from rackwright.completeness import lines

        print("\n".join(("", *lines(statements))))  # noqa: T201
    elif form == "text":
        for standing in dict.fromkeys(each.standing for each in statements):
            what = [each.what for each in statements if each.standing == standing]
            more = f", … {len(what) - _NAMED} more" if len(what) > _NAMED else ""
            print(f"{standing}: {', '.join(what[:_NAMED])}{more}")  # noqa: T201


def units(found: Sequence[Listed], form: str = "text") -> None:
    """Print units, with how they differ where that was asked; as names, one a line for a shell."""
    import json

    from msgspec.structs import asdict

    if form == "names":
        for each in found:
            print(each.stack or each.name)  # noqa: T201
        return
    if form == "json":
        print(json.dumps([asdict(each) for each in found], indent=2))  # noqa: T201
        return
    rows = [
        (each.sign or "", each.name, each.kind, each.stack, f"{each.files:,}" if each.sign else "")
        for each in found
    ]
    if any(each.sign for each in found):
        table(("", "unit", "kind", "Pulumi stack", "files that differ"), rows)
    elif rows:
        table(("unit", "kind", "Pulumi stack"), [row[1:4] for row in rows])
    else:
        print("no unit differs")  # noqa: T201


def _coloured(lines: Iterable[str]) -> None:
    """Print lines of a diff, on a terminal in the colours of their signs."""
    if not sys.stdout.isatty():
        for line in lines:
            print(_clean(line, _LONGEST_LINE))  # noqa: T201
        return
    from rich.text import Text

    console = _console()

    for line in lines:
        found = _SIGNED.match(line)
        style = _SIGN_STYLES[found[1]] if found else "dim" if line.startswith("    = ") else ""
        console.print(Text(_clean(line, _LONGEST_LINE), style=style), soft_wrap=True)


def difference_text(difference: Difference) -> str:
    """Return one file's difference, unified; of a long one the beginning."""
    old, new = difference.old.splitlines(), difference.new.splitlines()
    import difflib

    lines = list(difflib.unified_diff(old, new, lineterm="", n=1))[2:]
    if len(lines) > _LONGEST_DIFF:
        lines[_LONGEST_DIFF:] = [f"… and {len(lines) - _LONGEST_DIFF} more lines"]
    return "\n".join(
        (f"{SIGNS[difference.change]} {difference.path}", *(f"    {x}" for x in lines))
    )


def written(done: Sequence[Difference], folder: Path) -> None:
    """Say what a render wrote."""
    for difference in done[:_PATHS]:
        print(f"{SIGNS[difference.change]} {difference.path}")  # noqa: T201
    if len(done) > _PATHS:
        print(f"… and {len(done) - _PATHS:,} more")  # noqa: T201
    removed = sum(difference.change is Change.REMOVE for difference in done)
    changes = f"{len(done) - removed} written, {removed} removed" if done else "nothing to do"
    print(f"{folder}: {changes}")  # noqa: T201


@contextmanager
def progress(what: str, part: str) -> Iterator[Callable[[int, int, int], None]]:
    """Draw how far long work is, on a terminal; what is done in a second is not worth a line.

    Gives a function of how many things are done, of how many, and how many parts they have.
    """
    begun = drawn = time.monotonic()

    def draw(done: int, every: int, parts: int) -> None:
        nonlocal drawn
        now = time.monotonic()
        if now - begun > 1 and (now - drawn > _REDRAWN or done == every):
            drawn = now
            rate = f"{parts / (now - begun):,.0f} {part}/s"
            bar = "━" * (_BAR * done // every)
            line = f"{bar:╌<{_BAR}} {done:,} of {every:,} {what}, {parts:,} {part}, {rate}"
            print(f"\r\x1b[2K{line}", end="", file=sys.stderr, flush=True)  # noqa: T201

    seen = sys.stderr.isatty()
    try:
        yield draw if seen else lambda *_: None
    finally:
        if seen and drawn != begun:
            print("\r\x1b[2K", end="", file=sys.stderr, flush=True)  # noqa: T201


def warnings(sentences: Iterable[str]) -> None:
    """Say what a person must know beside the result; on stderr, where it disturbs no format."""
    for sentence in sentences:
        print(f"warning: {sentence}", file=sys.stderr)  # noqa: T201


def follow(events: Iterable[Event]) -> int:
    """Draw events as they come and return how many were failures."""
    console = _console()
    drawn = _live(console, events) if console.is_terminal else _plainly(events)
    return sum(event.state is State.FAILED for event in drawn)


def reasons(found: Iterable[Reason], indent: str = "  ") -> None:
    """Print why a value is what it is, a line a step."""
    for reason in found:
        place = f"{reason.at}: " if reason.at else ""
        print(f"{indent}= {place}{reason.text}")  # noqa: T201


def origin(found: Origin) -> None:
    """Print where a rendered line comes from."""
    print(found.text)  # noqa: T201
    by = f", {found.template}" if found.template else ""
    print(f"  made by the artefact {found.artefact}{by}")  # noqa: T201
    for part in found.parts:
        print(f"  {part.path} is {part.value}")  # noqa: T201
        reasons(part.reasons, "    ")
    if not found.parts:
        print("  no single value of the site is in it: it is worded or counted there")  # noqa: T201


def drawn(values: Iterable[Value], event: Callable[[Value], Event], form: str) -> list[Value]:
    """Draw values of long work as the events they are, where a person reads, and return them."""
    kept: list[Value] = []

    def events() -> Iterator[Event]:
        for value in values:
            kept.append(value)
            yield event(value)

    if form == "text":
        follow(events())
    else:
        kept.extend(values)
    return kept


def rows(columns: Sequence[str], found: Iterable[Sequence[str]], form: str) -> None:
    """Print a table, as lines of JSON where JSON is asked for; annotations have no place."""
    if form == "json":
        import json

        for row in found:
            print(json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False))  # noqa: T201
    elif form == "text":
        table(columns, found)


def event_text(event: Event) -> str:
    """Return an event as one line without colour."""
    subject = f" {event.subject}" if event.subject else ""
    detail = f": {event.detail}" if event.detail else ""
    return f"{event.stage}{subject} {event.state}{detail}"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table: drawn on a terminal, aligned columns elsewhere."""
    console = _console()
    if not console.is_terminal:
        print(table_text(columns, list(rows)))  # noqa: T201
        return
    from rich.table import Table
    from rich.text import Text

    drawn = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))
    console.print(drawn)


def table_text(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table as aligned text."""
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (columns, *rows)
    )


def _problem_text(problem: Problem, sources: _Sources) -> str:
    place, message = _clean(str(problem.at)), _clean(problem.message)
    head = f"{place}: {problem.level}: {message} [{problem.code}]"
    empty = " " * _GUTTER
    notes = [f"{empty} = {_clean(note)}" for note in _notes(problem)]
    line = sources.line(problem) if problem.width else None
    if line is None:
        return "\n".join((head, *notes))
    start = 0 if len(line) <= _WIDEST else max(0, problem.at.column - 1 - _BEFORE)
    shown, before = line[start : start + _WIDEST], line[start : problem.at.column - 1]
    left, right = "…" if start else "", "…" if start + _WIDEST < len(line) else ""
    indent = " " * len(left) + "".join("\t" if char == "\t" else " " for char in before)
    carets = "^" * max(1, min(problem.width, len(shown) - len(before)))
    excerpt = (
        f"{problem.at.line:>{_GUTTER}} | {left}{_clean(shown, _WIDEST)}{right}",
        f"{empty} | {indent}{carets}",
    )
    return "\n".join((head, *excerpt, *notes))


class _Sources:
    """The lines that problems are in, each file read once, what is secret in them covered."""

    def __init__(self, found: Sequence[Problem]) -> None:
        self._files: dict[str, list[str]] = {}
        self._secret: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
        for problem in found:
            if problem.code == HIDDEN:
                start = problem.at.column - 1
                self._secret[problem.at.file, problem.at.line].append((start, problem.width))

    def line(self, problem: Problem) -> str | None:
        """Return the line of a problem; None where the file has none."""
        lines, place = self._lines(problem.at.file), problem.at.line
        if place > len(lines):
            return None
        line = lines[place - 1]
        for start, width in self._secret.get((problem.at.file, place), ()):
            rest = line[start + width :]
            line = line[:start] + "•" * (len(line) - start - len(rest)) + rest
        return _PASSWORD.sub(lambda found: found[1] + "•" * len(found[2]), line)

    def _lines(self, file: str) -> list[str]:
        if file not in self._files:
            try:
                self._files[file] = Path(file).read_text(encoding="utf-8-sig").splitlines()
            except (OSError, UnicodeDecodeError):
                self._files[file] = []
        return self._files[file]


def _clean(text: str, longest: int = _LONGEST_SENTENCE) -> str:
    """Return text that cannot steer a terminal or fill it."""
    short = text if len(text) <= longest else f"{text[:longest]}…"
    return "".join(char if char.isprintable() or char == "\t" else "�" for char in short)


def _count(found: Sequence[Problem]) -> str:
    levels: Counter[Level] = Counter()
    for problem in found:
        levels[problem.level] += 1 + problem.others
    warnings, errors = levels[Level.WARNING], levels[Level.ERROR]
    counts = [(errors, "error")] if errors or not warnings else []
    counts += [(warnings, "warning")] if warnings else []
    return " and ".join(f"{number} {word}{'s' if number != 1 else ''}" for number, word in counts)


def _notes(problem: Problem) -> Iterator[str]:
    yield from (f"because: {reason}" for reason in problem.because)
    if problem.others:
        yield f"because: {problem.others:,} more like it are not shown"
    if problem.hint:
        yield f"hint: {problem.hint}"


def _escaped(text: str, more: str = "") -> str:
    for char in "%\r\n" + more:
        text = text.replace(char, f"%{ord(char):02X}")
    return text


def _console(*, stderr: bool = False) -> Console:
    from rich.console import Console

    # a fingerprint or a MAC holds what rich would draw as a picture: `:CD:`
    return Console(stderr=stderr, emoji=False)


def _plainly(events: Iterable[Event]) -> Iterator[Event]:
    for event in events:
        print(event_text(event), flush=True)  # noqa: T201
        yield event


def _live(console: Console, events: Iterable[Event]) -> Iterator[Event]:
    from rich.text import Text

    begun: dict[tuple[str, str], float] = {}
    with console.status("") as status:
        for event in events:
            key = (event.stage, event.subject)
            line = f"{event.stage} {event.subject}".strip()
            if event.state in MARKS:
                took = time.monotonic() - begun.pop(key, time.monotonic())
                seconds = f"  {took:.1f} s" if took >= 1 else ""
                text = f"{MARKS[event.state]} {line}  {event.detail}{seconds}"
                console.print(Text(text.rstrip(), style=_STYLES[event.state]))
            else:
                begun.setdefault(key, time.monotonic())
                status.update(Text(f"{line}  {event.detail}".rstrip(), style=_STYLES[event.state]))
            yield event
