"""Rules."""

from __future__ import annotations

from rackwright.inventory import Inventory
from rackwright.problems import Problem
from rackwright.spec import Loaded


def judge(loaded: Loaded, inventories: tuple[Inventory, ...]) -> tuple[Problem, ...]:
    """Return every problem, sorted by place."""
    return ()
