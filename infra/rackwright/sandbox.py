"""Namespaces and control groups, and their clearing after any death.

A lab is dozens of processes, mounts and network namespaces on somebody's machine. Whoever started
it may be killed at any moment, so nothing may depend on its own last words. Every process of a
sandbox lives in one control group, named after the sandbox's folder; every mount and network
namespace lives in a mount namespace that its processes alone hold. Killing the group ends the
processes, and the kernel takes back the rest. `clear` does that from the folder's name alone, so it
works as well for a sandbox whose owner is long dead.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rackwright.problems import ServiceFailed, ToolMissing

SECONDS_TO_DIE = 20
PROGRAMS = {
    "ip": "apt-get install iproute2",
    "mount": "apt-get install mount",
    "nsenter": "apt-get install util-linux",
    "setpriv": "apt-get install util-linux",
    "unshare": "apt-get install util-linux",
}
JOIN = 'echo $$ > "$0/cgroup.procs" && exec "$@"'
"""A shell enters the group before it becomes the program: not even its first child escapes."""


@dataclass(frozen=True, slots=True)
class Group:
    """A control group (cgroup2) and everything below it."""

    path: Path

    def below(self, name: str) -> Group:
        """Return the group `name` inside this one."""
        return Group(self.path / name)

    def make(self) -> Group:
        """Make the group; a fresh one, because a group once killed kills what systemd spawns."""
        self.kill()
        self.path.mkdir(parents=True)
        return self

    def populated(self) -> bool:
        """Return whether any process is in the group."""
        try:
            return "populated 1" in (self.path / "cgroup.events").read_text()
        except OSError:
            return False

    def argv(self, argv: Sequence[str]) -> list[str]:
        """Return the command that runs `argv` inside the group."""
        return ["sh", "-c", JOIN, str(self.path), *argv]

    def kill(self) -> None:
        """End every process in the group and remove it; return when nothing is left.

        Raises:
            ServiceFailed: A process cannot be killed: it hangs in the kernel.
        """
        if not self.path.is_dir():
            return
        (self.path / "cgroup.kill").write_text("1")
        wait_until(lambda: not self.populated(), SECONDS_TO_DIE, f"processes of {self.path} live")
        wait_until(lambda: _removed(self.path), SECONDS_TO_DIE, f"{self.path} stays busy")


def group(folder: Path) -> Group:
    """Return the control group of the sandbox that keeps its things in `folder`.

    Raises:
        ToolMissing: This machine mounts no cgroup2.
    """
    digest = hashlib.sha256(str(folder).encode()).hexdigest()[:8]
    return Group(_cgroup2() / f"rackwright-{folder.name}-{digest}")


def require_permission() -> None:
    """Check that this process may make namespaces and control groups.

    Raises:
        ToolMissing: It may not, or a program for it is missing; says what to do.
    """
    for program, hint in PROGRAMS.items():
        if not shutil.which(program):
            raise ToolMissing(f"{program} is not installed", hint)
    if os.geteuid() != 0:
        raise ToolMissing("namespaces need root", "run it with sudo")
    tried = subprocess.run(
        ["unshare", "--net", "--mount", "true"], capture_output=True, text=True, check=False
    )
    if tried.returncode:
        raise ToolMissing(
            f"this machine permits no namespaces: {tried.stderr.strip()}",
            "in a container, it needs the capability SYS_ADMIN",
        )
    if not os.access(_cgroup2(), os.W_OK):
        raise ToolMissing(f"{_cgroup2()} cannot be written", "mount cgroup2 writable")


def clear(folder: Path) -> bool:
    """End the sandbox of `folder`, alive or half dead; return whether there was anything left."""
    left = group(folder)
    found = left.path.is_dir() or folder.is_dir()
    left.kill()
    if folder.is_dir():
        shutil.rmtree(folder)
    return found


def isolated(argv: Sequence[str]) -> list[str]:
    """Return the command that runs `argv` with a network and mounts of its own."""
    return ["unshare", "--net", "--mount", "--propagation", "private", *argv]


def inside(pid: int, argv: Sequence[str]) -> list[str]:
    """Return the command that runs `argv` with the network and mounts of process `pid`."""
    return ["nsenter", f"--target={pid}", "--net", "--mount", f"--wdns={Path.cwd()}", "--", *argv]


def children(pid: int) -> list[int]:
    """Return the processes that a process has started; none where it has ended."""
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def run(argv: Sequence[str], given: str = "") -> str:
    """Run a program to its end and return what it printed.

    Raises:
        ToolMissing: The program is not installed.
        ServiceFailed: It ended with an error; the message has its last words.
    """
    try:
        done = subprocess.run(argv, input=given, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        hint = PROGRAMS.get(argv[0], f"install {argv[0]}")
        raise ToolMissing(f"{argv[0]} is not installed", hint) from error
    if done.returncode:
        words = done.stderr.strip().splitlines() or [f"exit {done.returncode}"]
        raise ServiceFailed(f"{argv[0]} failed: {words[-1]}", f"the command was: {' '.join(argv)}")
    return done.stdout


def wait_until(holds: Callable[[], bool], seconds: float, otherwise: str) -> None:
    """Return as soon as `holds()` is true.

    Raises:
        ServiceFailed: It did not become true in time; `otherwise` says what that means.
    """
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise ServiceFailed(f"{otherwise} after {seconds:g} s")
        time.sleep(0.05)


def _removed(path: Path) -> bool:
    """Remove a tree of empty groups; a process that has just died may hold one for a moment."""
    try:
        for folder, _, _ in os.walk(path, topdown=False):
            Path(folder).rmdir()
    except OSError:
        return False
    return True


def _cgroup2() -> Path:
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        mount, _, kind = line.partition(" - ")
        if kind.startswith("cgroup2 "):
            return Path(mount.split()[4])
    raise ToolMissing("this machine mounts no cgroup2", "mount -t cgroup2 none /sys/fs/cgroup")
