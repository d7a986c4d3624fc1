"""Prometheus's targets: each is the address of the tray that its labels name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase

from rackwright.verify.agreement.said import Fact, Mention, Place, Said
from rackwright.verify.consumer import Rendered

_KINDS = {"trays.json": "in-band address", "bmcs.json": "BMC address"}


def targets(rendered: Rendered) -> Iterator[Said]:
    """Yield the address of every target, as that of the device in its rack and position."""
    names = {
        (rack.name, device.label): device.name
        for unit in rendered.site.units
        for rack in rendered.unit(unit).racks
        for device in rack.devices
    }
    for path in rendered.paths:
        if fnmatchcase(path, "*/monitoring/*.json"):
            kind = _KINDS[path.rpartition("/")[2]]
            text, end = rendered.text(path), 0
            for target in json.loads(text):
                labels = target["labels"]
                name = names.get((labels["rack"], labels["tray"]))
                for host in target["targets"]:
                    end = text.index(f'"{host}"', end)
                    at = Place(path, text.count("\n", 0, end) + 1)
                    yield Mention("device", name or f"{labels['rack']} {labels['tray']}", at)
                    if name:
                        yield Fact(name, kind, host, at)
