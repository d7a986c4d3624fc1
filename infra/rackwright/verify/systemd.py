"""systemd: it loads every rendered unit, and takes no key, value or name that does not fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rackwright.verify.consumer import (
    Case,
    Complaint,
    Consumer,
    Judge,
    NotChecked,
    Program,
    Rendered,
)
from rackwright.verify.placing import Placed, complaint, crashed
from rackwright.verify.room import Room

FOLDER = "/etc/systemd/system"
_VERIFY = ("systemd-analyze", "verify", "--man=no", "--recursive-errors=no")


def cases(rendered: Rendered) -> Iterator[Case]:
    """Yield a case for the units of every pool."""
    for pool in rendered.site.pools:
        paths = tuple(p for p in rendered.under(f"pools/{pool}/storage") if p.endswith(".mount"))
        if paths:
            yield Case(pool, f"pools/{pool}", paths, _judged(rendered, paths))


def _judged(rendered: Rendered, paths: Sequence[str]) -> Judge:
    def judge(room: Room) -> Iterator[Complaint]:
        for path in paths:
            name = path.rpartition("/")[2]
            placed = (Placed(f"{FOLDER}/{name}", path, rendered.text(path)),)
            room.put(placed[0].path, placed[0].text)
            done = room.run([*_VERIFY, placed[0].path])
            yield from (complaint(line, placed) for line in done.lines)
            if done.code and not done.lines:
                yield crashed(done, "systemd-analyze", path)

    return judge


CONSUMER = Consumer(
    name="systemd",
    checks="loads every mount unit without a word",
    programs=(Program("systemd-analyze", "systemd"),),
    cases=cases,
    reads=("pools/*/storage/*",),
    not_checked=(NotChecked("what is mounted", "no file server is here"),),
)
