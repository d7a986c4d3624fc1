"""Set up what this machine lacks for the demo and the tests, and only that.

The problem: one rack on real parts needs Debian packages, three Python environments, a Debian root
and the Pulumi CLI; building them takes minutes, and a person wants to know what is being done.
The approach: an explicit list of steps. Each knows whether it is done already; each says what it is
doing, how long that usually takes, and how long it took. What is shared between checkouts is built
once in the folder that RACKWRIGHT_TOOLS names, `~/.cache/rackwright` by default.

This program runs before anything is installed: it uses the standard library alone.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cached
import checkout_environment
import debian
import ironic_environment
import node_image
import pulumi_cli
from commands import SetupError

TOOLS_VARIABLE = "RACKWRIGHT_TOOLS"
DEFAULT_TOOLS = Path.home() / ".cache/rackwright"
STOPPED = 130


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that must be there, and how it gets there. Both functions take the tools folder."""

    name: str
    doing: str
    usually: str
    is_done: Callable[[Path], bool]
    do: Callable[[Path], None]
    is_for_all: bool = True
    """False where it is done only when it is named."""


STEPS = (
    Step(
        "packages",
        "installing Debian packages",
        "about 20 seconds",
        lambda tools: not debian.missing(),
        lambda tools: debian.install(debian.missing()),
    ),
    Step(
        "environment",
        "installing pinned Python packages into .venv",
        "a minute or two",
        lambda tools: checkout_environment.is_current(checkout_environment.FOLDER),
        lambda tools: checkout_environment.build(checkout_environment.FOLDER),
    ),
    Step(
        "node image",
        "building a Debian trixie root with mmdebstrap",
        "about a minute",
        lambda tools: node_image.is_current(tools / "node-image"),
        lambda tools: node_image.build(tools / "node-image"),
    ),
    Step(
        "ironic",
        "installing Ironic into an environment of its own",
        "about a minute",
        lambda tools: ironic_environment.is_current(tools / "ironic"),
        lambda tools: ironic_environment.build(tools / "ironic"),
    ),
    Step(
        "pulumi",
        "fetching the Pulumi CLI, or building it where it cannot be fetched",
        "half a minute, or about 7 minutes to build",
        lambda tools: pulumi_cli.is_current(),
        pulumi_cli.set_up,
    ),
    Step(
        "browser",
        "installing Debian's headless Chromium, about 100 MB, for the tests of the report",
        "about half a minute",
        lambda tools: not debian.missing(debian.BROWSER),
        lambda tools: debian.install(debian.missing(debian.BROWSER)),
        is_for_all=False,
    ),
)


def set_up(steps: tuple[Step, ...], tools: Path) -> None:
    """Do the steps that are not done yet, in order."""
    with cached.locked(tools):
        for step in steps:
            if step.is_done(tools):
                print(f"{step.name}: ready", flush=True)
            else:
                _do(step, tools)


def _do(step: Step, tools: Path) -> None:
    """Do one step, saying so before and after."""
    print(f"{step.name}: {step.doing}, usually {step.usually}", flush=True)
    begun = time.monotonic()
    step.do(tools)
    print(f"{step.name}: done in {time.monotonic() - begun:.0f} s", flush=True)


def main(arguments: list[str], tools: Path) -> int:
    """Set up what the arguments name, or what everybody needs."""
    names = tuple(step.name for step in STEPS)
    usual = tuple(step.name for step in STEPS if step.is_for_all)
    parser = argparse.ArgumentParser(prog="set-up", description="Set up what this machine lacks.")
    parser.add_argument(
        "steps", nargs="*", help=f"of {', '.join(names)}; when none is named {', '.join(usual)}"
    )
    wanted = parser.parse_args(arguments).steps or usual
    unknown = sorted(set(wanted) - set(names))
    if unknown:
        parser.error(f"no such step: {', '.join(unknown)}")
    try:
        set_up(tuple(step for step in STEPS if step.name in wanted), tools)
    except SetupError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("\nstopped; what is done stays done, and the next set-up goes on", file=sys.stderr)
        return STOPPED
    return 0


if __name__ == "__main__":
    named = os.environ.get(TOOLS_VARIABLE)  # noqa: TID251 - an entry point
    folder = Path(named or DEFAULT_TOOLS).expanduser().absolute()
    sys.exit(main(sys.argv[1:], folder))
