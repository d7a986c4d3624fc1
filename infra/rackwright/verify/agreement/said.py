"""What rendered files say, each thing with the place where it stands.

Thirty formats speak of the same devices. A reader boils its format down to these few records, and
`checks` holds them against each other without knowing a format.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rackwright.verify.consumer import Rendered


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a line, or the words that lead to it in a file without rows."""

    path: str
    line: int = 0
    words: tuple[str, ...] = ()
    """Each is looked for behind the one before it, where the line is not known."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One value of one device. It has no other of the kind, and no other device has the value."""

    device: str
    kind: str
    """`serial`, `BMC MAC`, `BMC address`, `in-band MAC`, `in-band address`, `GUID of fabric-1`."""
    value: str
    at: Place


@dataclass(frozen=True, slots=True)
class Roll:
    """Trays in an order that matters."""

    title: str
    """`the IMEX list of a01`."""
    names: tuple[str, ...]
    at: tuple[Place, ...]
    """Of each name."""


@dataclass(frozen=True, slots=True)
class Domain:
    """Trays that share NVLink, as one program sees them; all programs must see the same."""

    program: str
    name: str
    trays: frozenset[str]
    at: Place


@dataclass(frozen=True, slots=True)
class Defined:
    """A name that others may use."""

    kind: str
    """`host`, `service node`, `file`, `device`."""
    name: str


@dataclass(frozen=True, slots=True)
class Mention:
    """The use of a name that some file must define."""

    kind: str
    name: str
    at: Place


@dataclass(frozen=True, slots=True)
class Service:
    """An address that somebody is told to find a service at."""

    role: str
    address: str
    at: Place


@dataclass(frozen=True, slots=True)
class Members:
    """Everyone who is in something, in two files that must say the same."""

    title: str
    """`tenant research on fabric ib`."""
    names: frozenset[str]
    at: Place


@dataclass(frozen=True, slots=True)
class Cord:
    """A cable of a fabric between two ports, as one file says it."""

    source: str
    """The file's kind: `cables.csv`, `topology`."""
    fabric: str
    ends: frozenset[tuple[str, str]]
    """Device and port, twice."""
    at: Place


Said = Fact | Roll | Domain | Defined | Mention | Service | Members | Cord
Reader = Callable[[Rendered], Iterator[Said]]


def lines(rendered: Rendered, path: str) -> Iterator[tuple[str, Place]]:
    """Yield the lines of a file, each with its place."""
    for number, line in enumerate(rendered.text(path).splitlines(), start=1):
        yield line, Place(path, number)
