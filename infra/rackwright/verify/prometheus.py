"""Prometheus: it starts with the files and watches every device of the plan; its rules call.

promtool takes an expression over a metric that nobody has, so the rules are also run on series as
they would be when something leaks, loses its feed or falls silent, and every DCGM field that a rule
asks for must be one that the exporters are told to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from rackwright import plan
from rackwright.verify.consumer import (
    Case,
    Complaint,
    Consumer,
    Judge,
    NotChecked,
    Program,
    Rendered,
)
from rackwright.verify.placing import Placed, place, shortened
from rackwright.verify.room import Daemon, Room

CONFIGURATION = "/etc/prometheus/prometheus.yml"
RULES = "/etc/prometheus/rules/racks.yml"
COUNTERS = "site/monitoring/dcgm-counters.csv"
TESTS = Path(__file__).with_name("alert-tests.yaml")
SECONDS_TO_START = 30
SECONDS_TO_READ = 10
_LONGEST = 400
_OTHERS = ("alertmanager.yml", "blackbox.yml", "snmp.yml")
_ASK = """
import json, urllib.request
text = urllib.request.urlopen("http://127.0.0.1:9090/api/v1/targets?state=active").read()
for each in json.loads(text)["data"]["activeTargets"]:
    print(each["labels"]["job"], each["labels"]["instance"])
"""


def cases(rendered: Rendered) -> Iterator[Case]:
    """Yield a case for every monitoring node, and one for what exporters read."""
    for node in rendered.nodes("monitoring"):
        files = tuple(file for file in node.files if _is_prometheus(file))
        sources = (*(file.source for file in files), COUNTERS)
        yield Case(node.name, "site", sources, _judged(rendered, files))


def _is_prometheus(file: plan.File) -> bool:
    return file.path.startswith("/etc/prometheus") and not file.path.endswith(_OTHERS)


def _judged(rendered: Rendered, files: Sequence[plan.File]) -> Judge:
    def judge(room: Room) -> Iterator[Complaint]:
        placed = place(rendered, files, room)
        for argv in (("check", "config", CONFIGURATION), ("check", "rules", RULES)):
            done = room.run(["promtool", *argv])
            if done.code:
                yield _refused(done.lines, placed)
                return
        yield from _tested(room, placed)
        yield from _fields(rendered, placed)
        options = [f"--config.file={CONFIGURATION}", "--storage.tsdb.path=/tmp/prometheus"]
        with room.running(["prometheus", *options]) as server:
            yield from _watching(rendered, room, server, placed)

    return judge


def _refused(lines: Sequence[str], placed: Sequence[Placed]) -> Complaint:
    """Return promtool's refusal, at the line of the file that it names."""
    start = next((n for n, line in enumerate(lines) if "FAILED" in line), len(lines) - 1)
    said = [lines[start].partition("FAILED:")[2].strip(), *(x.strip() for x in lines[start + 1 :])]
    message = " ".join(part for part in said if part) or lines[start]
    checked = [line.split()[1] for line in lines[:start] if line.startswith("Checking ")]
    named = re.findall(r"(/etc/prometheus[\w./-]*\.(?:yml|json))", message) or checked
    source = next((p.source for p in placed if named and p.path == named[-1]), placed[0].source)
    row = re.search(r"line (\d+)|\b(\d+):\d+: ", message)
    return Complaint(source, message[:_LONGEST], int(row[1] or row[2]) if row else 1)


def _tested(room: Room, placed: Sequence[Placed]) -> Iterator[Complaint]:
    room.put("/alert-tests.yaml", TESTS.read_text())
    done = room.run(["promtool", "test", "rules", "/alert-tests.yaml"], seconds=60)
    if not done.code:
        return
    rules = next(each for each in placed if each.path == RULES)
    failed = re.findall(r"alertname: (\w+)", done.output) or [""]
    row = next(
        (n for n, line in enumerate(rules.text.splitlines(), 1) if f"alert: {failed[0]}" in line), 1
    )
    message = f"the alert {failed[0]} does not come when it must"
    yield Complaint(rules.source, message, row, words=shortened(done.lines))


def _fields(rendered: Rendered, placed: Sequence[Placed]) -> Iterator[Complaint]:
    """Yield every DCGM field of a rule that no exporter of the site reads."""
    known = set(re.findall(r"^(DCGM_\w+),", rendered.text(COUNTERS), re.MULTILINE))
    rules = next(each for each in placed if each.path == RULES)
    for row, line in enumerate(rules.text.splitlines(), start=1):
        for field in re.findall(r"DCGM_\w+", line):
            if field not in known:
                message = f"no exporter reads {field}: it is not in {COUNTERS}"
                yield Complaint(rules.source, message, row)


def _watching(
    rendered: Rendered, room: Room, server: Daemon, placed: Sequence[Placed]
) -> Iterator[Complaint]:
    """Compare what the server watches with the plan's trays and BMCs."""
    expected = _expected(rendered)
    found: dict[str, set[str]] = {}

    def all_there() -> bool:
        found.clear()
        for line in room.run(["python3", "-c", _ASK]).lines:
            job, _, instance = line.partition(" ")
            found.setdefault(job, set()).add(instance)
        return all(found.get(job) == addresses for job, addresses in expected.items())

    server.until(lambda: "Server is ready" in server.output, SECONDS_TO_START)
    if server.code is not None:
        said = shortened(tuple(server.output.splitlines()))
        yield Complaint(placed[0].source, "prometheus does not start", words=said)
    elif not server.until(all_there, SECONDS_TO_READ):
        for job, addresses in expected.items():
            yield from _differing(job, addresses, found.get(job, set()), placed)


def _expected(rendered: Rendered) -> dict[str, set[str]]:
    """Return the addresses that each job must watch."""
    racks = [rack for unit in rendered.site.units for rack in rendered.unit(unit).racks]
    trays = {tray.interface.address for rack in racks for tray in rack.compute_trays}
    bmcs = {device.bmc.address for rack in racks for device in rack.devices}
    return {"node": trays, "dcgm": trays, "bmc": bmcs, "redfish": bmcs}


def _differing(
    job: str, wanted: set[str], found: set[str], placed: Sequence[Placed]
) -> Iterator[Complaint]:
    """Yield how what a job watches differs from the plan, in one complaint a direction."""
    kind = "trays.json" if job in {"node", "dcgm"} else "bmcs.json"
    files = [each for each in placed if each.path.endswith(kind)] or list(placed[:1])
    for what, addresses in (("does not watch", wanted - found), ("watches also", found - wanted)):
        if addresses:
            shown = sorted(addresses)
            more = f" and {len(shown) - 1} more" if len(shown) > 1 else ""
            message = f"job {job} {what} {shown[0]}{more}"
            yield next(_holding(shown[0], message, files), Complaint(files[0].source, message))


def _holding(word: str, message: str, files: Sequence[Placed]) -> Iterator[Complaint]:
    for each in files:
        for row, line in enumerate(each.text.splitlines(), start=1):
            if f'"{word}"' in line:
                yield Complaint(each.source, message, row)


CONSUMER = Consumer(
    name="prometheus",
    checks="starts and watches every device of the plan; its alerts come when something happens",
    programs=(Program("prometheus", "prometheus"), Program("promtool", "prometheus")),
    cases=cases,
    reads=("*/monitoring/*",),
    not_checked=(
        NotChecked("exporters", "no dcgm-exporter or redfish_exporter is here: names are theirs"),
    ),
)
