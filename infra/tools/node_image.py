"""The Debian root that every lab host starts from.

`node-image/build` makes it; this module only says whether it must be made again. Root owns it, and
the lab mounts it as a lower layer, so it is never written after it is complete.
"""

from __future__ import annotations

from pathlib import Path

import cached
from commands import as_root, run

RECIPE = Path(__file__).with_name("node-image") / "build"
PACKAGES = RECIPE.with_name("packages")
HINT = "the Debian mirror may be out of reach: check the network, then start again"


def is_current(folder: Path) -> bool:
    """Say whether the image is complete and made by today's recipe."""
    return cached.is_current(folder, cached.digest(RECIPE, PACKAGES))


def build(folder: Path) -> None:
    """Build the image, and put it in its place when it is complete."""
    cached.build(folder, cached.digest(RECIPE, PACKAGES), _make)


def _make(building: Path) -> None:
    run(*as_root(RECIPE, building), hint=HINT)
