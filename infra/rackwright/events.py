"""What long work says while it runs.

Work that takes minutes must be visible, on a terminal and in a CI log, without the worker knowing
which of the two it is. Long functions yield `Event` values; `console` draws them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How far the work is that an event speaks of."""

    STARTED = "started"
    PROGRESS = "progress"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: `stage` of the work, whom it concerns, and a sentence."""

    stage: str
    state: State
    detail: str = ""
    subject: str = ""
    """A rack, tray, service or tool name; empty when the stage as a whole is meant."""
