"""The cable plan as rendered/ has it: which port leads to which."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from rackwright.verify.consumer import Rendered

End = tuple[str, str]
"""A device and its port."""


def far_ends(rendered: Rendered) -> dict[End, End]:
    """Return for every port with an installed cable where that leads, from both sides."""
    found: dict[End, End] = {}
    for near, far in _installed(rendered):
        found[near], found[far] = far, near
    return found


def _installed(rendered: Rendered) -> Iterator[tuple[End, End]]:
    for path in rendered.paths:
        if path.endswith("/cables.csv"):
            for row in csv.DictReader(rendered.text(path).splitlines()):
                if row["STATE"] == "installed":
                    near = row["SRC_NAME"], row["SRC_HCA_PORT"]
                    yield near, (row["DST_NAME"], row["DST_PORT"])
