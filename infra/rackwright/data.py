"""Where the folders beside the package are, in a checkout and in an installed wheel.

`templates/` and `playbooks/` lie at the top of the repository so that people find them. A wheel
carries them inside the package. This module is the only one that knows both places.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def folder(name: str) -> Path:
    """Return the shipped folder `name`: top level in a checkout, `_data/` in a wheel."""
    checkout = _PACKAGE.parents[1] / name
    return checkout if checkout.is_dir() else _PACKAGE / "_data" / name
