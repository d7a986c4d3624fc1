"""Which cables a render moves: the one difference that people have to carry out by hand.

A fabric that is planned for more units than it was has more spines, and every leaf's cables are
spread over them anew. In a list of ten thousand lines nobody sees whether lines are new or other
ones, so a render says it in a sentence.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from rackwright.tree import Change, Difference

Ends = dict[tuple[str, str], tuple[str, str, bool]]
"""Device and port a cable begins at, to those it ends at and whether it is installed."""


def recabled(differences: Iterable[Difference]) -> Iterator[str]:
    """Yield a sentence for every list of cables of which some go to other ports than before."""
    for each in differences:
        if each.change is Change.CHANGE and each.path.endswith("/cables.csv"):
            old, new = _ends(each.old), _ends(each.new)
            moved = [
                old[port] for port in old.keys() & new.keys() if old[port][:2] != new[port][:2]
            ]
            if moved:
                installed = sum(is_installed for _, _, is_installed in moved)
                yield (
                    f"{each.path}: {len(moved):,} cables go to other ports than before, "
                    f"{installed:,} of them installed; this re-cables the fabric"
                )


def _ends(text: str) -> Ends:
    return {
        (row.get("SRC_NAME") or "", row.get("SRC_HCA_PORT") or ""): (
            row.get("DST_NAME") or "",
            row.get("DST_PORT") or "",
            row.get("STATE") == "installed",
        )
        for row in csv.DictReader(text.splitlines())
    }
