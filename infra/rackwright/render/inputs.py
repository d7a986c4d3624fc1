"""inputs.sha256: what rendered/ was made from, in the form `sha256sum --check` reads.

Acting rooms compare it with the files beside it and refuse a tree that is not current.
"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.inputs import FILE, text
from rackwright.inventory import Inventory


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield the digests of the specification's files, once for the site."""
    if inventory.unit.kind == "site":
        yield FILE, text(inventory.common.inputs)
