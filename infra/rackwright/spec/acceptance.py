"""Warnings that somebody has thought about: accepted with a reason, for everyone to read."""

from typing import Annotated

from rackwright.spec.language import Spec, field
from rackwright.spec.words import Form, Reason

_SELECTOR = Form(
    r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*", "a place in this file, such as pools.train or halls.h1"
)


class Accepted(Spec):
    """A warning that is accepted."""

    code: str = field(description="The warning's code, as `check` prints it in brackets.")
    reason: Reason = field(description="Why it is accepted, and who said so.")
    at: Annotated[str, _SELECTOR] | None = field(
        default=None,
        description="What it is accepted for, such as pools.train; everywhere by default.",
    )
