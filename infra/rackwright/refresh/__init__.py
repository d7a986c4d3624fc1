"""rendered/ made equal to the specification, with no more work than the change asks for.

Rendering is pure and complete; doing it is neither quick nor often needed. So this room remembers
what it wrote and from what, and does as little as it can, at four levels:

0.  Inputs, program and rendered/ are what they were after the last render: nothing is imported,
    parsed or written. Seals of all that was looked at are noted, and the next time the program's
    first lines find by them alone that nothing changed (see `unchanged`).
1.  As-built tables alone changed, and no table its shape: the specification is neither read nor
    judged; what follows from it is remembered (see `tables` and `outline`).
2.  A unit whose key (the program and all that it is expanded from) and whose files are what they
    were is left out; the others are rendered and written by worker processes.
3.  Of a unit that is rendered, only files whose bytes differ are written.

What is remembered can be lost, damaged or another site's: every word of it is compared with what is
on disk now, so the worst that it can do is cost time. `compare`, for CI, does not even look at it.

A render that is killed leaves every file whole, old or new, and no list of inputs, so that nobody
acts on the tree (see `inputs`); the next one finishes the job.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rackwright import inputs, tree
from rackwright.refresh import memory
from rackwright.refresh.folders import of_units, strays
from rackwright.refresh.looking import Intact, looked_at
from rackwright.refresh.memory import Memory
from rackwright.refresh.outcome import NOTHING, Outcome, Watch, silent

if TYPE_CHECKING:
    from rackwright.refresh.work import Pending

RENDERED = "rendered"


def refresh(site: Path, *, processes: int = 1, watch: Watch = silent) -> Outcome:
    """Make rendered/ of the site in folder `site` what its specification says.

    Raises:
        SpecError: The specification is wrong; nothing was written.
        RackwrightError: A folder cannot be read or written.
        Unfinished: A worker process was killed.
    """
    with _without_collector(), memory.locked(site):
        known, sources = memory.read(site), memory.sources()
        program = memory.program(sources)
        noted = memory.noted(site, known, sources)
        with looked_at(site / RENDERED, known, processes) as intact:
            found = inputs.digests(site, known.inputs)
            same = known.program == program and noted and found == known.inputs
            if same and is_current(site, known, intact):
                memory.note(site, noted)  # seals that were taken before anything was looked at
                return NOTHING
            from rackwright.refresh import work

            given = work.Given(site, known, program, found, intact)
            return work.renew(given, processes=processes, watch=watch)


def compare(site: Path, *, processes: int = 1, watch: Watch = silent) -> Outcome:
    """Return what separates rendered/ from the specification; trusts nothing it was told before.

    Raises:
        SpecError: The specification is wrong.
        RackwrightError: A folder cannot be read.
        Unfinished: A worker process was killed.
    """
    with _without_collector():
        from rackwright.refresh import work

        return work.compare(site, processes=processes, watch=watch)


def pending(site: Path) -> Pending:
    """Return which units `refresh` would render, having judged the specification as it does.

    Raises:
        SpecError: The specification is wrong.
        RackwrightError: A folder cannot be read.
        Unfinished: A worker process was killed.
    """
    with _without_collector():
        from rackwright.refresh import work

        return work.pending(site, memory.read(site), memory.program(memory.sources()))


def is_current(site: Path, known: Memory, intact: Intact) -> bool:
    """Return whether nobody has touched rendered/ since these inputs were remembered."""
    rendered = site / RENDERED
    return (
        bool(known.inputs)
        and tree.read_file(rendered / inputs.FILE) == inputs.text(known.inputs)
        and not any(strays(rendered, known.keys))
        and intact().keys() == of_units(known.keys)
    )


@contextmanager
def _without_collector() -> Iterator[None]:
    """Leave garbage alone: a render makes none worth a pass over all that it holds."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.unfreeze()  # both together make all that is new old, unseen
        if was_on:
            gc.enable()
