"""What a command costs, and what one costs in terms of another."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

Setting = Callable[[], Sequence[str]]
"""Prepares a run, which costs nothing, and returns the command that does."""


class Failed(Exception):
    """A command that is measured did not do what it should."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one process and all that it waited for."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds of processors, in user and kernel mode."""
    peak: int
    """Bytes that the largest of its processes had in memory."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Costs of two commands that ran one after the other."""

    first: Cost
    second: Cost


def cost(argv: Sequence[str], env: dict[str, str], log: Path) -> Cost:
    """Run a command and return what it cost; its words go to `log`.

    Raises:
        Failed: It ended with an error.
    """
    words = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    begun = time.perf_counter()
    process = os.posix_spawnp(
        argv[0],
        argv,
        env,
        file_actions=[(os.POSIX_SPAWN_DUP2, words, 1), (os.POSIX_SPAWN_DUP2, words, 2)],
    )
    os.close(words)
    _, status, used = os.wait4(process, 0)
    wall = time.perf_counter() - begun
    if code := os.waitstatus_to_exitcode(status):
        last = log.read_text(errors="replace").strip().splitlines()[-1:]
        raise Failed(f"{' '.join(argv)[:80]} ended with {code}: {' '.join(last)[:200]}")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


def in_turns(
    run: Callable[[Sequence[str]], Cost], first: Setting, second: Setting, times: int
) -> list[Pair]:
    """Run two commands in turns, so many times after one that does not count."""
    pairs = [Pair(run(first()), run(second())) for _ in range(times + 1)]
    return pairs[1:]


def median(values: Sequence[float]) -> float:
    """Return the value in the middle."""
    return statistics.median(values)


def wall(pairs: Sequence[Pair]) -> float:
    """Return how many times as long the first takes as the second."""
    return median([pair.first.wall / pair.second.wall for pair in pairs])


def cpu(pairs: Sequence[Pair]) -> float:
    """Return how many times as much processor the first takes as the second."""
    return median([pair.first.cpu / pair.second.cpu for pair in pairs])
