"""What a render did, or what it would have done."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from rackwright.tree import Difference

Watch = Callable[[int, int, int], None]
"""Is told how many units are done, of how many, and how many racks the done ones have."""


class Outcome(Struct, frozen=True):
    """What differed in rendered/, by path in it."""

    differences: tuple[Difference, ...]
    """Those of long runs may come without their texts."""
    recabled: tuple[str, ...]
    """A sentence for every list of cables whose cables moved."""
    units: tuple[str, ...]
    """The folders of the units that were rendered."""


NOTHING = Outcome((), (), ())


def silent(_done: int, _all: int, _racks: int) -> None:
    """Watch without a word."""
