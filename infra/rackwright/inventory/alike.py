"""Records that are alike but for names: what is the same of them is made once, and names filled in.

A campus has 220,000 cables, and all racks of one type at one place of their leaves are cabled
alike: they differ in names. So what a rack contributes is a *pattern*, records whose texts have
holes, and a *run* is a pattern laid somewhere: the names for its holes. Whatever is written a line
a record is written once for a pattern, with the same holes, and filled run by run at the speed of
copying. Single records are made of runs when somebody asks, so they cannot say anything else than
lines do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, Generic, Protocol, Self, TypeVar

from msgspec import Struct

KEPT = 64
"""Of so many patterns is kept what follows from them: a hall has fewer, a campus has halls."""

_BETWEEN = "\1"
"""Parts texts that are filled at once; like a NUL, it is in nothing that anybody writes."""


class Alike(Protocol):
    """A record whose texts can have holes."""

    def texts(self) -> Iterable[str]:
        """Return its texts."""
        ...

    def filled(self, texts: Iterator[str]) -> Self:
        """Return the same with other texts, which are taken from the beginning of `texts`."""
        ...


T = TypeVar("T", bound=Alike)


def hole(name: str) -> str:
    """Return the mark of a hole in a text."""
    return f"\0{name}\0"


class Blank:
    """A text with holes, split at them beforehand."""

    __slots__ = ("_names", "_pieces")

    def __init__(self, text: str) -> None:
        self._pieces = text.split("\0")
        self._names = _taker(self._pieces[1::2])

    def filled(self, names: Mapping[str, str]) -> str:
        """Return the text with a name in each hole."""
        pieces = self._pieces.copy()
        pieces[1::2] = self._names(names)
        return "".join(pieces)


def _taker(holes: list[str]) -> Callable[[Mapping[str, str]], Sequence[str]]:
    """Return what takes the names for these holes; `itemgetter` returns no tuple of fewer than two.

    It is twice as fast as asking hole by hole, and a campus has a million holes.
    """
    return itemgetter(*holes) if len(holes) > 1 else lambda names: [names[hole] for hole in holes]


class Blanks:
    """Several texts with holes, filled at once."""

    __slots__ = ("_blank",)

    def __init__(self, texts: Iterable[str]) -> None:
        self._blank = Blank(_BETWEEN.join(texts))

    def filled(self, names: Mapping[str, str]) -> list[str]:
        """Return the texts with a name in each hole; of none, one that is empty."""
        return self._blank.filled(names).split(_BETWEEN)


class Pattern(Struct, Generic[T], frozen=True, eq=False):
    """Records whose texts may have holes.

    No two patterns are equal, so what is made of one can be kept by it.
    """

    records: tuple[T, ...]


class Run(Struct, Generic[T], frozen=True):
    """A pattern laid in one place: the names for its holes."""

    pattern: Pattern[T]
    names: Mapping[str, str]

    def text(self, text: str) -> str:
        """Return a text of the pattern, with names in its holes."""
        return Blank(text).filled(self.names)

    def __iter__(self) -> Iterator[T]:
        """Yield its records one by one."""
        texts = iter(_texts(self.pattern).filled(self.names))
        return (each.filled(texts) for each in self.pattern.records)


def unfilled(pattern: Pattern[T]) -> Run[T]:
    """Return a run of a pattern that leaves its holes open."""
    texts = (text for each in pattern.records for text in each.texts())
    return Run(pattern, {name: hole(name) for text in texts for name in text.split("\0")[1::2]})


class Records(Sequence[T]):
    """Like a tuple of records, which are made of runs; equal to another with the same ones."""

    __slots__ = ("_made", "runs")

    def __init__(self, runs: Iterable[Run[T]] = ()) -> None:
        self.runs = tuple(run for run in runs if run.pattern.records)
        self._made: tuple[T, ...] | None = None

    @property
    def all(self) -> tuple[T, ...]:
        """Every record, in order."""
        if self._made is None:
            self._made = tuple(record for run in self.runs for record in run)
        return self._made

    def replaced(self, place: int, record: T) -> Self:
        """Return the same with another record at one place, in a run of its own."""
        runs: list[Run[T]] = []
        for run in self.runs:
            if 0 <= place < len(run.pattern.records):
                whole = (*run,)
                parts = whole[:place], (record,), whole[place + 1 :]
                runs += [Run(Pattern(part), {}) for part in parts]
            else:
                runs.append(run)
            place -= len(run.pattern.records)
        return type(self)(runs)

    def __getitem__(self, place: Any) -> Any:  # noqa: ANN401  (a record, or several)
        return self.all[place]

    def __iter__(self) -> Iterator[T]:
        return iter(self.all)

    def __len__(self) -> int:
        return sum(len(run.pattern.records) for run in self.runs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Records) and self.all == other.all

    def __hash__(self) -> int:
        return hash(self.all)

    def __repr__(self) -> str:
        return repr(self.all)


@cache
def _texts(pattern: Pattern[Any]) -> Blanks:
    return Blanks(text for each in pattern.records for text in each.texts())
