"""Cables that are laid alike: what is the same of them is made once, and names are filled in.

A campus has 220,000 cables, and all racks of one type at one place of their leaves are cabled
alike: they differ in names. So their cables are a *harness*, `Cable`s whose texts have holes, and a
*run* is a harness laid somewhere: the names for its holes. Whatever is written a line a cable is
written once for a harness, with the same holes, and filled run by run at the speed of copying.
Single cables are made of runs when somebody asks, so they cannot say anything else than lines do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any

from rackwright.inventory.cabling import Cable, End, LengthClass

_BETWEEN = "\1"
"""Parts texts that are filled at once."""

Kind = tuple[str, LengthClass, int, bool]
"""Fabric, length class and speed of a cable, and whether it is reserved."""
_KIND = attrgetter("fabric", "length", "gbps", "reserved")


def hole(name: str) -> str:
    """Return the mark of a hole in a text: nothing that anybody writes has a NUL in it."""
    return f"\0{name}\0"


class Blank:
    """A text with holes, split at them beforehand."""

    __slots__ = ("_holes", "_pieces")

    def __init__(self, text: str) -> None:
        self._pieces = text.split("\0")
        self._holes = self._pieces[1::2]

    def filled(self, names: Mapping[str, str]) -> str:
        """Return the text with a name in each hole."""
        pieces = self._pieces.copy()
        pieces[1::2] = map(names.__getitem__, self._holes)
        return "".join(pieces)


class Blanks:
    """Several texts with holes, filled at once."""

    __slots__ = ("_blank",)

    def __init__(self, texts: Iterable[str]) -> None:
        self._blank = Blank(_BETWEEN.join(texts))

    def filled(self, names: Mapping[str, str]) -> list[str]:
        """Return the texts with a name in each hole."""
        return self._blank.filled(names).split(_BETWEEN)


@dataclass(frozen=True, slots=True, eq=False)
class Harness:
    """Cables of one fabric, installed or reserved together, whose texts may have holes.

    Two are never equal, so what is made of one can be kept by it.
    """

    cables: tuple[Cable, ...]

    @property
    def fabric(self) -> str:
        """The name of their fabric."""
        return self.cables[0].fabric

    @property
    def reserved(self) -> bool:
        """Whether they are planned and not there."""
        return self.cables[0].reserved


@dataclass(frozen=True, slots=True)
class Run:
    """A harness laid in one place, by names for its holes."""

    harness: Harness
    names: Mapping[str, str]

    @property
    def first(self) -> str:
        """The device that its first cable comes from."""
        return Blank(self.harness.cables[0].source.device).filled(self.names)

    def __iter__(self) -> Iterator[Cable]:
        """Yield its cables one by one."""
        texts = iter(_texts(self.harness).filled(self.names))
        for each, bundle in zip(self.harness.cables, texts, strict=False):
            source = End(next(texts), next(texts), next(texts), next(texts))
            target = End(next(texts), next(texts), next(texts), next(texts))
            yield each._replace(bundle=bundle, source=source, target=target)


class Cables(Sequence[Cable]):
    """Like a tuple of cables, made of runs; equal to another with the same ones."""

    __slots__ = ("_made", "runs")

    def __init__(self, runs: Iterable[Run] = ()) -> None:
        self.runs = tuple(run for run in runs if run.harness.cables)
        self._made: tuple[Cable, ...] | None = None

    @property
    def all(self) -> tuple[Cable, ...]:
        """Every cable, in order."""
        if self._made is None:
            self._made = tuple(cable for run in self.runs for cable in run)
        return self._made

    def of(self, fabric: str) -> Cables:
        """Return those of one fabric."""
        return Cables(run for run in self.runs if run.harness.fabric == fabric)

    def kinds(self) -> Counter[Kind]:
        """Count the cables of each kind, without making them."""
        found: Counter[Kind] = Counter()
        for run in self.runs:
            found.update(kinds(run.harness))
        return found

    def replaced(self, place: int, cable: Cable) -> Cables:
        """Return the same with another cable at one place, in a harness of its own."""
        runs: list[Run] = []
        for run in self.runs:
            if 0 <= place < len(run.harness.cables):
                whole = (*run,)
                parts = whole[:place], (cable,), whole[place + 1 :]
                runs += [Run(Harness(part), {}) for part in parts]
            else:
                runs.append(run)
            place -= len(run.harness.cables)
        return Cables(runs)

    def __getitem__(self, place: Any) -> Any:  # noqa: ANN401  (a cable, or several)
        return self.all[place]

    def __iter__(self) -> Iterator[Cable]:
        return iter(self.all)

    def __len__(self) -> int:
        return sum(len(run.harness.cables) for run in self.runs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Cables) and self.all == other.all

    def __hash__(self) -> int:
        return hash(self.all)

    def __repr__(self) -> str:
        return repr(self.all)


@cache
def kinds(harness: Harness) -> Counter[Kind]:
    """Count the cables of each kind in a harness."""
    return Counter(map(_KIND, harness.cables))


@cache
def _texts(harness: Harness) -> Blanks:
    return Blanks(
        text for each in harness.cables for text in (each.bundle, *each.source, *each.target)
    )
