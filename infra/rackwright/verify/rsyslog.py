"""rsyslog: `rsyslogd -N1` reads both configurations, then a line goes from a host to the server.

The host's rsyslogd has the client's configuration and the address of a compute tray, the server's
its own; what is logged there must stand in the sender's file here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rackwright import plan
from rackwright.verify import wires
from rackwright.verify.consumer import Case, Complaint, Consumer, NotChecked, Program, Rendered
from rackwright.verify.placing import Placed, complaint, shortened
from rackwright.verify.room import Room

CLIENT, SERVER = "site/rsyslog/client.conf", "site/rsyslog/server.conf"
MARK = "rackwright-verify"
SECONDS_TO_ARRIVE = 8
_LOGS = "/var/log/rackwright"
_ARRIVED = ("grep", "-rqs", MARK, _LOGS)
_LISTENING = ("ss", "-Htln", "sport = :514")
_CLIENT_HEAD = """\
module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="/run/client.sock")
$WorkDirectory /var/spool/rsyslog-client
"""
_SERVER_HEAD = "$WorkDirectory /var/spool/rsyslog\n"


def cases(rendered: Rendered) -> Iterator[Case]:
    """Yield the one case there is: a host and the node that its log goes to."""
    for node in rendered.site.service_nodes:
        if any(file.source == SERVER for file in node.files):

            def judge(room: Room, node: plan.ServiceNode = node) -> Iterator[Complaint]:
                return _judged(rendered, node, room)

            yield Case(node.name, "site", (CLIENT, SERVER), judge)


def _judged(rendered: Rendered, node: plan.ServiceNode, room: Room) -> Iterator[Complaint]:
    ends = (("client", CLIENT, _CLIENT_HEAD), ("server", SERVER, _SERVER_HEAD))
    room.shell("mkdir -p /var/spool/rsyslog /var/spool/rsyslog-client")
    bad = False
    for name, source, head in ends:
        placed = Placed(f"/etc/rsyslog.d/{name}.conf", source, rendered.text(source))
        room.put(placed.path, placed.text)
        room.put(_main(name), f"{head}$IncludeConfig {placed.path}\n")
        read = room.run(["rsyslogd", "-N1", "-f", _main(name)])
        noted = [line for line in read.lines if re.search("error|warning|ignored", line)]
        bad = bad or bool(noted or read.code)
        yield from (complaint(_at(line), (placed,)) for line in noted)
        if read.code and not noted:
            yield Complaint(source, "rsyslogd refuses it", words=shortened(read.lines))
    if not bad:
        yield from _arrives(rendered, node, room)


def _arrives(rendered: Rendered, node: plan.ServiceNode, room: Room) -> Iterator[Complaint]:
    sender = next(_hosts(rendered), "")
    wires.lay(room, node, [sender] if sender else [])
    if sender:
        route = ["ip", "-n", wires.FAR, "route", "replace", f"{node.address}/32", "dev", "port"]
        room.run([*route, "src", sender])
    daemon = ["rsyslogd", "-n", "-i"]
    server = [*daemon, "/run/server.pid", "-f", _main("server")]
    client = [*daemon, "/run/client.pid", "-f", _main("client")]
    log = ["logger", "--socket", "/run/client.sock", "--tag", MARK, MARK]
    with room.running(server) as here:
        here.until(lambda: bool(room.run(_LISTENING).lines), SECONDS_TO_ARRIVE)
        with room.running(wires.beyond(client)) as there:
            # a line that comes while the socket is made may be lost, so there are several
            found = here.until(
                lambda: not room.run(log).code and not room.run(_ARRIVED).code, SECONDS_TO_ARRIVE
            )
            words = (*here.output.splitlines(), *there.output.splitlines())
    if not found:
        message = f"a line logged at {sender or node.gateway} does not arrive at {node.name}"
        yield Complaint(CLIENT, message, words=shortened(words))
    elif words:
        yield Complaint(SERVER, "rsyslogd complains", words=shortened(words))


def _hosts(rendered: Rendered) -> Iterator[str]:
    for unit in rendered.site.units:
        for rack in rendered.unit(unit).racks:
            yield from (tray.interface.address for tray in rack.compute_trays)


def _main(name: str) -> str:
    return f"/etc/rsyslog-{name}.conf"


def _at(line: str) -> str:
    """Return a line of rsyslogd with the place it speaks of as other programs write it."""
    found = re.search(r"file '?(/[^,' ]+)'?,? (?:on or before|around) line (\d+)", line)
    return f"{found[1]}:{found[2]}: {line}" if found else line


CONSUMER = Consumer(
    name="rsyslog",
    checks="a line logged at a compute tray's address arrives in its file on the server",
    programs=(Program("rsyslogd", "rsyslog"),),
    cases=cases,
    reads=("site/rsyslog/*",),
    not_checked=(NotChecked("logs of BMCs and switches", "none of them sends any here"),),
)
