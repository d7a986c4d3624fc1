"""Switches' configurations: every port in them is in the cable plan, and every cable in them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from rackwright.verify.agreement.said import Defined, Mention, Place, Said, lines
from rackwright.verify.consumer import Rendered

_PORT = re.compile(r'\s+(swp\w+): \{type: swp, description: "([^" ]+ [^" ]+)"')
_NVUE_SESSION = re.compile(r"\s+(swp\w+): \{type: unnumbered, peer-group: \w+\}")
_FRR_SESSION = re.compile(r" neighbor (swp\w+) interface peer-group \w+")
_FRR_END = re.compile(r" neighbor (swp\w+) description (\S+ \S+)")
CABLE, PORT = "cable", "configured port"


def startup(rendered: Rendered) -> Iterator[Said]:
    """Yield the ports and the sessions of every startup.yaml."""
    for switch, path in _files(rendered, "startup.yaml"):
        for line, at in lines(rendered, path):
            if port := _PORT.match(line):
                way = f"{switch} {port[1]} to {port[2]}"
                yield Defined(PORT, way)
                yield Mention(CABLE, way, at)
            elif session := _NVUE_SESSION.fullmatch(line):
                yield Defined("session in startup.yaml", f"{switch} {session[1]}")
                yield Mention("session in frr.conf", f"{switch} {session[1]}", at)


def frr(rendered: Rendered) -> Iterator[Said]:
    """Yield the sessions of every frr.conf, and where they lead."""
    for switch, path in _files(rendered, "frr.conf"):
        for line, at in lines(rendered, path):
            if session := _FRR_SESSION.fullmatch(line):
                yield Defined("session in frr.conf", f"{switch} {session[1]}")
                yield Mention("session in startup.yaml", f"{switch} {session[1]}", at)
            elif end := _FRR_END.fullmatch(line):
                yield Mention(CABLE, f"{switch} {end[1]} to {end[2]}", at)


def cables(rendered: Rendered) -> Iterator[Said]:
    """Yield the installed cables of switches that are configured, from each such end."""
    switches = {name for name, _ in _files(rendered, "startup.yaml")}
    for path in rendered.paths if switches else ():
        if path.endswith("/cables.csv"):
            rows = csv.DictReader(rendered.text(path).splitlines(), restval="")
            for number, row in enumerate(rows, start=2):
                source = row["SRC_NAME"], row["SRC_HCA_PORT"]
                target = row["DST_NAME"], row["DST_PORT"]
                for (device, port), far in ((source, target), (target, source)):
                    if row["STATE"] == "installed" and device in switches:
                        way = f"{device} {port} to {' '.join(far)}"
                        yield Defined(CABLE, way)
                        yield Mention(PORT, way, Place(path, number))


def _files(rendered: Rendered, name: str) -> Iterator[tuple[str, str]]:
    for path in rendered.paths:
        if path.endswith(f"/{name}"):
            yield PurePosixPath(path).parts[-2], path
