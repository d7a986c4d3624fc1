"""Ironic's own virtual environment, with the launcher that makes it fast enough for a rack.

Ironic has requirements of its own that would tie down ours, so it lives apart, and the lab starts
it as a program: `bin/ironic-dbsync` makes the database, `bin/rackwright-ironic` serves.
"""

from __future__ import annotations

from pathlib import Path

import cached
import python_environment

REQUIREMENTS = Path(__file__).with_name("ironic") / "requirements.txt"
LAUNCHER = Path(__file__).with_name("ironic") / "launcher.py"
COMMAND = "bin/rackwright-ironic"


def is_current(folder: Path) -> bool:
    """Say whether the environment is complete and made from today's pins and launcher."""
    return python_environment.is_current(folder, _recipe(folder))


def build(folder: Path) -> None:
    """Build the environment, and put it in its place when it is complete."""

    def make(building: Path) -> None:
        python_environment.create(building, REQUIREMENTS)
        python_environment.add_command(building / COMMAND, LAUNCHER, folder / "bin/python")
        python_environment.settle(building, folder)

    cached.build(folder, _recipe(folder), make)


def _recipe(folder: Path) -> str:
    return python_environment.recipe(folder, REQUIREMENTS, LAUNCHER)
