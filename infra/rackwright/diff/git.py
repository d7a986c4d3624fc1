"""What git has of a site's folder: revisions, files and their ids, read and never changed.

A campus has 60 MB of rendered files, and two revisions of it share nearly all of them. Git knows
which, by the ids of their contents. So a revision is a listing of ids, and only what differs is
read, all of it by one process.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from rackwright.problems import RackwrightError, ToolMissing

LINK = "120000"
_FILES = ("100644", "100755", LINK)


class NoSuchRevision(RackwrightError):
    """What was to be compared is neither a folder of a site nor a revision of git."""

    exit_code = 2


class Entry(Struct, frozen=True):
    """A file of a revision."""

    mode: str
    digest: str


class Repository(Struct, frozen=True):
    """A repository and where in it the site's folder is."""

    top: Path
    prefix: str
    """The site's folder from the top, with a slash at its end; empty where it is the top."""

    def commit(self, revision: str) -> str:
        """Return the commit that a revision means; of `A...`, where A and HEAD parted.

        Raises:
            NoSuchRevision: It means none.
        """
        left, dots, right = revision.partition("...")
        if dots:
            return self._run("merge-base", self.commit(left), self.commit(right or "HEAD")).strip()
        done = _git(self.top, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
        if done.returncode or revision.startswith("-"):
            raise NoSuchRevision(
                f"{revision!r} is no folder with a site.yaml, and no revision of git",
                "name a branch, a tag or a commit; in a shallow clone, fetch it first: "
                f"git fetch origin {revision}",
            )
        return done.stdout.decode().strip()

    def listing(self, commit: str) -> dict[str, Entry]:
        """Return the files of the site's folder in a commit, by their path in it."""
        place = [self.prefix] if self.prefix else []
        listed = self._run("ls-tree", "-r", "-z", "--full-tree", commit, "--", *place)
        found: dict[str, Entry] = {}
        for line in filter(None, listed.split("\0")):
            facts, _, path = line.partition("\t")
            mode, _, digest = facts.split(" ")
            if mode in _FILES:
                found[path.removeprefix(self.prefix)] = Entry(mode, digest)
        return found

    def contents(self, digests: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Yield the contents of files by their ids, read by one process."""
        wanted = list(dict.fromkeys(digests))
        if not wanted:
            return
        text = "".join(f"{digest}\n" for digest in wanted)
        out = _git(self.top, "cat-file", "--batch", text=text).stdout
        start = 0
        for digest in wanted:
            end = out.index(b"\n", start)
            head, _, last = out[start:end].rpartition(b" ")
            if not last.isdigit():
                raise RackwrightError(
                    f"git has no contents for {digest} ({last.decode() or head.decode()})",
                    "fetch the whole history: git fetch --unshallow",
                )
            size = int(last)
            yield digest, out[end + 1 : end + 1 + size]
            start = end + 1 + size + 1

    def history(self, most: int) -> Iterator[str]:
        """Yield the commits that changed the site's folder, the last first."""
        log = _git(self.top, "log", "--format=%H", f"-{most}", "HEAD", "--", self.prefix or ".")
        yield from log.stdout.decode().split()

    def _run(self, *words: str) -> str:
        done = _git(self.top, *words)
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip()
            raise RackwrightError(f"git {words[0]} failed: {said}", f"look at {self.top}")
        return done.stdout.decode(errors="surrogateescape")


def repository(folder: Path) -> Repository | None:
    """Return the repository that a site's folder is in; None where it is in none.

    Raises:
        ToolMissing: There is no git.
    """
    if not shutil.which("git"):
        raise ToolMissing("git is not installed", "apt-get install git")
    done = _git(folder, "rev-parse", "--show-toplevel", "--show-prefix")
    if done.returncode and b"dubious ownership" in done.stderr:
        said = done.stderr.decode(errors="replace").strip()
        raise RackwrightError("git does not trust the repository", said)
    if done.returncode:
        return None
    top, prefix = done.stdout.decode().split("\n")[:2]
    return Repository(Path(top), prefix)


def digest(raw: bytes) -> str:
    """Return the id that git gives a file's contents."""
    return hashlib.sha1(b"blob %d\0" % len(raw) + raw, usedforsecurity=False).hexdigest()


def _git(folder: Path, *words: str, text: str = "") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["git", "-C", str(folder), "--no-optional-locks", *words],
        input=text.encode(),
        capture_output=True,
        check=False,
    )
