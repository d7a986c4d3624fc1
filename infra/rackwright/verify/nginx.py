"""nginx: `nginx -t` reads the configuration, and every file that DHCP may point at is fetched.

Of a folder with the configurations of switches one is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rackwright import plan
from rackwright.verify import serving
from rackwright.verify.consumer import Case, Complaint, Consumer, Judge, Program, Rendered
from rackwright.verify.placing import Placed, complaint, place, shortened
from rackwright.verify.room import Room

_HEAD = re.compile(r"^nginx: \[(?:emerg|warn|alert)\] ")


def cases(rendered: Rendered) -> Iterator[Case]:
    """Yield a case for every node that serves."""
    for node in rendered.nodes("dhcp"):
        files = serving.files(node)
        if files:
            sources = tuple(file.source for file in files)
            yield Case(node.name, "site", sources, _judged(rendered, node))


def _judged(rendered: Rendered, node: plan.ServiceNode) -> Judge:
    def judge(room: Room) -> Iterator[Complaint]:
        placed = serving.laid(rendered, node, room)
        placed += place(rendered, tuple(_one_each(rendered, node)), room)
        room.run(["ip", "addr", "add", f"{node.address}/{node.prefix_length}", "dev", "lo"])
        read = room.run(["nginx", "-t", "-q"])
        if read.code or read.lines:
            said = [_HEAD.sub("", line) for line in read.lines] or ["nginx refuses it"]
            yield complaint(said[0], placed)
            return
        with serving.running(room) as server:
            yield from _fetched(room, node, placed)
            words = tuple(server.output.splitlines())
        if words:
            yield Complaint(placed[0].source, "nginx complains", words=shortened(words))

    return judge


def _one_each(rendered: Rendered, node: plan.ServiceNode) -> Iterator[plan.File]:
    """Yield the first file of every folder that a node serves."""
    seen: set[str] = set()
    for file in serving.inside(rendered, node):
        folder = file.source.partition("/switches/")[0]
        if folder not in seen:
            seen.add(folder)
            yield file


def _fetched(room: Room, node: plan.ServiceNode, placed: tuple[Placed, ...]) -> Iterator[Complaint]:
    configuration = next(each for each in placed if each.path == serving.CONFIGURATION)
    for each in placed:
        path = each.path.removeprefix(serving.SERVED)
        if path != each.path:
            address = serving.url(node, configuration.text, path)
            done = room.run(["curl", "--silent", "--show-error", "--fail", address])
            if done.code or done.output != each.text:
                words = f"{address} does not lead to it"
                yield Complaint(each.source, words, words=shortened(done.lines[:1]))
    address = serving.url(node, configuration.text, serving.LOADER)
    done = room.run(["curl", "--silent", "--show-error", "--fail", "--head", address])
    if done.code:
        yield Complaint(configuration.source, f"{address} does not lead to iPXE", words=done.lines)


CONSUMER = Consumer(
    name="nginx",
    checks="serves every file that DHCP's answers may point at, and of every folder one",
    programs=(
        Program("nginx", "nginx-light"),
        Program("curl", "curl"),
    ),
    cases=cases,
)
