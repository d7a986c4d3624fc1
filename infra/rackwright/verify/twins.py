"""What NVUE is told and what FRR was run with, held against each other and against the cable plan.

No NVUE runs outside a switch. So what it is told is proven by its twin: the file that FRR has run
says the same neighbours, numbers, addresses and segments, or one of the two is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rackwright.verify.cable_plan import End
from rackwright.verify.consumer import Complaint
from rackwright.verify.switch_text import FrrText, NvueText

_UPLINK = "uplink, to whoever is plugged in"
"""How a port is described whose far end no list says."""


def differences(frr: FrrText, nvue: NvueText) -> Iterator[Complaint]:
    """Yield everything that the two files of a switch say differently."""
    bgp = nvue.tree.get("router", {}).get("bgp", {})
    told = nvue.tree.get("vrf", {}).get("default", {}).get("router", {}).get("bgp", {})
    pairs: tuple[tuple[str, object, object, str], ...] = (
        ("hostname", nvue.tree.get("system", {}).get("hostname"), frr.hostname, "hostname:"),
        ("AS number", str(bgp.get("autonomous-system")), frr.asn, "autonomous-system:"),
        ("router id", bgp.get("router-id"), frr.router_id, "router-id:"),
        ("neighbours", {*told.get("neighbor", {})}, {*frr.neighbors}, "neighbor:"),
        ("addresses", _addresses(nvue), _flat(frr.addresses), "interface:"),
        ("Ethernet segments", _segments(nvue), {**frr.segments}, "interface:"),
        ("VRFs", _vrfs(nvue), {**frr.vrfs}, "vrf:"),
        ("EVPN", "evpn" in nvue.tree, frr.overlay, "set:"),
    )
    for what, here, there, words in pairs:
        if here != there:
            yield Complaint(
                nvue.path,
                f"its {what} are not those of {frr.path}"
                if what.endswith("s")
                else f"its {what} is not that of {frr.path}",
                _line(nvue, here, there, words),
                words=tuple(_shown(here, there)),
            )


def uncabled(nvue: NvueText, name: str, plan: Mapping[End, End]) -> Iterator[Complaint]:
    """Yield every port that is in the file and not in the cable plan, the reverse, and moved."""
    described = {
        port: said.get("description", "")
        for port, said in nvue.interfaces.items()
        if said.get("type") == "swp" and "breakout" not in said.get("link", {})
    }
    cabled = {port: f"{far} {end}" for (device, port), (far, end) in plan.items() if device == name}
    for port in sorted({*described, *cabled}):
        here, there = described.get(port), cabled.get(port)
        if here == there or (there is None and here == _UPLINK):
            continue
        line = nvue.line_of(f"      {port}:") if here is not None else 1
        said = "is not configured" if here is None else f"leads to {here!r}"
        planned = f"the cable plan leads it to {there!r}" if there else "the cable plan has none"
        yield Complaint(nvue.path, f"port {port} of {name} {said}, and {planned}", line)


def unequal(
    told: Mapping[str, NvueText | Complaint], plan: Mapping[End, End]
) -> Iterator[Complaint]:
    """Yield every cable between two switches whose ends have different MTUs."""
    for name, nvue in told.items():
        if isinstance(nvue, Complaint):
            continue
        for port, said in nvue.interfaces.items():
            far, end = plan.get((name, port), ("", ""))
            other = told.get(far)
            if name < far and isinstance(other, NvueText):
                here, there = _mtu(said), _mtu(other.interfaces.get(end, {}))
                if here != there:
                    message = (
                        f"port {port} has an MTU of {here}, and its far end {far} {end} {there}"
                    )
                    yield Complaint(nvue.path, message, nvue.line_of(f"      {port}:"))


def _mtu(said: Mapping[str, Any]) -> object:
    return said.get("link", {}).get("mtu", "its default")


def _addresses(nvue: NvueText) -> set[tuple[str, str]]:
    return {
        (name, address)
        for name, said in nvue.interfaces.items()
        for family in ("ipv4", "ipv6")
        for address in said.get(family, {}).get("address", {})
    }


def _flat(addresses: Mapping[str, tuple[str, ...]]) -> set[tuple[str, str]]:
    return {(name, address) for name, every in addresses.items() for address in every}


def _segments(nvue: NvueText) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for name, said in nvue.interfaces.items():
        segment: dict[str, Any] = said.get("evpn", {}).get("multihoming", {}).get("segment", {})
        if segment:
            found[name] = (str(segment.get("local-id")), str(segment.get("mac-address")))
    return found


def _vrfs(nvue: NvueText) -> dict[str, str]:
    return {
        name: next(iter(said["evpn"]["vni"]), "")
        for name, said in nvue.tree.get("vrf", {}).items()
        if "evpn" in said
    }


def _line(nvue: NvueText, here: object, there: object, words: str) -> int:
    """Return where the first interface stands that differs, or else the words."""
    if isinstance(here, dict) and isinstance(there, dict):
        here, there = set(here.items()), set(there.items())
    if isinstance(here, set) and isinstance(there, set) and (odd := sorted(here - there, key=str)):
        name = odd[0][0] if isinstance(odd[0], tuple) else odd[0]
        return nvue.line_of(f"      {name}:")
    return nvue.line_of(words)


def _shown(here: object, there: object) -> Iterator[str]:
    if isinstance(here, set) and isinstance(there, set):
        yield f"here alone: {', '.join(sorted(map(str, here - there))) or 'nothing'}"
        yield f"there alone: {', '.join(sorted(map(str, there - here))) or 'nothing'}"
    else:
        yield f"here {here}, there {there}"
