"""What the rendered files of a Slurm cluster say, read back: its blocks and its nodes.

The controller of the node image reads topology.conf alone. Where a pool's version reads
topology.yaml, its keys are judged here, because Slurm passes over one that it does not know; and
the controller gets the same blocks in the older form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rackwright.verify import hostlist
from rackwright.verify.consumer import Complaint
from rackwright.verify.placing import Placed

FOLDER = "/etc/slurm"
_KEYS = {
    "a topology": ("topology", "cluster_default", "block"),
    "block": ("block_sizes", "blocks"),
    "a block": ("block", "nodes"),
}


@dataclass(frozen=True, slots=True)
class Topology:
    """The blocks as a topology file has them."""

    blocks: Mapping[str, tuple[str, ...]]
    """The nodes of every block by its name, in the order of the file."""
    sizes: tuple[int, ...]
    """The sizes a segment may have; the first is what every block holds."""


def topology(placed: Sequence[Placed]) -> Topology:
    """Return the topology of a cluster's files, whichever form it has."""
    for each in placed:
        if each.path == f"{FOLDER}/topology.yaml":
            return _of_yaml(_loaded(each.text))
    return _of_conf(_text(placed, "topology.conf"))


def as_conf(read: Topology) -> str:
    """Return a topology in the form that every version of Slurm reads."""
    lines = [f"BlockName={name} Nodes={','.join(nodes)}" for name, nodes in read.blocks.items()]
    return "\n".join((*lines, f"BlockSizes={','.join(map(str, read.sizes))}", ""))


def unknown_keys(placed: Sequence[Placed]) -> Iterator[Complaint]:
    """Yield a complaint for every key of topology.yaml that Slurm would pass over."""
    for each in placed:
        if each.path == f"{FOLDER}/topology.yaml":
            for where, key in _unknown(_loaded(each.text)):
                row = _row(each.text, str(key))
                message = f"{key!r} is no key of {where}"
                words = ("Slurm 26.05 passes over a key that it does not know, without a word",)
                yield Complaint(each.source, message, row, words=words)


def _row(text: str, key: str) -> int:
    for row, line in enumerate(text.splitlines(), start=1):
        if re.search(rf"(^|[\s{{-]){re.escape(key)}:", line):
            return row
    return 1


def states(placed: Sequence[Placed]) -> dict[str, str]:
    """Return the state that slurm.conf gives each node by its name: `DRAIN`, `FUTURE`, or none."""
    found: dict[str, str] = {}
    for line in _text(placed, "slurm.conf").splitlines():
        if line.startswith("NodeName="):
            state = re.search(r" State=(\w+)", line)
            names = hostlist.names(line.removeprefix("NodeName=").split()[0])
            found |= dict.fromkeys(names, state[1] if state else "")
    return found


def gpus(placed: Sequence[Placed]) -> int:
    """Return how many GPUs slurm.conf says that a node has, at most."""
    found = re.findall(r" Gres=gpu:\w+:(\d+)", _text(placed, "slurm.conf"))
    return max(map(int, found), default=0)


def undeclared_gres(placed: Sequence[Placed]) -> Iterator[Complaint]:
    """Yield a complaint for every kind of resource that GresTypes does not name.

    Slurm starts, and no job gets any of it.
    """
    text = _text(placed, "slurm.conf")
    declared = re.search(r"^GresTypes=(\S+)$", text, re.MULTILINE)
    known = declared[1].split(",") if declared else []
    for kind in sorted(set(re.findall(r" Gres=(\w+)", text)) - set(known)):
        source = next(each.source for each in placed if each.path == f"{FOLDER}/slurm.conf")
        row = text[: text.index(f" Gres={kind}")].count("\n") + 1
        yield Complaint(source, f"nodes have {kind}, which GresTypes does not name", row)


def line_of(placed: Sequence[Placed], node: str) -> tuple[str, int]:
    """Return where slurm.conf speaks of a node: the file in rendered/ and the line."""
    for each in placed:
        if each.path == f"{FOLDER}/slurm.conf":
            for row, line in enumerate(each.text.splitlines(), start=1):
                words = line.removeprefix("NodeName=").split()
                if line.startswith("NodeName=") and node in hostlist.names(words[0]):
                    return each.source, row
    return placed[0].source, 1


def _text(placed: Sequence[Placed], name: str) -> str:
    return next((each.text for each in placed if each.path == f"{FOLDER}/{name}"), "")


def _of_conf(text: str) -> Topology:
    blocks = {
        found[1]: hostlist.names(found[2])
        for found in re.finditer(r"^BlockName=(\S+) Nodes=(\S+)$", text, re.MULTILINE)
    }
    sizes = re.search(r"^BlockSizes=([\d,]+)$", text, re.MULTILINE)
    return Topology(blocks, tuple(map(int, sizes[1].split(","))) if sizes else ())


def _of_yaml(data: list[dict[str, Any]]) -> Topology:
    block = data[0]["block"]
    blocks = {each["block"]: hostlist.names(each["nodes"]) for each in block["blocks"]}
    return Topology(blocks, tuple(block["block_sizes"]))


def _loaded(text: str) -> list[dict[str, Any]]:
    import yaml

    loaded: list[dict[str, Any]] = yaml.safe_load(text)
    return loaded


def _unknown(data: list[dict[str, Any]]) -> Iterator[tuple[str, object]]:
    for each in data:
        block = each.get("block") or {}
        parts = [("a topology", each), ("block", block)]
        parts += [("a block", item) for item in block.get("blocks") or ()]
        for where, part in parts:
            yield from ((where, key) for key in part if key not in _KEYS[where])
