"""Monitoring: what Prometheus watches, when somebody is called, and who.

Targets are one file per scalable unit, read by Prometheus as they change, and a line per device, so
a rack that comes or goes changes its own lines. Rules and routes know racks by labels alone and are
the same at every size. Only a site with a monitoring node has any of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rackwright.inventory import Common, Inventory
from rackwright.inventory.monitoring import SEVERITIES
from rackwright.render.delivery import PROMETHEUS_FILES, TARGET_FILES
from rackwright.render.jinja import fill, lines

_HOLES = ("address", "tray", "device_class", "hall", "unit", "rack", "feeds", "pool")


def files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield the site's files, or the targets of a scalable unit."""
    common = inventory.common
    if not common.addresses_of("monitoring"):
        return
    if inventory.unit.kind == "site":
        yield from _site(common)
    elif inventory.unit.kind == "scalable-unit":
        for name, text in zip(TARGET_FILES, _targets(inventory), strict=True):
            yield f"{inventory.unit.folder}/monitoring/{name}", text


def not_checked(common: Common) -> Iterator[tuple[str, str]]:
    """Yield what is said of monitoring and not done by anything of ours."""
    if not common.addresses_of("monitoring"):
        return
    yield "Monitoring of switches", "SNMP has no target yet: no switch is told whom it answers"
    yield "Exporters", "dcgm-exporter, node_exporter and redfish_exporter are the images', not ours"
    if not common.receivers:
        yield "Alerts", "nobody is told: `monitoring.receivers` is empty"


def _site(common: Common) -> Iterator[tuple[str, str]]:
    receivers = common.receivers
    routes = [
        (severity, [each.name for each in receivers if severity in each.severities])
        for severity in SEVERITIES
    ]
    values: dict[str, Any] = {
        "site": common.site,
        "addresses": common.addresses_of("monitoring"),
        "service_nodes": common.service_nodes,
        "receivers": receivers,
        "trusts": tuple(common.trust.items()),
        "routes": [(severity, names) for severity, names in routes if names],
        "first": receivers[0].name if receivers else "nobody",
    }
    for name in PROMETHEUS_FILES:
        template = name.rpartition("/")[2].replace("racks", "rules").replace(".yml", ".yaml")
        yield f"site/monitoring/{name}", fill(f"monitoring/{template}.j2", **values)
    counters = fill("monitoring/dcgm-counters.csv.j2", **values)
    yield "site/monitoring/dcgm-counters.csv", counters


def _targets(inventory: Inventory) -> tuple[str, str]:
    """Return the target files of a unit, of its trays and of its BMCs: JSON, one target a line."""
    trays: list[str] = []
    bmcs: list[str] = []
    filled = lines("monitoring/target.json.j2", _HOLES)
    for rack in inventory.installed():
        shared = (rack.hall, rack.unit, rack.name, "+".join(rack.feeds), rack.pool)
        devices = [each for each in inventory.by_rack.get(rack.name, ()) if not each.open]
        hosts = inventory.present(rack.name, "compute")
        labels, classes = [it.label for it in devices], [it.device_class for it in devices]
        bmcs += filled([it.bmc_address for it in devices], labels, classes, *shared)
        labels = [it.label for it in hosts]
        trays += filled([it.address for it in hosts], labels, "compute", *shared)
    return _list(trays), _list(bmcs)


def _list(targets: Sequence[str]) -> str:
    return "[\n" + ",\n".join(targets) + "\n]\n" if targets else "[]\n"
