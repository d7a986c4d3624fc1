"""Which folders has nobody touched? Found out beside all other work.

To look at every file of a campus takes as long as to render what one row changes, and needs nothing
but what is remembered. So a process of its own looks while this one reads, imports and judges.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path

from rackwright.refresh import workers
from rackwright.refresh.folders import intact
from rackwright.refresh.memory import Memory

Intact = Callable[[], Mapping[str, str]]
"""Returns the seals of the folders that nobody has touched."""

_MANY = 16
"""Units that take longer to look at than a process to start."""


@contextmanager
def looked_at(rendered: Path, known: Memory, processes: int) -> Iterator[Intact]:
    """Look at all folders of the units that are remembered, once, and with one process when asked.

    Raises:
        Unfinished: The process that looks was killed, when its answer is asked for.
    """
    look = partial(intact, rendered, known.keys, known.seals)
    if processes < 2 or len(known.keys) < _MANY:
        yield cache(look)
        return
    with workers.aside(lambda: [*look()]) as found:
        yield cache(lambda: {folder: known.seals[folder] for folder in found()})
