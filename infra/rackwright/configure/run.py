"""Racks side by side, events out, a clean end after Ctrl-C.

Each rack's job is a child process that takes tens of seconds, so a few threads that wait are all
the concurrency one machine needs. The caller takes events from a generator; closing it, or Ctrl-C
in it, stops every job before it returns.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue

from rackwright import inputs
from rackwright.configure import ansible
from rackwright.configure.jobs import RackJob, arguments, digest, rack_jobs
from rackwright.configure.outcome import RackOutcome
from rackwright.configure.records import Records, Request, alone
from rackwright.events import Event, State
from rackwright.problems import Unfinished
from rackwright.secrets import Secrets

STAGE = "configure"
SIDE_BY_SIDE = 2


@dataclass(slots=True)
class Run:
    """One run in progress: what its threads share."""

    number: int
    records: Records
    folder: Path
    events: Queue[Event | None] = field(default_factory=Queue)
    stopped: threading.Event = field(default_factory=threading.Event)

    def tell(self, state: State, subject: str, detail: str) -> None:
        """Say one thing that happened."""
        self.events.put(Event(STAGE, state, detail, subject))


def run(
    site: Path,
    racks: tuple[str, ...] = (),
    *,
    secrets: Secrets,
    jobs: Path,
    again: bool = False,
    side_by_side: int = SIDE_BY_SIDE,
) -> Iterator[Event]:
    """Configure the named racks, or all installed ones; yield what happens as it happens.

    Raises:
        StaleRender: rendered/ is not current.
        Unfinished: Some hosts are not configured; the hint says how to resume.
    """
    inputs.require_current(site)
    wanted = {job: arguments(job, secrets) for job in rack_jobs(site, racks) if _may(job)}
    yield from (_left_alone(job) for job in rack_jobs(site, racks) if not _may(job))
    records = Records(jobs)
    place = str(site.resolve())
    request = Request(place, STAGE, tuple(job.rack for job in wanted), digest(site))
    number, done = records.begin(request, again=again)
    yield from (_already_done(job) for job in wanted if job.rack in done)
    current = Run(number, records, jobs / _folder_name(site))
    todo = {job: argv for job, argv in wanted.items() if job.rack not in done}
    outcomes: list[RackOutcome] = []
    yield from _all(current, todo, side_by_side, outcomes)
    _require_done(site, racks, outcomes)
    records.finish(number)


def _all(
    current: Run,
    todo: dict[RackJob, list[str]],
    side_by_side: int,
    outcomes: list[RackOutcome],
) -> Iterator[Event]:
    pool = ThreadPoolExecutor(side_by_side, thread_name_prefix=STAGE)
    try:
        futures = [pool.submit(_one, current, job, argv) for job, argv in todo.items()]
        for future in futures:
            future.add_done_callback(lambda _: current.events.put(None))
        yield from _until_ended(current, futures)
        outcomes.extend(future.result() for future in futures)
    finally:
        current.stopped.set()
        pool.shutdown(wait=True, cancel_futures=True)


def _until_ended(current: Run, futures: list[Future[RackOutcome]]) -> Iterator[Event]:
    running = len(futures)
    while running:
        event = current.events.get()
        if event is None:
            running -= 1
        else:
            yield event


def _one(current: Run, job: RackJob, argv: list[str]) -> RackOutcome:
    folder = current.folder / job.rack
    try:
        with alone(folder, job.rack):
            return _recorded(current, job, argv, folder)
    except Unfinished as error:
        current.tell(State.FAILED, job.rack, error.message)
        return RackOutcome(job.rack, (), error.message)


def _recorded(current: Run, job: RackJob, argv: list[str], folder: Path) -> RackOutcome:
    attempt = current.records.start(current.number, job.rack)
    current.tell(State.STARTED, job.rack, _beginning(job))
    outcome = ansible.execute(
        job,
        argv,
        folder,
        attempt,
        step=lambda sentence: current.tell(State.PROGRESS, job.rack, sentence),
        stopped=current.stopped.is_set,
    )
    words = outcome.error or outcome.sentence()
    state = "done" if outcome.done else "failed"
    current.records.end(current.number, job.rack, attempt, state, words)
    for subject, why in _failures(outcome):
        current.tell(State.FAILED, subject, why)
    current.tell(State.DONE if outcome.done else State.FAILED, job.rack, words)
    return outcome


def _failures(outcome: RackOutcome) -> Iterator[tuple[str, str]]:
    """Yield each reason once, with the hosts it stopped."""
    hosts: dict[str, list[str]] = {}
    for host in outcome.failed:
        hosts.setdefault(host.message or str(host.state), []).append(host.name)
    for why, names in hosts.items() if not outcome.error else ():
        others = f" and {len(names) - 1} more" if len(names) > 1 else ""
        yield f"{names[0]}{others}", why


def _may(job: RackJob) -> bool:
    return not job.hold and bool(job.hosts)


def _left_alone(job: RackJob) -> Event:
    reason = job.hold or "no tray of it may be touched"
    return Event(STAGE, State.SKIPPED, f"left alone: {reason}", job.rack)


def _already_done(job: RackJob) -> Event:
    detail = "done before the run was cut short; --again does it once more"
    return Event(STAGE, State.SKIPPED, detail, job.rack)


def _beginning(job: RackJob) -> str:
    held = f", {len(job.held)} on hold left alone" if job.held else ""
    return f"{len(job.hosts)} hosts{held}"


def _folder_name(site: Path) -> str:
    """Return a name for the site's folder among others, which may hold a site of the same name."""
    path = site.resolve()
    return f"{path.name}-{hashlib.sha256(str(path).encode()).hexdigest()[:8]}"


def _require_done(site: Path, racks: tuple[str, ...], outcomes: list[RackOutcome]) -> None:
    failed = [outcome for outcome in outcomes if not outcome.done]
    if not failed:
        return
    resume = ["rackwright configure", str(site), *(f"--rack {rack}" for rack in racks)]
    words = "; ".join(f"{item.rack}: {item.error or item.sentence()}" for item in failed)
    raise Unfinished(
        f"{len(failed)} of {len(outcomes)} racks are not configured: {words}",
        f"mend what the events say, then resume with: {' '.join(resume)}",
    )
