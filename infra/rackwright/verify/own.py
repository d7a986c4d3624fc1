"""Programs of this program's own environment, such as Ansible: run beside it, not in a room.

A room has the node image's root, and Ansible is where Rackwright is installed. It only reads, so it
runs on this machine's root; with a home and a network of its own, which leads nowhere, and never
longer than this program lives.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from rackwright.verify.room import Finished

FOLDER = Path(sys.executable).parent
_APART = ("setpriv", "--pdeathsig", "KILL", "unshare", "--net", "--pid", "--fork", "--kill-child")
_INSIDE = ("sh", "-euc", 'ip link set lo up; exec "$@"', "-")
_SEARCHED = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def run(
    argv: Sequence[str],
    *,
    seconds: float,
    environment: Mapping[str, str] | None = None,
    files: Mapping[str, str] | None = None,
) -> Finished:
    """Run a program of this environment to its end; one that takes longer is killed.

    It starts in a folder of its own, with `files` in it by name.
    """
    with tempfile.TemporaryDirectory(prefix="rackwright-verify-") as home:
        for name, text in (files or {}).items():
            Path(home, name).parent.mkdir(parents=True, exist_ok=True)
            Path(home, name).write_text(text)
        given = {
            "HOME": home,
            "LC_ALL": "C.UTF-8",
            "PATH": f"{FOLDER}:{_SEARCHED}",
            "PYTHONWARNINGS": "ignore::SyntaxWarning",  # of its own code, when it is compiled
        }
        words = [*_APART, *_INSIDE, "timeout", "--signal=KILL", str(seconds), str(FOLDER / argv[0])]
        done = subprocess.run(
            [*words, *argv[1:]],
            cwd=home,
            env={**given, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    return Finished(done.returncode, done.stdout, timed_out=done.returncode in {124, 137, -9})
