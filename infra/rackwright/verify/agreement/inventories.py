"""Ansible's inventories: the hosts of every rack, the service nodes, and what files they get."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from rackwright.verify.agreement.said import Fact, Mention, Place, Said, lines
from rackwright.verify.consumer import Rendered

_SOURCE = re.compile(r'"?source"?: "([^"]+)"')
_KINDS = {
    "ansible_host": "in-band address",
    "bmc_address": "BMC address",
    "chassis_serial": "serial",
}


def read(rendered: Rendered) -> Iterator[Said]:
    """Yield hosts with their values, and every file that an inventory sends somewhere."""
    for path in rendered.paths:
        if fnmatchcase(path, "*/racks/*.json"):
            yield from _rack(path, json.loads(rendered.text(path)))
        if fnmatchcase(path, "site/ansible/hosts.json"):
            yield from _service_nodes(path, json.loads(rendered.text(path)))
        if fnmatchcase(path, "*/racks/*.json") or "/ansible/" in path:
            for line, at in lines(rendered, path):
                if source := _SOURCE.search(line):
                    yield Mention("file", source[1], at)


def _rack(path: str, inventory: dict[str, Any]) -> Iterator[Said]:
    for name, group in _groups(inventory["all"]):
        for host, values in group.items():
            yield Mention("host", host, Place(path, words=(f'"{name}"', f'"{host}"')))
            for key, kind in _KINDS.items():
                if key in (values or {}):
                    words = (f'"{host}": {{\n', f'"{key}": "{values[key]}"')
                    yield Fact(host, kind, values[key], Place(path, words=words))


def _groups(group: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, child in group.get("children", {}).items():
        yield name, child.get("hosts") or {}
        yield from _groups(child)


def _service_nodes(path: str, inventory: dict[str, Any]) -> Iterator[Said]:
    for name, hosts in _groups(inventory["all"]):
        for host, values in hosts.items():
            if name == "service_nodes":
                at = Place(path, words=(f'"{host}"', '"ansible_host"'))
                yield Mention("service node", host, at)
                yield Fact(host, "address", values["ansible_host"], at)
