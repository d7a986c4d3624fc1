"""A switch's two rendered files, read back: what FRR will do, and what NVUE is told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rackwright.verify.consumer import Complaint

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_USES = {
    "route-map": re.compile(r"(?<!^)\broute-map (\S+)"),
    "prefix-list": re.compile(r"\bmatch ip(?:v6)? address prefix-list (\S+)"),
    "peer-group": re.compile(r"\bneighbor \S+ (?:interface )?peer-group (\S+)"),
}
_DEFINITIONS = {
    "route-map": re.compile(r"^route-map (\S+)"),
    "prefix-list": re.compile(r"^ip(?:v6)? prefix-list (\S+)"),
    "peer-group": re.compile(r"^\s*neighbor (\S+) peer-group$"),
}


@dataclass(frozen=True, slots=True)
class FrrText:
    """What an frr.conf says."""

    path: str
    text: str
    hostname: str
    asn: str
    router_id: str
    addresses: Mapping[str, tuple[str, ...]]
    """By interface, with their lengths."""
    neighbors: Mapping[str, int]
    """Ports with a session, and the lines that say so."""
    descriptions: Mapping[str, str]
    segments: Mapping[str, tuple[str, str]]
    """Bonds: the number and the MAC of their Ethernet segments."""
    vrfs: Mapping[str, str]
    """VRFs and their VNIs."""
    overlay: bool


def read_frr(path: str, text: str) -> FrrText:
    """Return what an frr.conf says; what it does not understand is FRR's own business."""
    addresses: dict[str, tuple[str, ...]] = {}
    segments: dict[str, list[str]] = {}
    neighbors: dict[str, int] = {}
    inside = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if found := re.match(r"interface (\S+)", line):
            inside = found[1]
        elif inside and (found := re.match(r" ip(?:v6)? address (\S+)", line)):
            addresses[inside] = (*addresses.get(inside, ()), found[1])
        elif inside and (found := re.match(r" evpn mh es-(?:id|sys-mac) (\S+)", line)):
            segments.setdefault(inside, []).append(found[1])
        elif line == "exit":
            inside = ""
        elif found := re.match(r" neighbor (\S+) interface\b", line):
            neighbors[found[1]] = number
    return FrrText(
        path=path,
        text=text,
        hostname=_first(r"^hostname (\S+)", text),
        asn=_first(r"^router bgp (\d+)$", text),
        router_id=_first(r"^ bgp router-id (\S+)", text),
        addresses=addresses,
        neighbors=neighbors,
        descriptions=dict(re.findall(r"^ neighbor (\S+) description (.+)$", text, re.MULTILINE)),
        segments={bond: (said[0], said[-1]) for bond, said in segments.items()},
        vrfs=dict(re.findall(r"^vrf (\S+)\n vni (\d+)$", text, re.MULTILINE)),
        overlay=bool(re.search(r"^ address-family l2vpn evpn$", text, re.MULTILINE)),
    )


def undefined(read: FrrText) -> Iterator[Complaint]:
    """Yield every name that a file uses and does not define: FRR starts, and lets all pass."""
    lines = read.text.splitlines()
    for kind, definition in _DEFINITIONS.items():
        defined = {found[1] for line in lines if (found := definition.match(line))}
        for number, line in enumerate(lines, start=1):
            for name in _USES[kind].findall(line):
                if name not in defined:
                    column = line.index(name) + 1
                    message = f"there is no {kind} {name!r} in this file"
                    yield Complaint(read.path, message, number, column)


def _first(pattern: str, text: str) -> str:
    found = re.search(pattern, text, re.MULTILINE)
    return found[1] if found else ""


def is_word(name: str) -> bool:
    """Return whether a name may be an argument of a program without meaning anything else."""
    return bool(_WORD.fullmatch(name))


@dataclass(frozen=True, slots=True)
class NvueText:
    """What a startup.yaml says."""

    path: str
    text: str
    tree: Mapping[str, Any]

    @property
    def interfaces(self) -> Mapping[str, Any]:
        """Return its interfaces by name."""
        found: Mapping[str, Any] = self.tree.get("interface", {})
        return found

    @property
    def vnis(self) -> dict[str, str]:
        """Return the VNI of every VLAN's interface that a tunnel carries, by its name."""
        bridges = self.tree.get("bridge", {}).get("domain", {})
        vlans = bridges.get("br_default", {}).get("vlan", {})
        return {f"vlan{vlan}": next(iter(it["vni"])) for vlan, it in vlans.items() if "vni" in it}

    def line_of(self, words: str) -> int:
        """Return the line where some words stand, or the first."""
        before, found, _ = self.text.partition(words)
        return before.count("\n") + 1 if found else 1


def read_nvue(path: str, text: str) -> NvueText | Complaint:
    """Return what a startup.yaml says, or why it says nothing."""
    import yaml

    try:
        (item,) = yaml.load(text, Loader=yaml.CSafeLoader)
        return NvueText(path, text, item["set"])
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return Complaint(path, f"it is no YAML: {error.problem}", line)
    except (yaml.YAMLError, ValueError, KeyError, TypeError):
        return Complaint(path, "it is not a list of one item, `set`, as NVUE reads it")
