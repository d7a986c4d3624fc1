"""Zero-touch provisioning: bash really runs the script, as several switches.

What the script calls and no machine here has, `nv` and a web server, are stand-ins that note what
they were asked; what is fetched lies where a node that answers DHCP has it. A switch must end with
its own configuration applied and saved, in that order, and one that nobody knows must end with an
error and nothing applied.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from rackwright.verify import serving
from rackwright.verify.consumer import (
    Case,
    Complaint,
    Consumer,
    Judge,
    NotChecked,
    Program,
    Rendered,
)
from rackwright.verify.placing import shortened
from rackwright.verify.room import Finished, Room

_SCRIPT = "site/ztp/cumulus.sh"
_FOLDERS = "site/ztp/folders"
_PLACE = "/run/ztp/cumulus.sh"
_LOG = "/var/log/autoprovision"
_NOBODY = "no-such-switch-01"
_NV = """#!/bin/bash
echo "$*" >> /run/ztp/asked
if [ "$1 $2" = "config replace" ]; then cp "$3" /run/ztp/replaced; fi
"""
_CURL = """#!/bin/bash
while [ $# -gt 1 ]; do
    if [ "$1" = --output ]; then to=$2; fi
    shift
done
path=/srv/boot/$(cut --delimiter=/ --fields=4- <<< "$1")
if [ ! -f "$path" ]; then echo "404 $1" >&2; exit 22; fi
cp "$path" "$to"
"""
_RUN = 'hostname "$1"; rm -f /run/ztp/asked /run/ztp/replaced; exec bash /run/ztp/cumulus.sh'
_ASKED = ("config replace", "config apply -y", "config save")


def cases(rendered: Rendered) -> Iterator[Case]:
    """Yield a case for the site's script; a switch of every folder runs it."""
    if _SCRIPT in rendered.paths:
        files = (_SCRIPT, _FOLDERS)
        yield Case("cumulus.sh", "site", files, _judged(rendered))


def _judged(rendered: Rendered) -> Judge:
    def judge(room: Room) -> Iterator[Complaint]:
        read = _prepare(rendered, room)
        if read.code:
            yield _complaint(read, "bash does not read it")
            return
        served = _served(rendered)
        for path in _one_each(rendered):
            yield from _as_switch(rendered, room, path, served)
        room.put(_LOG, "")
        if _run(room, _NOBODY).code == 0 or _asked(room):
            yield Complaint(_SCRIPT, "a switch that the site does not know is configured")

    return judge


def _prepare(rendered: Rendered, room: Room) -> Finished:
    room.put(_PLACE, rendered.text(_SCRIPT), 0o755)
    room.put("/usr/local/bin/nv", _NV, 0o755)
    room.put("/usr/local/bin/curl", _CURL, 0o755)
    if _FOLDERS in (served := _served(rendered)):
        room.put(served[_FOLDERS], rendered.text(_FOLDERS))
    return room.run(["bash", "-n", _PLACE])


def _served(rendered: Rendered) -> dict[str, str]:
    """Return where the first node that answers DHCP has each file that it serves."""
    node = rendered.nodes("dhcp")[0]
    files = (*serving.files(node), *serving.inside(rendered, node))
    return {file.source: file.path for file in files}


def _one_each(rendered: Rendered) -> Iterator[str]:
    """Yield the configuration of the first switch that each line of the list leads to."""
    seen: set[str] = set()
    for path in rendered.paths:
        if "/switches/" in path and path.endswith("/startup.yaml"):
            alike = PurePosixPath(path).parts[-2].rpartition("-")[0].rpartition("-")[0]
            if alike not in seen:
                seen.add(alike)
                yield path


def _as_switch(
    rendered: Rendered, room: Room, path: str, served: Mapping[str, str]
) -> Iterator[Complaint]:
    name, text = PurePosixPath(path).parts[-2], rendered.text(path)
    if path in served:
        room.put(served[path], text)
    room.put(_LOG, "")
    done = _run(room, name)
    if done.code:
        yield _complaint(done, f"{name} is not configured by it", room.read(_LOG))
        return
    asked = _asked(room)
    if not (len(asked) == len(_ASKED) and all(map(str.startswith, asked, _ASKED))):
        words = tuple(f"nv {each}" for each in asked)
        yield Complaint(_SCRIPT, f"{name} is not configured, applied and saved", words=words)
    elif room.read("/run/ztp/replaced") != text:
        yield Complaint(_SCRIPT, f"{name} gets another file than {path}")


def _run(room: Room, name: str) -> Finished:
    path = {"PATH": "/usr/local/bin:/usr/bin:/bin"}
    return room.run(
        ["unshare", "--uts", "bash", "-c", _RUN, "ztp", name], seconds=30, environment=path
    )


def _asked(room: Room) -> list[str]:
    try:
        return room.read("/run/ztp/asked").splitlines()
    except OSError:
        return []


def _complaint(done: Finished, what: str, log: str = "") -> Complaint:
    lines = (*done.lines, *log.splitlines())
    return Complaint(_SCRIPT, what, words=shortened(lines))


CONSUMER = Consumer(
    name="ztp",
    checks="configures a switch of every kind, and none that nobody knows",
    programs=(Program("bash", "bash"),),
    cases=cases,
    reads=("site/ztp/*",),
    not_checked=(NotChecked("the switch's own nv and ZTP daemon", "they run only on a switch"),),
)
