"""SUMMARY.md: the page a reviewer reads first."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.inventory import Inventory


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield the unit's page."""
    yield from ()
