"""Slurm and IMEX: nodes, blocks and the lists of who shares NVLink."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from rackwright.verify.agreement.plans import trays
from rackwright.verify.agreement.said import (
    Defined,
    Domain,
    Fact,
    Mention,
    Place,
    Roll,
    Said,
    Service,
    lines,
)
from rackwright.verify.consumer import Rendered

_WORDS = re.compile(r'(\w+)=("[^"]*"|\S+)')
_CONTROLLER = re.compile(r"SlurmctldHost=([\w-]+)(?:\(([\d.]+)\))?")
_BLOCK = re.compile(r'"?block"?: "?([\w-]+)"?, "?nodes"?: "?([^"}]+)"?')
_LISTED = re.compile(r"[^,\[\]]+(?:\[[^\]]*\])?[^,\[\]]*")


def slurm(rendered: Rendered) -> Iterator[Said]:
    """Yield the nodes and blocks of every pool, and where its controller is."""
    for path in rendered.paths:
        if fnmatchcase(path, "pools/*/slurm/slurm.conf"):
            yield from _nodes(rendered, path)
        elif fnmatchcase(path, "pools/*/slurm/gres.conf"):
            for line, at in lines(rendered, path):
                for name in expanded(dict(_WORDS.findall(line)).get("NodeName", "")):
                    yield Mention(_node(path), name, at)
        elif fnmatchcase(path, "pools/*/slurm/topology.*"):
            yield from _blocks(rendered, path)


def imex(rendered: Rendered) -> Iterator[Said]:
    """Yield every IMEX list, its addresses as the trays that have them."""
    names = {tray.interface.address: name for name, (_, tray) in trays(rendered).items()}
    for path in rendered.paths:
        if fnmatchcase(path, "*/imex/*/nodes_config.cfg"):
            title = path.partition("/imex/")[2].removesuffix("/nodes_config.cfg")
            order: list[tuple[str, Place]] = []
            for line, at in lines(rendered, path):
                yield Mention("in-band address", line.strip(), at)
                order.append((names.get(line.strip(), line.strip()), at))
            there = tuple(name for name, _ in order)
            yield Roll(f"the IMEX list of {title}", there, tuple(at for _, at in order))
            yield Domain("IMEX", title, frozenset(there), Place(path, 1))


def expanded(hostlist: str) -> list[str]:
    """Return the names that Slurm's short form means: `a-c[01-02,05],b`."""
    found: list[str] = []
    for part in _LISTED.findall(hostlist):
        stem, _, ranges = part.partition("[")
        inside, _, rest = ranges.partition("]")
        for each in inside.split(",") if inside else [""]:
            first, _, last = each.partition("-")
            numbers = range(int(first), int(last or first) + 1) if first else ()
            found += [f"{stem}{n:0{len(first)}d}{rest}" for n in numbers] or [part]
    return found


def _nodes(rendered: Rendered, path: str) -> Iterator[Said]:
    for line, at in lines(rendered, path):
        words = dict(_WORDS.findall(line))
        if controller := _CONTROLLER.match(line):
            yield Mention("service node", controller[1], at)
            if controller[2]:
                yield Fact(controller[1], "address", controller[2], at)
                yield Service("scheduler", controller[2], at)
        names = expanded(words.get("NodeName", ""))
        addresses = expanded(words.get("NodeAddr", ""))
        is_planned = words.get("State") == "FUTURE"
        for name in names:
            yield Defined(_node(path), name)
            if not is_planned:
                yield Mention("host", name, at)
        if not is_planned:
            for name, address in zip(names, addresses, strict=False):
                yield Fact(name, "in-band address", address, at)


def _blocks(rendered: Rendered, path: str) -> Iterator[Said]:
    for line, at in lines(rendered, path):
        words = dict(_WORDS.findall(line))
        found = _BLOCK.search(line)
        name, nodes = found.groups() if found else (words.get("BlockName"), words.get("Nodes"))
        if name and nodes:
            names = tuple(expanded(nodes.strip()))
            for each in names:
                yield Mention(_node(path), each, at)
            yield Roll(f"block {name}", names, (at,) * len(names))
            yield Domain("Slurm", name, frozenset(names), at)


def _node(path: str) -> str:
    return f"node of {path.split('/')[1]}'s slurm.conf"
