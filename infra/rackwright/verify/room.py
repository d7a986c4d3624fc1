"""A place of its own for one consumer: a whole root, a network, processes, and nothing afterwards.

A consumer wants its files at /etc/kea, writes its state to /var/lib, listens on port 67, and may
hang. So it gets a copy-on-write root over the node image (or over this machine's own root), a
network with nothing but lo, and a process namespace. The first process of that namespace is killed
when this program dies, by the kernel, and with it go the consumer's processes, mounts and network.

Where the image is built, its programs are used, so that all machines judge alike; without an image
they must be on PATH.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rackwright import sandbox
from rackwright.problems import ServiceFailed, ToolMissing
from rackwright.verify.consumer import Program

INIT = Path(__file__).parent / "room-init"
SECONDS_TO_OPEN = 20
_OWN = str(Path(sys.executable).parent)
SEARCHED = ("usr/bin", "usr/sbin", "bin", "sbin", "usr/lib/frr")
_SYSLOG = """
import socket
log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
log.bind("/dev/log")
while True:
    print(log.recv(65536).decode(errors="replace").rstrip())
"""
_UNSHARED = ("--mount", "--net", "--pid", "--ipc", "--uts", "--cgroup", "--fork", "--kill-child")
_ENTERED = ("--mount", "--net", "--pid", "--ipc", "--uts", "--cgroup", "--root", "--wdns=/")


@dataclass(frozen=True, slots=True)
class Finished:
    """A program that has ended."""

    code: int
    output: str
    """Standard output and error together, in the order they came."""
    timed_out: bool = False

    @property
    def lines(self) -> tuple[str, ...]:
        """Return the lines of the output that say anything."""
        return tuple(line.rstrip() for line in self.output.splitlines() if line.strip())


class Daemon:
    """A program that runs in a room; its output is in a file of the room."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process = process
        self._log = log

    @property
    def output(self) -> str:
        """Return what it has printed so far."""
        return self._log.read_text(errors="replace")

    @property
    def code(self) -> int | None:
        """Return how it ended; None while it runs."""
        return self._process.poll()

    def until(self, holds: Callable[[], bool], seconds: float) -> bool:
        """Wait until something holds; return whether it did before the daemon or the time ended."""
        deadline = time.monotonic() + seconds
        while not holds():
            if self.code is not None or time.monotonic() > deadline:
                return holds()
            time.sleep(0.02)
        return True


class Room:
    """An open room; see `opened`. Paths are those inside the room, absolute."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._started = 0

    def put(self, path: str, text: str | bytes, mode: int = 0o644) -> None:
        """Write a file, and the folders above it."""
        place = self._outside(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        place.write_bytes(text.encode() if isinstance(text, str) else text)
        place.chmod(mode)

    def read(self, path: str) -> str:
        """Return the text of a file."""
        return self._outside(path).read_text(errors="replace")

    def run(
        self,
        argv: Sequence[str],
        *,
        seconds: float = 30,
        given: str = "",
        environment: Mapping[str, str] | None = None,
    ) -> Finished:
        """Run a program to its end; one that takes longer than `seconds` is killed."""
        words = [f"{name}={value}" for name, value in (environment or {}).items()]
        timeout = ["timeout", "--signal=KILL", str(seconds)]
        done = subprocess.run(
            self._argv(["env", *words, *timeout, *argv]),
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        return Finished(done.returncode, done.stdout, timed_out=done.returncode in {124, 137, -9})

    def shell(self, script: str, *, seconds: float = 30) -> Finished:
        """Run a script of our own (never one with a rendered value in it) with `sh -eu`."""
        return self.run(["sh", "-eu"], seconds=seconds, given=script)

    @contextlib.contextmanager
    def running(
        self, argv: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> Iterator[Daemon]:
        """Run a program while the body runs, and kill it afterwards."""
        self._started += 1
        log = self._outside(f"/tmp/.{self._started}.log")  # noqa: S108  (the room's own)
        words = [f"{name}={value}" for name, value in (environment or {}).items()]
        with log.open("wb") as output:
            process = subprocess.Popen(
                self._argv(["env", *words, *argv]),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            yield Daemon(process, log)
        finally:
            # nsenter is only the child's parent outside; the child must die, not nsenter alone
            for child in sandbox.children(process.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            process.kill()
            process.wait()

    @contextlib.contextmanager
    def syslog(self) -> Iterator[Daemon]:
        """Listen where programs send their log, while the body runs; the output is the log."""
        with self.running(["python3", "-u", "-c", _SYSLOG]) as listener:
            listener.until(lambda: self._outside("/dev/log").exists(), SECONDS_TO_OPEN)
            yield listener

    def _argv(self, argv: Iterable[str]) -> list[str]:
        return ["nsenter", f"--target={self._pid}", *_ENTERED, "--", *argv]

    def _outside(self, path: str) -> Path:
        return Path(f"/proc/{self._pid}/root{path}")


@contextlib.contextmanager
def opened(root: Path) -> Iterator[Room]:
    """Open a room over the root in folder `root`; all that is written in it is gone afterwards.

    Raises:
        ServiceFailed: The room does not open; the message has the last words of its making.
    """
    holder = subprocess.Popen(
        ["setpriv", "--pdeathsig", "KILL", "unshare", *_UNSHARED, "bash", str(INIT), str(root)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        said = _first_words(holder)
        if said != "ready":
            raise ServiceFailed(f"no room to run a consumer in: {said or 'it ended'}")
        yield Room(sandbox.children(holder.pid)[0])
    finally:
        holder.kill()
        holder.communicate()


def root_with(programs: Sequence[Program], image: Path) -> Path:
    """Return the root that has the programs: the node image, or else this machine's own.

    Raises:
        ToolMissing: Neither has them all; names the first that is missing, and its package.
    """
    wanted = [each for each in programs if not each.own]
    lost = [each for each in programs if each.own and not shutil.which(each.name, path=_OWN)]
    if lost:
        raise ToolMissing(f"{lost[0].name} is not installed", f"pip install {lost[0].package}")
    if wanted and image.is_dir() and all(_has(image, each.name) for each in wanted):
        return image
    missing = [each for each in wanted if not shutil.which(each.name, path=_search_path())]
    if missing:
        raise ToolMissing(
            f"{missing[0].name} is not installed",
            f"apt-get install {missing[0].package}, or: rackwright verify --build-image",
        )
    return Path("/")


def _first_words(holder: subprocess.Popen[str]) -> str:
    if holder.stdout is None:
        return ""
    return holder.stdout.readline().strip()


def _has(root: Path, program: str) -> bool:
    # an image's links lead to places inside it, and seen from here they lead nowhere
    return any(os.path.lexists(root / folder / program) for folder in SEARCHED)


def _search_path() -> str:
    return ":".join(f"/{folder}" for folder in SEARCHED)
