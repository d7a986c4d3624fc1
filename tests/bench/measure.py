"""What a command costs, and what one costs in terms of another."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
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


class Meter:
    """Runs commands, one at a time, from a small process that is there for nothing else."""

    def __init__(self, env: Mapping[str, str], log: Path) -> None:
        self._env = dict(env)
        self._log = log
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", Path(__file__).with_name("meter.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def cost(self, argv: Sequence[str]) -> Cost:
        """Run a command and return what it cost.

        Raises:
            Failed: It ended with an error.
        """
        asked, answers = self._process.stdin, self._process.stdout
        if asked is None or answers is None:
            raise Failed("the process that measures has no pipes")
        asked.write(json.dumps({"argv": [*argv], "env": self._env, "log": str(self._log)}) + "\n")
        asked.flush()
        found = json.loads(answers.readline() or '{"code": "no answer"}')
        if code := found.pop("code"):
            last = self._log.read_text(errors="replace").strip().splitlines()[-1:]
            raise Failed(f"{' '.join(argv)[:80]} ended with {code}: {' '.join(last)[:200]}")
        return Cost(**found)

    def end(self) -> None:
        """End the process."""
        self._process.communicate()


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
