"""Alertmanager: amtool reads the routes, and says who is told of which alert."""

from __future__ import annotations

import re
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
from rackwright.verify.placing import Placed, complaint, shortened
from rackwright.verify.room import Room

SOURCE = "site/monitoring/alertmanager.yml"
PLACE = "/etc/prometheus/alertmanager.yml"
SEVERITIES = ("critical", "warning")


def cases(rendered: Rendered) -> Iterator[Case]:
    """Yield a case where the site has a monitoring node."""
    if SOURCE in rendered.paths:
        yield Case("routes", "site", (SOURCE,), _judged(rendered))


def _judged(rendered: Rendered) -> Judge:
    def judge(room: Room) -> Iterator[Complaint]:
        text = rendered.text(SOURCE)
        placed = (Placed(PLACE, SOURCE, text),)
        room.put(PLACE, text)
        for receiver in rendered.site.receivers:
            room.put(receiver.path, "secret\n")
        done = room.run(["amtool", "check-config", PLACE])
        if done.code:
            said = " ".join(line for line in done.lines if "FAILED" in line or "error" in line)
            row = re.search(r"line (\d+)", done.output)
            found = complaint(said or done.output.strip(), placed)
            at = int(row[1]) if row else found.line
            yield Complaint(SOURCE, found.message, at, words=shortened(done.lines))
            return
        told = {severity: _told(room, severity) for severity in SEVERITIES}
        for receiver in rendered.site.receivers:
            if not any(receiver.name in names for names in told.values()):
                yield _nobody(text, receiver.name)
            if receiver.path not in text:
                yield Complaint(SOURCE, f"receiver {receiver.name} has no secret of its own")
        if rendered.site.receivers and told["critical"] == ("nobody",):
            yield Complaint(SOURCE, "nobody is told of a critical alert", words=told["critical"])

    return judge


def _told(room: Room, severity: str) -> tuple[str, ...]:
    argv = ["amtool", "config", "routes", "test", f"--config.file={PLACE}", f"severity={severity}"]
    return tuple(name for line in room.run(argv).lines for name in line.split(","))


def _nobody(text: str, name: str) -> Complaint:
    row = text[: max(text.find(f"name: {name}"), 0)].count("\n") + 1
    return Complaint(SOURCE, f"receiver {name} is told of nothing", row)


CONSUMER = Consumer(
    name="alertmanager",
    checks="routes a critical alert and a warning; every receiver is told of something",
    programs=(Program("amtool", "prometheus-alertmanager"),),
    cases=cases,
    reads=("site/monitoring/alertmanager.yml",),
    not_checked=(NotChecked("that a message arrives", "receivers are outside the site"),),
)
