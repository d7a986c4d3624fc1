"""Whoever started a lab may die at any moment; the next command clears what is left."""

from __future__ import annotations

import os
import signal
import subprocess

import pytest

from lab.session import BIN, SITE, Session, interrupt, wait_for
from rackwright import sandbox

pytestmark = pytest.mark.lab


def half_up(session: Session) -> subprocess.Popen[str]:
    """Return `lab up` in the middle of its work: the service node's host is booting."""
    assert session.rackwright("lab", "down").code == 0
    process = session.start(str(BIN / "rackwright"), "lab", "up", SITE)
    hosts = sandbox.group(session.folder).below("hosts")
    wait_for(hosts.path.exists, 30, "the first host")
    return process


def nothing_is_left(session: Session) -> bool:
    return not session.folder.exists() and not sandbox.group(session.folder).path.exists()


def test_ctrl_c_in_lab_up_leaves_nothing(session: Session) -> None:
    ended, _ = interrupt(half_up(session))
    assert ended.code == 130, ended.text
    assert "Traceback" not in ended.text
    assert nothing_is_left(session)


def test_what_a_killed_lab_up_leaves_is_cleared_by_the_next_command(session: Session) -> None:
    process = half_up(session)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert session.rackwright("lab", "down").code == 0
    assert nothing_is_left(session)


def test_a_lab_whose_own_process_died_says_so(session: Session) -> None:
    process = half_up(session)
    process.communicate()
    assert process.returncode == 0
    for pid in (sandbox.group(session.folder).path / "lab/cgroup.procs").read_text().split():
        os.kill(int(pid), signal.SIGKILL)
    wait_for(lambda: session.rackwright("lab", "status").code == 3, 10, "its death")
    died = session.rackwright("lab", "status")
    assert "the lab has died" in died.text
    assert session.rackwright("lab", "down").code == 0
    assert nothing_is_left(session)
