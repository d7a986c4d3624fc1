"""chrony: `chronyd -p` reads each configuration and prints what it understood.

It accepts `allow 10.0.0.0/99` (the rules judge prefixes), and it opens no socket here.
"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.verify.consumer import (
    Case,
    Complaint,
    Consumer,
    Judge,
    NotChecked,
    Program,
    Rendered,
)
from rackwright.verify.placing import crashed
from rackwright.verify.room import Room

PLACE = "/etc/chrony/chrony.conf"


def cases(rendered: Rendered) -> Iterator[Case]:
    """Yield a case for every configuration."""
    for path in rendered.under("site/chrony"):
        yield Case(path.rpartition("/")[2], "site", (path,), _judged(rendered, path))


def _judged(rendered: Rendered, path: str) -> Judge:
    def judge(room: Room) -> Iterator[Complaint]:
        room.put(PLACE, rendered.text(path))
        done = room.run(["chronyd", "-p", "-f", PLACE], seconds=10)
        if done.code:
            yield crashed(done, "chronyd", path)

    return judge


CONSUMER = Consumer(
    name="chrony",
    checks="prints the configuration it understood",
    programs=(Program("chronyd", "chrony"),),
    cases=cases,
    not_checked=(NotChecked("time itself", "no clock is asked or answered"),),
)
