"""The devices of a unit, which are made when somebody first asks for them.

A campus has thirty-seven thousand devices, and most questions about it are about its racks. So a
unit that nobody asks about its devices costs nothing for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rackwright.inventory import Device


class Devices(Sequence["Device"]):
    """Like a tuple of devices; equal to another with the same ones."""

    __slots__ = ("_by_rack", "_made", "_make", "_present")

    def __init__(self, make: Callable[[], Iterable[Device]] = tuple) -> None:
        self._make = make
        self._made: tuple[Device, ...] | None = None
        self._by_rack: dict[str, tuple[Device, ...]] | None = None
        self._present: dict[tuple[str, str], tuple[Device, ...]] | None = None

    @property
    def all(self) -> tuple[Device, ...]:
        """Every device, in order."""
        if self._made is None:
            self._made = tuple(self._make())
        return self._made

    @property
    def by_rack(self) -> Mapping[str, tuple[Device, ...]]:
        """The same by the name of their rack: a pool of a thousand racks asks often."""
        if self._by_rack is None:
            found: dict[str, list[Device]] = {}
            for name, mine in groupby(self.all, attrgetter("rack")):
                found.setdefault(name, []).extend(mine)
            self._by_rack = {name: tuple(each) for name, each in found.items()}
        return self._by_rack

    @property
    def present(self) -> Mapping[tuple[str, str], tuple[Device, ...]]:
        """Those that are there by the name of their rack and their class; every artefact asks."""
        if self._present is None:
            found: dict[tuple[str, str], list[Device]] = {}
            for key, alike in groupby(self.all, attrgetter("rack", "device_class")):
                found.setdefault(key, []).extend(each for each in alike if not each.open)
            self._present = {key: tuple(each) for key, each in found.items()}
        return self._present

    def __getitem__(self, place: Any) -> Any:  # noqa: ANN401  (a device, or several)
        return self.all[place]

    def __iter__(self) -> Iterator[Device]:
        return iter(self.all)

    def __len__(self) -> int:
        return len(self.all)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Devices) and self.all == other.all

    def __hash__(self) -> int:
        return hash(self.all)

    def __repr__(self) -> str:
        return repr(self.all)
