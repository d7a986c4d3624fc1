"""A scratch repository of git with a site in it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import worlds
from rackwright import render, tree

Git = Callable[..., str]
SITE = Path("infra/sites/one-rack")


def git_in(folder: Path) -> Git:
    """Return what runs git in a folder, as nobody in particular."""

    def run(*words: str) -> str:
        who = ["-c", "user.name=nobody", "-c", "user.email=nobody@example.com"]
        done = subprocess.run(
            ["git", *who, *words], cwd=folder, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    return run


def begin(folder: Path) -> Git:
    """Commit a rendered copy of the example to `main` of a new repository."""
    shutil.copytree(worlds.ONE_RACK, folder / SITE)
    git = git_in(folder)
    git("init", "--quiet", "--initial-branch", "main")
    commit(git, "base")
    return git


def commit(git: Git, message: str) -> None:
    """Commit everything."""
    git("add", "--all")
    git("commit", "--quiet", "--message", message)


def swap(site: Path, serial: str = "1643225099999") -> None:
    """Give the compute tray in c05 another serial, on paper only."""
    line = {"file": "as-built/h1-su01.csv", "replace": "1643225044153", "by": serial}
    worlds.change(site, [line])


def rendered(site: Path) -> None:
    """Render a site."""
    tree.write(render.render(site), site / "rendered")
