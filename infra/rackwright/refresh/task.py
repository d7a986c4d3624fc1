"""What a worker does: it renders one unit and puts it where it belongs.

All that renders is imported here, which takes a while, and so by nobody who has nothing to render.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rackwright import render
from rackwright.expand import Expansion
from rackwright.expand.fabrics import cabled
from rackwright.inventory import Unit
from rackwright.refresh import folders
from rackwright.refresh.place import Place
from rackwright.render.recabling import recabled
from rackwright.tree import Difference


def do(expansion: Expansion, place: Place, wanted: Sequence[Unit], number: int) -> dict[str, Any]:
    """Render a unit and put it where it belongs; returns what happened, as plain data."""
    inventory = expansion.inventory(wanted[number])
    unit = inventory.unit.folder
    files = dict(render.unit_files(cabled(inventory)))
    seals: dict[str, str] = {}
    found: list[Difference] = []
    for folder, part in folders.parted(unit, files).items():
        written = place.put(part, place.rendered / folder, folders.scope(folder))
        seals[folder] = written.seal
        found += (_moved(each, folder) for each in written.differences)
    return {
        "unit": unit,
        "racks": len(inventory.racks) if inventory.unit.kind == "scalable-unit" else 0,
        "seals": seals,
        "recabled": list(recabled(found)),
        "differences": list(_plain(found, place.texts)),
    }


def _moved(difference: Difference, folder: str) -> Difference:
    path = f"{folder}/{difference.path}" if folder else difference.path
    return Difference(path, difference.change, difference.old, difference.new)


def _plain(found: Iterable[Difference], left: int) -> Iterator[tuple[str, str, str, str]]:
    """Yield differences, with their texts as long as those have fewer characters than `left`."""
    for each in found:
        left -= len(each.old) + len(each.new)
        texts = (each.old, each.new) if left >= 0 else ("", "")
        yield each.path, each.change, *texts
