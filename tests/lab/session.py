"""A lab for tests, driven by the same commands that people type."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

TOP = Path(__file__).parents[2]
SITE = "tests/sites/one-rack"
STACK = "one-rack.h1-su01"
BIN = Path(sys.executable).parent
LONGEST = 240
"""Seconds that a command may take before it counts as hanging."""
PATIENCE = "30"
"""Seconds after which the provider gives up waiting; a healthy tray needs far less."""


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    code: int
    text: str
    """Standard output and error, as they came."""

    def json(self) -> Any:
        return json.loads(self.text)


@dataclass(frozen=True)
class Session:
    """One lab folder and the commands that work on it."""

    folder: Path

    @property
    def environment(self) -> Mapping[str, str]:
        own = {
            "RACKWRIGHT_LAB": str(self.folder),
            "RACKWRIGHT_PATIENCE": PATIENCE,
            "COLUMNS": "400",
        }
        return {**os.environ, **own}  # noqa: TID251  (handed on, as a shell does)

    def start(self, *argv: str) -> subprocess.Popen[str]:
        """Start a command in a process group of its own, as a terminal does."""
        return subprocess.Popen(
            argv,
            cwd=TOP,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *argv: str) -> Ended:
        process = self.start(*argv)
        try:
            text, _ = process.communicate(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            text, _ = process.communicate()
            pytest.fail(f"{' '.join(argv)} did not end in {LONGEST} s:\n{text}")
        return Ended(process.returncode, text)

    def rackwright(self, *words: str) -> Ended:
        return self.run(str(BIN / "rackwright"), *words)

    def inside(self, *argv: str) -> Ended:
        return self.rackwright("lab", "exec", "--", *argv)

    def pulumi_argv(self, *words: str) -> list[str]:
        inside = [str(BIN / "rackwright"), "lab", "exec", "--", str(pulumi())]
        return [*inside, *words, "--stack", STACK, "--non-interactive"]

    def pulumi(self, *words: str) -> Ended:
        return self.run(*self.pulumi_argv(*words))

    def up(self) -> Ended:
        return self.pulumi("up", "--yes", "--skip-preview")

    def ssh(self, login: str, *command: str) -> Ended:
        """Run a command on a host, trusting only the reviewed host CA."""
        known_hosts = TOP / SITE / "rendered/site/ansible/known_hosts"
        settings = (
            f"UserKnownHostsFile={known_hosts}",
            "StrictHostKeyChecking=yes",
            "LogLevel=ERROR",
        )
        options = [word for setting in settings for word in ("-o", setting)]
        key = self.folder / "secrets/ssh-admin"
        return self.inside("ssh", "-F", "none", "-i", str(key), *options, login, *command)

    def devices(self) -> dict[str, dict[str, str]]:
        """Return what `lab status` says, by the name of the device."""
        lines = self.rackwright("lab", "status").text.splitlines()
        starts = [lines[0].index(word) for word in lines[0].split()]
        ends = [*starts[1:], None]
        cells = [[line[a:b].strip() for a, b in zip(starts, ends, strict=True)] for line in lines]
        return {row[2]: dict(zip(cells[0], row, strict=True)) for row in cells[1:]}

    def running(self) -> set[str]:
        """Return the names of the hosts that run."""
        return {name for name, row in self.devices().items() if row["host"] == "running"}

    def actions(self, *kinds: str) -> list[dict[str, Any]]:
        """Return what the BMCs' log has of some kinds of actions, in order."""
        lines = (self.folder / "actions.jsonl").read_text().splitlines()
        return [each for line in lines if (each := json.loads(line))["action"] in kinds]


def pulumi() -> Path:
    """Return the Pulumi CLI that set-up found or built."""
    sys.path.insert(0, str(TOP / "infra/tools"))
    import pulumi_cli

    return pulumi_cli.installed()


def interrupt(process: subprocess.Popen[str]) -> tuple[Ended, float]:
    """Press Ctrl-C; return how the command ended and how many seconds that took."""
    begun = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    text, _ = process.communicate(timeout=60)
    return Ended(process.returncode, text), time.monotonic() - begun


def wait_for(holds: Callable[[], bool], seconds: float, what: str) -> None:
    """Return when it holds; fail when it does not in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"{what} did not happen in {seconds} s"
        time.sleep(0.2)
