"""Every case in a room of its own, some more at once than there are processors.

A case that raises, hangs or finds no room is a failure with its words, never a pass; a missing
program ends the whole with its name before anything runs.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from rackwright import inputs, plan, sandbox
from rackwright.completeness import Standing, Statement, of_summary
from rackwright.events import Event, State
from rackwright.problems import PlanError, Position, Problem, ServiceFailed, in_order
from rackwright.verify import coverage, room, table
from rackwright.verify.consumer import Case, Complaint, Consumer, Rendered
from rackwright.verify.registry import CONSUMERS
from rackwright.verify.verdict import Verdict

WAITING = 1
"""Cases at once beyond the processors: some always wait, for a clock or for a session."""
_UNREADABLE = (OSError, ValueError, LookupError, TypeError, AttributeError)
"""What reading a file raises that has not the form of its kind."""


@dataclass(frozen=True, slots=True)
class Verification:
    """The questions of one run, and whom they go to."""

    rendered: Rendered
    known: tuple[tuple[Consumer, Case], ...]
    """Every question there is to the consumers that were chosen."""
    asked: tuple[tuple[Consumer, Case], ...]
    image: Path
    """The node image's folder; it need not exist where the programs are on PATH."""
    passed_over: tuple[str, ...] = ()
    """The consumers that were not chosen: what they would judge is not even listed."""

    def verdicts(self) -> Iterator[Verdict]:
        """Yield each case's verdict as it comes.

        Raises:
            ToolMissing: A program is missing, or this process may make no namespaces.
        """
        sandbox.require_permission()
        roots = {each.name: room.root_with(each.programs, self.image) for each, _ in self.asked}
        pool = ThreadPoolExecutor(max_workers=(os.cpu_count() or 1) + WAITING)
        try:
            futures: list[Future[Verdict]] = [
                pool.submit(_verdict, consumer, case, roots[consumer.name])
                for consumer, case in self.asked
            ]
            yield from (future.result() for future in as_completed(futures))
        finally:
            pool.shutdown(cancel_futures=True)

    def problems(self, verdicts: Iterable[Verdict]) -> tuple[Problem, ...]:
        """Return every complaint as a problem at the line of the rendered file."""
        folder = self.rendered.folder / "rendered"
        return in_order(
            _problem(verdict, each, folder) for verdict in verdicts for each in verdict.complaints
        )

    def statements(self, verdicts: Sequence[Verdict]) -> Iterator[Statement]:
        """Yield what is known of the rendered files after these verdicts, and what is not."""
        judged = {path for each in verdicts for path in each.case.files}
        count, programs = len(self.rendered.paths), len({each.consumer for each in verdicts})
        why = f"{len(judged):,} of {count:,} judged, by {programs} programs"
        yield Statement(Standing.EVALUATED, "rendered files", why, coverage.BY)
        consumers = {consumer.name: consumer for consumer, _ in self.known}
        for name in sorted(consumers.keys() - {each.consumer for each in verdicts}):
            yield Statement(Standing.SKIPPED, name, "the choice leaves it out", coverage.BY)
        if self.passed_over:
            others = ", ".join(self.passed_over)
            yield Statement(Standing.SKIPPED, others, "the choice leaves them out", coverage.BY)
        else:
            for group in coverage.not_checked(self.rendered, self._judged()):
                yield Statement(Standing.NOT_CHECKED, group.what, group.reason, coverage.BY)
        for consumer in consumers.values():
            yield from coverage.limits(consumer)
        yield from of_summary(self.rendered.text("SUMMARY.md"), coverage.BY)

    def _judged(self) -> list[Case]:
        return [case for consumer, case in self.known if consumer.is_program]

    def rows(self, verdicts: Sequence[Verdict]) -> tuple[tuple[str, ...], ...]:
        """Return the closing table, what passed and what failed; see `table.COLUMNS`."""
        consumers = tuple({consumer.name: consumer for consumer, _ in self.known}.values())
        return tuple(table.rows(consumers, verdicts))


def begin(folder: Path, only: Sequence[str], units: Sequence[str], image: Path) -> Verification:
    """Return the verification of the site in `folder`; an empty choice means everything.

    Raises:
        StaleRender: rendered/ was not made from the inputs beside it.
        PlanError: A chosen name is none of this site's, or no consumer's.
    """
    inputs.require_current(folder)
    rendered = read(folder)
    _require(only, [each.name for each in CONSUMERS], "consumer")
    _require(units, rendered.folders, "unit")
    chosen = tuple(each for each in CONSUMERS if not only or each.name in only)
    known = tuple((each, case) for each in chosen for case in each.cases(rendered))
    asked = tuple(each for each in known if not units or each[1].unit in units)
    others = tuple(each.name for each in CONSUMERS if each not in chosen)
    return Verification(rendered, known, asked, image, others)


def read(folder: Path) -> Rendered:
    """Return the rendered/ of the site in folder `folder`.

    Raises:
        PlanError: There is none, or it is not one.
    """
    top = folder / "rendered"
    site = plan.read_site(folder)
    files = (Path(place) / name for place, _, names in os.walk(top) for name in names)
    return Rendered(folder, site, tuple(sorted(file.relative_to(top).as_posix() for file in files)))


def event(verdict: Verdict) -> Event:
    """Return a verdict as something that happened."""
    state = State.FAILED if verdict.complaints else State.DONE
    detail = f"{len(verdict.complaints)} complaints" if verdict.complaints else ""
    return Event(verdict.consumer, state, detail, verdict.case.name)


def _problem(verdict: Verdict, complaint: Complaint, folder: Path) -> Problem:
    return Problem(
        at=Position(str(folder / complaint.path), complaint.line, complaint.column),
        code=verdict.consumer,
        message=complaint.message,
        because=complaint.words,
        hint=complaint.hint,
        subject=verdict.case.name,
    )


def _verdict(consumer: Consumer, case: Case, root: Path) -> Verdict:
    begun = time.monotonic()
    try:
        with room.opened(root) as here:
            complaints = tuple(case.judge(here))
    except (*_UNREADABLE, ServiceFailed, PlanError) as error:
        message = f"{consumer.name} could not be asked: {error}"
        complaints = (Complaint(case.files[0], message),)
    return Verdict(consumer.name, case, complaints, time.monotonic() - begun)


def _require(wanted: Sequence[str], known: Sequence[str], what: str) -> None:
    for name in wanted:
        if name not in known:
            raise PlanError(f"there is no {what} {name!r}", f"there are {', '.join(known)}")
