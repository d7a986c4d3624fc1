"""chrony: `chronyd -p` reads both configurations, then a host's chronyd asks the server's for time.

Neither sets a clock here. What is asked outside the site is out of reach, so the server is on its
own, and has to give time all the same: that is what keeps the racks together on such a day.
"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright import plan
from rackwright.verify import wires
from rackwright.verify.consumer import Case, Complaint, Consumer, NotChecked, Program, Rendered
from rackwright.verify.placing import crashed, shortened
from rackwright.verify.room import Finished, Room

CLIENT, SERVER = "site/chrony/client.conf", "site/chrony/server.conf"
SECONDS_TO_ANSWER = 12
_PLACES = {CLIENT: "/etc/chrony/client.conf", SERVER: "/etc/chrony/server.conf"}


def cases(rendered: Rendered) -> Iterator[Case]:
    """Yield a case for every time server: a host and it."""
    for node in rendered.nodes("time"):

        def judge(room: Room, node: plan.ServiceNode = node) -> Iterator[Complaint]:
            return _judged(rendered, node, room)

        yield Case(node.name, "site", (CLIENT, SERVER), judge)


def _judged(rendered: Rendered, node: plan.ServiceNode, room: Room) -> Iterator[Complaint]:
    bad = False
    for source, path in _PLACES.items():
        room.put(path, rendered.text(source))
        done = room.run(["chronyd", "-p", "-f", path], seconds=10)
        if done.code:
            bad = True
            yield _refused(done, source)
    if not bad:
        yield from _answered(node, room)


def _answered(node: plan.ServiceNode, room: Room) -> Iterator[Complaint]:
    wires.lay(room, node, [])
    room.shell("mkdir -p /run/chrony /var/lib/chrony; chown _chrony /run/chrony /var/lib/chrony")
    server = ["chronyd", "-d", "-x", "-f", _PLACES[SERVER]]
    ask = ["chronyd", "-Q", "-t", str(SECONDS_TO_ANSWER), "-f", _PLACES[CLIENT]]
    with room.running(server) as here:
        here.until(lambda: bool(room.run(["ss", "-Huln", "sport = :123"]).lines), SECONDS_TO_ANSWER)
        done = room.run(wires.beyond(ask), seconds=SECONDS_TO_ANSWER + 5)
        words = (*done.lines, *here.output.splitlines())
    if done.code:
        message = f"a host that asks {node.name} for the time is given none"
        yield Complaint(CLIENT, message, words=shortened(words))


def _refused(done: Finished, source: str) -> Complaint:
    """Return what chronyd says of a configuration, at the line that it names."""
    said = next((line for line in done.lines if " at line " in line), "")
    number = "".join(filter(str.isdigit, said.partition(" at line ")[2][:5]))
    if not number:
        return crashed(done, "chronyd", source)
    return Complaint(source, said.partition("Fatal error : ")[2] or said, int(number))


CONSUMER = Consumer(
    name="chrony",
    checks="a host asks the server for the time and is given it, with nobody outside to ask",
    programs=(Program("chronyd", "chrony"),),
    cases=cases,
    reads=("*/chrony/*",),
    not_checked=(NotChecked("the sources outside", "nobody in a room is outside"),),
)
