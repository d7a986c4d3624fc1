"""Running other programs during set-up, and saying what stopped it.

The problem: set-up runs a dozen programs that print a lot which nobody wants, until one fails; some
of them need root; and one that outlives a killed set-up must not write beside the next one.
The approach: keep what a program prints and show its end only when it fails; go through sudo where
we are not root; and let every program inherit the set-up's lock (see `cached.py`).
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

SHOWN_LINES = 20


class SetupError(Exception):
    """Set-up cannot go on. The hint says what to do; the process ends with exit code 3."""

    exit_code = 3

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def __str__(self) -> str:
        hint = f"\n  hint: {self.hint}" if self.hint else ""
        return f"error: {self.args[0]}{hint}"


def run(
    *argv: str | Path,
    cwd: Path | None = None,
    limit_s: float | None = None,
    hint: str = "",
) -> str:
    """Run a program and return what it printed.

    Args:
        argv: The program and its arguments.
        cwd: Where it runs.
        limit_s: How long it may take.
        hint: What to do when it fails.

    Raises:
        SetupError: It cannot be started, took too long or failed.
    """
    words = [str(word) for word in argv]
    try:
        ended = subprocess.run(
            words,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=limit_s,
            check=False,
            close_fds=False,  # it inherits the lock, and holds it for as long as it lives
        )
    except OSError as error:
        raise SetupError(f"{words[0]} cannot be started: {error.strerror}", hint) from error
    except subprocess.TimeoutExpired as error:
        raise SetupError(f"{words[0]} took longer than {limit_s:.0f} s", hint) from error
    if ended.returncode:
        last = "\n  ".join(ended.stdout.strip().splitlines()[-SHOWN_LINES:])
        raise SetupError(f"{' '.join(words)}: exit {ended.returncode}\n  {last}", hint)
    return ended.stdout


def with_environment(**variables: str) -> tuple[str, ...]:
    """Return the words that go before a program to give it more environment, also under sudo."""
    return ("env", *(f"{name}={value}" for name, value in variables.items()))


def as_root(*argv: str | Path) -> tuple[str | Path, ...]:
    """Return the command line that runs `argv` as root."""
    return argv if os.geteuid() == 0 else ("sudo", "--non-interactive", *argv)
