"""Kubernetes: its own schemas take every Node, and the Nodes are those of the plan.

No API server is here, so the schemas of the pool's release judge what a server would refuse; they
know nothing of label syntax, and cannot tell that a Node is missing or takes pods that it must not.
That is held against the plan.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from rackwright import plan
from rackwright.verify import own
from rackwright.verify.consumer import (
    Case,
    Complaint,
    Consumer,
    Judge,
    NotChecked,
    Program,
    Rendered,
)
from rackwright.verify.placing import crashed
from rackwright.verify.room import Finished, Room

SECONDS, SECONDS_A_NODE = 60, 0.05
DOMAIN = "accelerator.topograph.run/domain"
_VERSION = re.compile(r"^# for Kubernetes (\S+)$", re.MULTILINE)
_REFUSED = re.compile(r"^(?:ERROR|WARN|FATAL) (?:nodes\.yaml )?(.*)$")
_RESOURCE = re.compile(r"resource node/(\S+)")
_LABEL = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?")
"""The value of a label (Kubernetes, labels and selectors)."""

Nodes = Mapping[str, tuple[int, dict[str, Any]]]
"""Every Node with its line, by name."""


def cases(rendered: Rendered) -> Iterator[Case]:
    """Yield a case for every pool with Nodes."""
    for pool in rendered.site.pools:
        path = f"pools/{pool}/kubernetes/nodes.yaml"
        if path in rendered.paths:
            yield Case(pool, f"pools/{pool}", (path,), _judged(rendered, pool, path))


def _judged(rendered: Rendered, pool: str, path: str) -> Judge:
    def judge(_room: Room) -> Iterator[Complaint]:
        text = rendered.text(path)
        done = _validated(text)
        refused = tuple(_refused(done, text, path))
        yield from refused
        if done.code and not refused:
            yield crashed(done, "kubernetes-validate", path)
        if not refused and not done.code:
            yield from _differing(rendered, pool, path, _nodes(text))

    return judge


def _validated(text: str) -> Finished:
    release = _VERSION.search(text)
    version = ("--kubernetes-version", release[1]) if release else ()
    argv = ("kubernetes-validate", "--strict", "--quiet", *version, "nodes.yaml")
    seconds = SECONDS + SECONDS_A_NODE * text.count("\n---")
    return own.run(argv, seconds=seconds, files={"nodes.yaml": text})


def _refused(done: Finished, text: str, path: str) -> Iterator[Complaint]:
    """Yield every line that is no praise, at the line of the Node that it names."""
    for line in dict.fromkeys(done.lines):
        if found := _REFUSED.match(line):
            named = _RESOURCE.search(line)
            yield Complaint(path, found[1], _line(text, f'"name": "{named[1]}"') if named else 1)


def _line(text: str, words: str) -> int:
    before, found, _ = text.partition(words)
    return before.count("\n") + 1 if found else 1


def _nodes(text: str) -> Nodes:
    lines = enumerate(text.splitlines(), 1)
    found = ((row, json.loads(line)) for row, line in lines if line.startswith("{"))
    return {node["metadata"]["name"]: (row, node) for row, node in found}


def _differing(rendered: Rendered, pool: str, path: str, nodes: Nodes) -> Iterator[Complaint]:
    wanted = dict(_trays(rendered, pool))
    for name in sorted(wanted.keys() - nodes.keys()):
        yield Complaint(path, f"{name} of pool {pool} is no Node")
    for name, (row, node) in nodes.items():
        if name not in wanted:
            yield Complaint(path, f"{name} is a Node, and no tray of pool {pool} in any plan", row)
        else:
            yield from (Complaint(path, words, row) for words in _wrong(*wanted[name], node))


def _trays(
    rendered: Rendered, pool: str
) -> Iterator[tuple[str, tuple[plan.Rack, plan.ComputeTray]]]:
    for unit in rendered.site.units:
        for rack in rendered.unit(unit).racks:
            yield from ((it.name, (rack, it)) for it in rack.compute_trays if it.pool == pool)


def _wrong(rack: plan.Rack, tray: plan.ComputeTray, node: Mapping[str, Any]) -> Iterator[str]:
    labels = node["metadata"]["labels"]
    for key, value in labels.items():
        if not _LABEL.fullmatch(value):
            yield f"label {key} of {tray.name}: Kubernetes takes no value {value!r}"
    if labels.get("rack") != rack.name:
        yield f"{tray.name} is labelled for rack {labels.get('rack')}, and is in {rack.name}"
    if not labels.get(DOMAIN):
        yield f"{tray.name} does not say which NVLink domain it is in: {DOMAIN}"
    if bool(tray.hold or rack.hold) != node.get("spec", {}).get("unschedulable", False):
        words = "is held, and takes pods" if tray.hold or rack.hold else "takes no pod, and no hold"
        yield f"{tray.name} {words}"


CONSUMER = Consumer(
    name="kubernetes",
    checks="its release's schemas take every Node; Nodes are the plan's trays, and held ones rest",
    programs=(Program("kubernetes-validate", "kubernetes-validate", own=True),),
    cases=cases,
    reads=("pools/*/kubernetes/*",),
    not_checked=(
        NotChecked("what a server adds", "admission and other people's labels need an API server"),
    ),
)
