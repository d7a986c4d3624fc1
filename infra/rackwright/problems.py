"""The one way to say that something is wrong, and every error the program raises on purpose.

A person who made a mistake in a specification needs all mistakes at once, each with its place, the
values that led to it and a hint. Code deep inside knows *what* is wrong and which part of the data
it concerns; only the reader of the file knows lines. So a `Problem` carries a `Position`, and
`console` alone turns problems into text, JSON or annotations.

The errors, with the exit code each one ends in (design: 0 fine, 1 problems or differences, 2 wrong
usage, 3 a missing or failing tool, 4 work begun and not finished):

    RackwrightError
    ├── SpecError        1   the specification is wrong; carries every Problem
    ├── StaleRender      1   rendered/ was not made from the inputs beside it
    ├── PlanError        1   a rendered plan cannot be read as a plan
    ├── SecretError      1   a secret reference cannot be resolved
    ├── NoSuchValue      2   `show` was asked for something that has no such name
    ├── CannotBegin      2   `init` or `report` was given a folder or a name that it cannot take
    ├── ToolMissing      3   a program is not installed; says how to get it
    ├── ServiceFailed    3   a service or device did not do what was asked
    └── Unfinished       4   work was begun and not finished; says how to resume
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct

_QUOTED = 60
_CHOICES = 300
"""Among more words than this, none is looked for: it would take seconds, and help nobody."""

HIDDEN = "secret-value"
"""Code of a problem whose underlined text must not be shown: a secret where a reference belongs."""


class Position(Struct, frozen=True, order=True):
    """A place in a text file; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Level(StrEnum):
    """How bad a problem is; either kind ends `check` with 1."""

    ERROR = "error"
    WARNING = "warning"
    """Works, and is likely to be regretted; the specification may accept it with a reason."""


class Problem(Struct, frozen=True):
    """One thing that is wrong, where, why, and what to do about it."""

    at: Position
    code: str
    message: str
    because: tuple[str, ...] = ()
    """The values behind the message, one sentence each."""
    hint: str = ""
    width: int = 1
    """How many characters the caret line underlines; 0 where there is no line to show."""
    subject: str = ""
    """What in the specification it is about, by name: `pools.train.image`."""
    level: Level = Level.ERROR
    others: int = 0
    """How many more of its kind there are, which nobody described."""


def in_order(found: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems in the order of their places; the same ones in the same order, always."""
    return tuple(
        sorted(
            found,
            key=lambda one: (one.at.file, one.at.line, one.at.column, one.code, one.message),
        )
    )


def quoted(text: str) -> str:
    """Return text in quotes, on one line and of bearable length."""
    whole = repr(text[:_QUOTED])
    return whole if len(text) <= _QUOTED and len(whole) <= _QUOTED else f"{whole[:57]}…{whole[0]}"


def nearest(word: str, known: Collection[str]) -> str:
    """Return the known word that was probably meant; empty where none is near."""
    if len(word) > _QUOTED or len(known) > _CHOICES:
        return ""
    return _nearest(word, tuple(sorted(known)))


def did_you_mean(word: str, known: Collection[str]) -> str:
    """Return the hint that names the known word that was probably meant, or no hint."""
    near = nearest(word, known)
    return f"did you mean {near!r}?" if near else ""


@lru_cache(maxsize=1024)
def _nearest(word: str, known: tuple[str, ...]) -> str:
    import difflib

    by_lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), by_lower, n=1)
    begun = [name for name in by_lower if len(word) > 2 and name.startswith(word.lower())]
    return by_lower[(near or begun)[0]] if near or len(begun) == 1 else ""


class RackwrightError(Exception):
    """Everything Rackwright raises on purpose; `cli` turns it into a message and an exit code."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class SpecError(RackwrightError):
    """The specification is wrong."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} problems in the specification")
        self.problems = problems


class StaleRender(RackwrightError):
    """rendered/ was not made from the specification beside it."""


class PlanError(RackwrightError):
    """A rendered plan is missing or cannot be read."""


class SecretError(RackwrightError):
    """A secret reference cannot be resolved. The message names the reference, never the value."""


class NoSuchValue(RackwrightError):
    """Nothing in the site has the name that was asked for."""

    exit_code = 2


class CannotBegin(RackwrightError):
    """A new repository or a report cannot be written there, or under that name."""

    exit_code = 2


class ToolMissing(RackwrightError):
    """A program this step needs is not installed."""

    exit_code = 3


class ServiceFailed(RackwrightError):
    """A service or a device did not do what was asked of it."""

    exit_code = 3


class Unfinished(RackwrightError):
    """Work was begun and not finished; the hint says how to resume."""

    exit_code = 4
