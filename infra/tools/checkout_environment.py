"""The checkout's own virtual environment, `.venv`.

Pulumi.yaml names it twice: as the interpreter of the Pulumi program, and as the folder in which
Pulumi finds our provider. So the checkout is installed into it, editable, and nothing but the
pinned packages is.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import cached
import python_environment
from commands import run
from python_environment import PROJECT, TOP

FOLDER = TOP / ".venv"
REQUIREMENTS = Path(__file__).with_name("requirements.txt")


def is_current(folder: Path) -> bool:
    """Say whether the environment is complete and made from today's pins and project."""
    return python_environment.is_current(folder, _recipe(folder))


def build(folder: Path) -> None:
    """Build the environment, and put it in its place when it is complete."""

    def make(building: Path) -> None:
        python_environment.create(building, REQUIREMENTS)
        run(
            building / "bin/python", *python_environment.PIP,
            "--no-deps", "--no-build-isolation", "--editable", TOP,
        )  # fmt: skip
        python_environment.settle(building, folder)

    cached.build(folder, _recipe(folder), make)


def _recipe(folder: Path) -> str:
    return python_environment.recipe(folder, REQUIREMENTS, _installed_project())


def _installed_project() -> str:
    """Return the parts of pyproject.toml that an installation depends on."""
    project = tomllib.loads(PROJECT.read_text())
    parts = (project["build-system"], project["project"], project["tool"]["hatch"])
    return json.dumps(parts, sort_keys=True)
