"""The Debian root that has every consumer, built where there is none.

In a checkout set-up builds it, for the lab too. Whoever has only the wheel builds it here, from the
same recipe: beside its place, and renamed when it is complete, so a killed build is no image.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from rackwright import data
from rackwright.events import Event, State
from rackwright.problems import ServiceFailed, ToolMissing

STAGE = "node image"


def build(image: Path) -> Iterator[Event]:
    """Build the node image in folder `image`, unless there is one.

    Raises:
        ToolMissing: mmdebstrap is not installed.
        ServiceFailed: The build failed; the message has its last words.
    """
    if image.is_dir():
        yield Event(STAGE, State.SKIPPED, f"{image} is there already")
        return
    if not shutil.which("mmdebstrap"):
        raise ToolMissing("mmdebstrap is not installed", "apt-get install mmdebstrap")
    yield Event(STAGE, State.STARTED, "a Debian trixie root with every consumer, about a minute")
    building = image.with_name(f"{image.name}.{STAGE.replace(' ', '-')}.building")
    shutil.rmtree(building, ignore_errors=True)
    building.parent.mkdir(parents=True, exist_ok=True)
    _run(data.folder("infra/tools/node-image") / "build", building)
    building.rename(image)
    yield Event(STAGE, State.DONE, str(image))


def _run(recipe: Path, folder: Path) -> None:
    done = subprocess.run(
        ["bash", recipe, folder],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        words = done.stdout.strip().splitlines() or [f"exit {done.returncode}"]
        raise ServiceFailed(
            f"the node image could not be built: {words[-1]}", "is the Debian mirror in reach?"
        )
