"""blackbox_exporter and snmp_exporter: each reads its configuration and ends."""

from __future__ import annotations

import re
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
from rackwright.verify.placing import shortened
from rackwright.verify.room import Room

_SNMP = ("--config.expand-environment-variables", "--dry-run")
_BLACKBOX = ("--config.check",)
_SECRETS = {"SNMP_USER": "user", "SNMP_PASSWORD": "12345678", "SNMP_PRIVACY": "12345678"}


def _cases(name: str, options: Sequence[str], rendered: Rendered) -> Iterator[Case]:
    source = f"site/monitoring/{name}.yml"
    if source in rendered.paths:
        yield Case(name, "site", (source,), _judged(rendered, name, source, options))


def _judged(rendered: Rendered, name: str, source: str, options: Sequence[str]) -> Judge:
    def judge(room: Room) -> Iterator[Complaint]:
        path = f"/etc/prometheus/{name}.yml"
        room.put(path, rendered.text(source))
        for device_class in rendered.site.bmc_ca_refs:
            room.put(f"/etc/prometheus/bmc/{device_class}.pem", "")
        argv = [f"prometheus-{name}-exporter", f"--config.file={path}", *options]
        done = room.run(argv, seconds=20, environment=_SECRETS)
        if done.code:
            row = re.search(r"line (\d+)", done.output)
            said = re.search(r'err="(.*)"$', done.output, re.MULTILINE)
            message = said[1] if said else (done.lines or (f"{argv[0]} says nothing",))[-1]
            yield Complaint(source, message, int(row[1]) if row else 1, words=shortened(done.lines))

    return judge


BLACKBOX = Consumer(
    name="blackbox",
    checks="reads its modules",
    programs=(Program("prometheus-blackbox-exporter", "prometheus-blackbox-exporter"),),
    cases=lambda rendered: _cases("blackbox", _BLACKBOX, rendered),
    reads=("site/monitoring/blackbox.yml",),
    not_checked=(NotChecked("a probe of a BMC", "the lab's BMCs are asked by the provider"),),
)
SNMP = Consumer(
    name="snmp",
    checks="reads its modules",
    programs=(Program("prometheus-snmp-exporter", "prometheus-snmp-exporter"),),
    cases=lambda rendered: _cases("snmp", _SNMP, rendered),
    reads=("site/monitoring/snmp.yml",),
    not_checked=(NotChecked("a walk of a switch", "no switch is here"),),
)
