"""cloud-init: its schemas judge the documents of a pool, and its NoCloud fetches them for real."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from rackwright import plan
from rackwright.verify import serving
from rackwright.verify.consumer import (
    Allowed,
    Case,
    Complaint,
    Consumer,
    Judge,
    NotChecked,
    Program,
    Rendered,
    allowed,
)
from rackwright.verify.placing import Placed, shortened
from rackwright.verify.room import Finished, Room

SCHEMAS = {"user-data": "cloud-config", "network-config": "network-config"}
DOCUMENTS = ("user-data", "network-config", "meta-data")
_FETCH = """
import json, sys
from cloudinit import util
meta, user, _, network = util.read_seeded(sys.argv[1], timeout=5, retries=0)
print(json.dumps([meta, user.decode(), network]))
"""
ALLOWED = (
    Allowed("Skipping network-config schema version: 2|Skipping netplan schema", "its own words"),
)


def cases(rendered: Rendered) -> Iterator[Case]:
    """Yield a case for every pool that boots over the network."""
    node = next((node for node in rendered.nodes("dhcp") if serving.files(node)), None)
    for pool in rendered.site.pools if node else ():
        paths = tuple(f"pools/{pool}/boot/{name}" for name in DOCUMENTS)
        if node and set(paths) <= set(rendered.paths):
            yield Case(pool, f"pools/{pool}", paths, _judged(rendered, node, paths))


def _judged(rendered: Rendered, node: plan.ServiceNode, paths: tuple[str, ...]) -> Judge:
    def judge(room: Room) -> Iterator[Complaint]:
        placed = serving.laid(rendered, node, room)
        mine = [each for each in placed if each.source in paths]
        bad = False
        for each in mine:
            for complaint in _schema(room, each):
                bad = True
                yield complaint
        if not bad:
            yield from _fetched(room, node, placed, mine)

    return judge


def _schema(room: Room, document: Placed) -> Iterator[Complaint]:
    kind = SCHEMAS.get(document.path.rpartition("/")[2])
    if kind is None:
        return
    ask = ["cloud-init", "schema", "-t", kind, "-c", document.path]
    done = room.run([*ask, "--annotate"], seconds=60)
    if done.code and not re.search(r"^# E1: ", done.output, re.MULTILINE):
        done = room.run(ask, seconds=60)  # what has no place in the document is not annotated
    noted = [
        line
        for line in done.lines
        if re.search("error|warning|deprecat|# E|# D", line, re.IGNORECASE)
        and not allowed(line, ALLOWED)
    ]
    if done.code or noted:
        yield Complaint(
            document.source, _message(noted, done), _line(done), words=shortened(done.lines)
        )


def _message(noted: list[str], done: Finished) -> str:
    marks = [line for line in done.lines if re.match(r"# [ED]\d+: ", line)]
    return (marks or noted or list(done.lines) or ["cloud-init refuses it"])[0].strip()


def _line(done: Finished) -> int:
    """Return the line that the annotated document has its first mark on."""
    body = done.output.splitlines()
    start = next((n for n, line in enumerate(body) if line.startswith("#cloud-config")), None)
    marked = next((n for n, line in enumerate(body) if re.search(r"\t\t# [ED]\d", line)), None)
    if start is not None and marked is not None:
        return marked - start + 1
    found = re.search(r"line (\d+)", done.output)
    return int(found[1]) if found else 1


def _fetched(
    room: Room, node: plan.ServiceNode, placed: tuple[Placed, ...], mine: list[Placed]
) -> Iterator[Complaint]:
    """Have NoCloud fetch the documents from where a kernel's command line says they are."""
    configuration = next(each for each in placed if each.path == serving.CONFIGURATION)
    folder = mine[0].path.rpartition("/")[0].removeprefix(serving.SERVED)
    address = serving.url(node, configuration.text, f"{folder}/")
    room.run(["ip", "addr", "add", f"{node.address}/{node.prefix_length}", "dev", "lo"])
    with serving.running(room):
        done = room.run(["python3", "-c", _FETCH, address], seconds=60)
    if done.code:
        yield Complaint(
            mine[0].source, f"NoCloud gets nothing from {address}", words=done.lines[-3:]
        )
        return
    meta, user, network = json.loads(done.lines[-1])
    wanted = next(each.text for each in mine if each.path.endswith("user-data"))
    if user != wanted or not isinstance(meta, dict) or not isinstance(network, dict):
        yield Complaint(mine[0].source, f"NoCloud gets other documents from {address}")


CONSUMER = Consumer(
    name="cloud-init",
    checks="NoCloud fetches every pool's documents, and its schemas take them",
    programs=(Program("cloud-init", "cloud-init"), Program("nginx", "nginx-light")),
    cases=cases,
    reads=("pools/*/boot/*",),
    not_checked=(NotChecked("what it does with them", "no host boots from them here"),),
)
