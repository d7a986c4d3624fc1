"""Accepted warnings: each is a warning that is really given, and none hides an error."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from rackwright.problems import Level, Problem, did_you_mean, quoted
from rackwright.spec import Loaded
from rackwright.spec.acceptance import Accepted

CODES = ("accept-error", "accept-nothing")


def unaccepted(
    loaded: Loaded, found: Sequence[Problem], warnings: Collection[str], errors: Collection[str]
) -> Iterator[Problem]:
    """Yield the problems that nobody accepted, and every acceptance that is itself wrong.

    An acceptance that outlives its warning would hide the next one of its kind, so it is an error.
    """
    accepted = loaded.site.accept
    for problem in found:
        if not any(_covers(each, problem) for each in accepted):
            yield problem
    for place, each in enumerate(accepted):
        if each.code not in warnings:
            yield _no_warning(loaded, place, each, warnings, errors)
        elif not any(_covers(each, problem) for problem in found):
            where = f" at {each.at}" if each.at else ""
            yield loaded.document.problem(
                ("accept", place, "at" if each.at else "code"),
                "accept-nothing",
                f"there is no warning {each.code}{where}",
                hint="remove it: what it was accepted for is mended",
            )


def _covers(accepted: Accepted, problem: Problem) -> bool:
    if problem.level is not Level.WARNING or accepted.code != problem.code:
        return False
    at = accepted.at or ""
    return not at or f"{problem.subject}.".startswith(f"{at}.")


def _no_warning(
    loaded: Loaded,
    place: int,
    accepted: Accepted,
    warnings: Collection[str],
    errors: Collection[str],
) -> Problem:
    path = ("accept", place, "code")
    if accepted.code in errors:
        return loaded.document.problem(
            path,
            "accept-error",
            f"{accepted.code} is an error, and an error cannot be accepted",
            hint=f"only warnings can: {', '.join(sorted(warnings))}",
        )
    hint = did_you_mean(accepted.code, warnings) or f"known: {', '.join(sorted(warnings))}"
    message = f"there is no warning {quoted(accepted.code)}"
    return loaded.document.problem(path, "unknown-reference", message, hint=hint)
