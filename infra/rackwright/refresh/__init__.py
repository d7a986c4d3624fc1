"""rendered/ made equal to the specification, with no more work than the change asks for.

Rendering is pure and complete; doing it is neither quick nor often needed. So this room remembers
what it wrote and from what, and does as little as it can, at three levels:

0.  Inputs, program and rendered/ are what they were after the last render: nothing is imported,
    parsed or written.
1.  A unit whose key (the program and all that it is expanded from) and whose files are what they
    were is left out; the others are rendered and written by worker processes.
2.  Of a unit that is rendered, only files whose bytes differ are written.

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

from rackwright import inputs, tree
from rackwright.refresh import memory
from rackwright.refresh.folders import seals, strays
from rackwright.refresh.memory import Memory
from rackwright.refresh.outcome import NOTHING, Outcome, Watch, silent

RENDERED = "rendered"


def refresh(site: Path, *, processes: int = 1, watch: Watch = silent) -> Outcome:
    """Make rendered/ of the site in folder `site` what its specification says.

    Raises:
        SpecError: The specification is wrong; nothing was written.
        RackwrightError: A folder cannot be read or written.
        Unfinished: A worker process was killed.
    """
    with _without_collector(), memory.locked(site):
        known = memory.read(site)
        program = memory.program()
        if known.program == program and is_current(site, known):
            return NOTHING
        from rackwright.refresh import work

        return work.renew(site, known, program, processes=processes, watch=watch)


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


def is_current(site: Path, known: Memory) -> bool:
    """Return whether nobody has touched the inputs or rendered/ since they were remembered."""
    rendered = site / RENDERED
    return (
        bool(known.inputs)
        and inputs.digests(site, known.inputs) == known.inputs
        and tree.read_file(rendered / inputs.FILE) == inputs.text(known.inputs)
        and not any(strays(rendered, known.keys))
        and seals(rendered, known.keys) == known.seals
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
