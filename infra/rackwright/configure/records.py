"""What was tried and how it ended, so that a run which was cut short goes on where it stopped.

A run asks for some racks of a site. Until every one of them is done it is unfinished, and asking
for the same again, with the same inputs, resumes it: racks that are done in it are skipped. Once it
is finished, asking again starts a new run over all of them; that costs little, because a second
pass changes nothing, and it is the only way to reach a tray that was deployed anew.

Records are rack x phase x attempt, in one SQLite file that only its owner can read. They hold
names and outcomes, no secrets.
"""

from __future__ import annotations

import datetime
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rackwright.problems import RackwrightError, Unfinished

FILE = "jobs.sqlite3"
SCHEMA = """
CREATE TABLE IF NOT EXISTS run (
    id INTEGER PRIMARY KEY, site TEXT NOT NULL, phase TEXT NOT NULL, racks TEXT NOT NULL,
    digest TEXT NOT NULL, finished INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS job (
    run INTEGER NOT NULL REFERENCES run (id), rack TEXT NOT NULL, attempt INTEGER NOT NULL,
    state TEXT NOT NULL, started TEXT NOT NULL, ended TEXT, detail TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (run, rack, attempt)
);
"""


@dataclass(frozen=True, slots=True)
class Request:
    """What a run was asked to do; the same request resumes it."""

    site: str
    phase: str
    racks: tuple[str, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Records:
    """The records in one folder."""

    folder: Path

    def begin(self, request: Request, *, again: bool) -> tuple[int, frozenset[str]]:
        """Return the run to work on, and which of its racks are done already."""
        values = (request.site, request.phase, " ".join(request.racks), request.digest)
        with self._open() as store:
            found = store.execute(
                "SELECT id, finished FROM run WHERE site = ? AND phase = ? AND racks = ?"
                " AND digest = ? ORDER BY id DESC LIMIT 1",
                values,
            ).fetchone()
            if found and not found[1] and not again:
                return int(found[0]), self._done(store, int(found[0]))
            new = store.execute(
                "INSERT INTO run (site, phase, racks, digest) VALUES (?, ?, ?, ?)", values
            )
            return int(new.lastrowid or 0), frozenset()

    def start(self, run: int, rack: str) -> int:
        """Record that a rack's job begins; return the number of the attempt."""
        with self._open() as store:
            (last,) = store.execute(
                "SELECT coalesce(max(attempt), 0) FROM job WHERE run = ? AND rack = ?", (run, rack)
            ).fetchone()
            store.execute(
                "INSERT INTO job (run, rack, attempt, state, started) VALUES (?, ?, ?, ?, ?)",
                (run, rack, last + 1, "running", _now()),
            )
            return int(last) + 1

    def end(self, run: int, rack: str, attempt: int, state: str, detail: str) -> None:
        """Record how a rack's job ended: `done` or `failed`."""
        with self._open() as store:
            store.execute(
                "UPDATE job SET state = ?, ended = ?, detail = ?"
                " WHERE run = ? AND rack = ? AND attempt = ?",
                (state, _now(), detail, run, rack, attempt),
            )

    def finish(self, run: int) -> None:
        """Record that every rack of the run is done."""
        with self._open() as store:
            store.execute("UPDATE run SET finished = 1 WHERE id = ?", (run,))

    def _done(self, store: sqlite3.Connection, run: int) -> frozenset[str]:
        rows = store.execute("SELECT rack FROM job WHERE run = ? AND state = 'done'", (run,))
        return frozenset(rack for (rack,) in rows)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / FILE
        path.touch(mode=0o600)
        try:
            with closing(sqlite3.connect(path, timeout=30)) as store, store:
                store.executescript(SCHEMA)
                yield store
        except sqlite3.Error as error:
            raise RackwrightError(
                f"{path} cannot be used: {error}", "move it away; every rack is then done again"
            ) from error


@contextmanager
def alone(folder: Path, rack: str) -> Iterator[None]:
    """Hold a rack's folder, so that no other process configures the rack meanwhile.

    Raises:
        Unfinished: Another process holds it. A dead one holds nothing.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / "lock", os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise Unfinished(
            f"another process is configuring rack {rack}", "wait for it to end, then try again"
        ) from error
    finally:
        os.close(descriptor)


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
