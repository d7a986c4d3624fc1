"""Where rendered units belong, and what is done with them there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from rackwright import tree

Put = Callable[[tree.Tree, Path, tree.Scope], tree.Written]
"""Makes a folder what it must be, or only says what differs."""


class Place(Struct, frozen=True):
    """A folder rendered/."""

    rendered: Path
    put: Put
    texts: int
    """Characters of differing text that are sent back of each unit."""
