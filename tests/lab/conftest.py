from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.session import STACK, TOP, Session
from rackwright import sandbox
from rackwright.problems import RackwrightError

FOLDER = Path("/run/rackwright/test-lab")


@pytest.fixture(scope="session")
def session() -> Iterator[Session]:
    """A place for a lab, on a machine that permits one; nothing is left in it afterwards."""
    try:
        sandbox.require_permission()
    except RackwrightError as error:
        pytest.skip(f"no lab here: {error.message} ({error.hint})")
    # a shell starts what it runs in the background deaf to Ctrl-C, and its children inherit that
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sandbox.clear(FOLDER)
    (TOP / f"infra/stacks/Pulumi.{STACK}.yaml").unlink(missing_ok=True)
    yield Session(FOLDER)
    sandbox.clear(FOLDER)
