"""FRR: each fabric really runs, a router for each switch and a wire for each cable.

What a switch is told in NVUE is rendered a second time for FRR, and that is what runs here: every
session must come up with the neighbour that the cable plan has on that port, every switch must
reach every prefix over as many ways as there are cables, and tunnels must find their far ends. FRR
lets undefined names pass, so those are looked for in the text. NVUE's file must say the same.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from rackwright.verify import cable_plan, routes, switch_room, switch_text, twins
from rackwright.verify.cable_plan import End
from rackwright.verify.consumer import (
    Allowed,
    Case,
    Complaint,
    Consumer,
    Judge,
    NotChecked,
    Program,
    Rendered,
    allowed,
)
from rackwright.verify.placing import shortened
from rackwright.verify.room import Room
from rackwright.verify.switch_room import Router
from rackwright.verify.switch_text import FrrText, NvueText

OF_A_KIND, MOST = 6, 24
"""Switches of one unit and tier, and all together, in one room."""
PARALLEL = 4
"""Cables between two switches in one room; of more the first run, and all are read."""
SECONDS_TO_MEET = 45
SECONDS_TO_LEARN = 20
ALLOWED = (
    Allowed("Disabling MPLS support", "nothing of ours uses MPLS"),
    Allowed("vty_open_config: ", "all configuration comes by vtysh"),
    Allowed(
        r"\[FSM\]|bgp_read_packet error|BGP OPEN receipt failed",
        "the other end still starts; whether a session comes up is asked afterwards",
    ),
    Allowed("RA enable client bgp - interface unknown", "not every parallel cable is laid"),
    Allowed("txn in progress, retry", "the daemons of one switch start together"),
    Allowed("Locking for DS", "a daemon that still starts holds it: the file is then fed again"),
    Allowed("libyang Invalid .*frr-vrf:lib", "FRR reads back the state of a VRF that is starting"),
    Allowed("evpn mh|EVPN MH|es-", "bonds are not simulated, so no Ethernet segment comes up"),
)


Switches = Mapping[str, FrrText]
"""What every switch's frr.conf says, by its name: the folder it lies in."""


def cases(rendered: Rendered) -> Iterator[Case]:
    """Yield a case for the switches that sessions join, and for each unit's others."""
    switches = {
        PurePosixPath(path).parts[-2]: switch_text.read_frr(path, rendered.text(path))
        for path in rendered.paths
        if "/switches/" in path and path.endswith("/frr.conf")
    }
    plan = cable_plan.far_ends(rendered) if switches else {}
    for group in _groups(switches, plan):
        paths = tuple(switches[name].path for name in group)
        title = f"{group[0]} to {group[-1]}" if len(group) > 1 else group[0]
        unit = paths[-1].partition("/switches/")[0]
        yield Case(title, unit, paths, _judged(rendered, switches, group, plan))


def _groups(switches: Switches, plan: Mapping[End, End]) -> Iterator[list[str]]:
    """Yield the switches that sessions join, those of a unit first, then what no session joins."""
    left, alone = set(switches), dict[str, list[str]]()
    for name in sorted(switches):
        if name in left:
            group = _joined(switches, name, plan)
            left -= group
            if len(group) > 1:
                yield sorted(group, key=lambda each: (_is_shared(switches[each]), each))
            else:
                alone.setdefault(switches[name].path.partition("/")[0], []).append(name)
    yield from alone.values()


def _is_shared(switch: FrrText) -> bool:
    return switch.path.startswith("fabrics/")


def _joined(switches: Switches, name: str, plan: Mapping[End, End]) -> set[str]:
    """Return a switch and everything that sessions join it to, directly or through others."""
    group, edge = {name}, [name]
    while edge:
        far = set(_links(switches, edge.pop(), plan).values()) - group
        group |= far
        edge += far
    return group


def _links(switches: Switches, name: str, plan: Mapping[End, End]) -> dict[str, str]:
    """Return the ports of a switch with sessions to others, and to whom the cables lead."""
    ports = switches[name].neighbors
    ends = {port: plan[name, port] for port in ports if (name, port) in plan}
    return {
        port: far
        for port, (far, end) in ends.items()
        if far in switches and end in switches[far].neighbors
    }


def _judged(
    rendered: Rendered, switches: Switches, group: list[str], plan: Mapping[End, End]
) -> Judge:
    def judge(room: Room) -> Iterator[Complaint]:
        told = {name: _nvue(rendered, switches[name]) for name in group}
        found = list(_unread(room, [switches[name] for name in group]))
        found += [said for name in group for said in _text(name, switches[name], told[name], plan)]
        found += twins.unequal(told, plan)
        yield from found
        if found:
            return
        names = _few(switches, group)
        cables = list(_cables(switches, names, plan))
        links: dict[str, dict[str, str]] = {name: {} for name in names}
        for near, port, far, end in cables:
            links[near][port], links[far][end] = far, near
        routers = [_router(switches[name], told[name], links[name]) for name in names]
        switch_room.start(room, routers, cables)
        yield from _run(room, routers)

    return judge


def _few(switches: Switches, group: Sequence[str]) -> list[str]:
    """Return the switches that run: some of each tier, what units share before the units."""
    counts: dict[str, int] = {}
    found = []
    for name in sorted(group, key=lambda each: (not _is_shared(switches[each]), each)):
        alike = name.rpartition("-")[0]
        counts[alike] = counts.get(alike, 0) + 1
        if counts[alike] <= OF_A_KIND:
            found.append(name)
    return found[:MOST]


def _cables(
    switches: Switches, names: Sequence[str], plan: Mapping[End, End]
) -> Iterator[tuple[str, str, str, str]]:
    """Yield switch, port, switch, port of every cable that is laid in the room."""
    for near in names:
        laid: dict[str, int] = {}
        for port, far in _links(switches, near, plan).items():
            if near < far and far in names and laid.setdefault(far, 0) < PARALLEL:
                laid[far] += 1
                yield near, port, far, plan[near, port][1]


def _nvue(rendered: Rendered, switch: FrrText) -> NvueText | Complaint:
    path = str(PurePosixPath(switch.path).with_name("startup.yaml"))
    if path not in rendered.paths:
        return Complaint(switch.path, "there is no startup.yaml beside it")
    return switch_text.read_nvue(path, rendered.text(path))


def _unread(room: Room, switches: Sequence[FrrText]) -> Iterator[Complaint]:
    """Yield every line that FRR's own parser does not know."""
    for switch, lines in zip(switches, switch_room.parsed(room, switches), strict=True):
        for line in lines:
            if found := re.match(r"line (\d+): (.*)", line):
                yield Complaint(switch.path, found[2], int(found[1]))


def _text(
    name: str, frr: FrrText, nvue: NvueText | Complaint, plan: Mapping[End, End]
) -> Iterator[Complaint]:
    """Yield what is wrong with a switch's files before anything runs."""
    yield from switch_text.undefined(frr)
    if frr.hostname != name or not switch_text.is_word(name):
        yield Complaint(frr.path, f"its hostname is {frr.hostname!r}, and its folder is {name!r}")
    if isinstance(nvue, Complaint):
        yield nvue
        return
    yield from twins.differences(frr, nvue)
    yield from twins.uncabled(nvue, name, plan)


def _router(frr: FrrText, nvue: NvueText | Complaint, links: Mapping[str, str]) -> Router:
    if isinstance(nvue, Complaint):
        raise TypeError(nvue.message)
    of_tenants = {name for name, said in nvue.interfaces.items() if said.get("vrf")}
    closed = {*of_tenants, *(port for port in frr.neighbors if port in frr.descriptions)}
    stubs = {*frr.addresses, *frr.neighbors} - {"lo", *links} - closed
    tunnels = {vlan: vni for vlan, vni in nvue.vnis.items() if vlan in stubs}
    return Router(frr=frr, links=links, stubs=sorted(stubs), tunnels=tunnels)


def _run(room: Room, routers: Sequence[Router]) -> Iterator[Complaint]:
    refusals = [each for router in routers for each in _refused(room, router)]
    if refusals:
        yield from refusals
        return
    missing = _waited(lambda: list(_unmet(room, routers)), SECONDS_TO_MEET)
    if missing:
        yield from missing
        return
    questions = (_unannounced, _unlearnt, _apart)
    yield from _waited(
        lambda: [found for ask in questions for found in ask(room, routers)], SECONDS_TO_LEARN
    )


def _refused(room: Room, router: Router) -> Iterator[Complaint]:
    for line in switch_room.refused(room, router):
        if allowed(line, ALLOWED):
            continue
        found = re.match(r"line (\d+): (.*)", line)
        number, said = (int(found[1]), found[2]) if found else (1, line)
        yield Complaint(router.frr.path, said, number)


def _waited(ask: Callable[[], list[Complaint]], seconds: float) -> list[Complaint]:
    """Ask until there is nothing to complain of, or the time is over; return the last answer."""
    deadline = time.monotonic() + seconds
    while (found := ask()) and time.monotonic() < deadline:
        time.sleep(0.3)
    return found


def _unmet(room: Room, routers: Sequence[Router]) -> Iterator[Complaint]:
    """Yield every port without a session to the switch that the cable plan has there."""
    for router in routers:
        if not router.links:
            continue
        sessions = switch_room.show(room, router.name, "bgp neighbors")
        for port, far in router.links.items():
            session = sessions.get(port, {})
            state = session.get("bgpState", "no session")
            met = session.get("hostname", "nobody")
            if state != "Established" or met != far:
                message = f"port {port} does not meet {far}: {state}, with {met}"
                yield Complaint(router.frr.path, message, router.frr.neighbors[port])


def _unlearnt(room: Room, routers: Sequence[Router]) -> Iterator[Complaint]:
    """Yield every prefix that a switch does not reach, or not over every cable."""
    adjacency = {router.name: router.links for router in routers}
    asns = {router.name: router.frr.asn for router in routers}
    origins = {router.name: routes.prefixes(_announced(router)) for router in routers}
    known = {router.name: _routes(room, router.name) for router in routers if router.links}
    short: dict[str, list[str]] = {}
    for each in routes.expected(adjacency, origins, asns):
        ports = known[each.switch].get(each.prefix, frozenset())
        if ports != each.ports:
            said = f"{each.switch}: over {len(ports)} ports, not over its {len(each.ports)}"
            short.setdefault(each.prefix, []).append(said)
    for prefix, words in short.items():
        origin = next(router for router in routers if prefix in origins[router.name])
        message = f"{prefix} of {origin.name} is not reached over every cable"
        yield Complaint(origin.frr.path, message, words=shortened(tuple(words)))


def _unannounced(room: Room, routers: Sequence[Router]) -> Iterator[Complaint]:
    """Yield every network that a switch without neighbours here would not announce to any."""
    for router in routers:
        if router.links:
            continue
        known: set[str] = set()
        for family in ("ipv4", "ipv6"):
            known.update(
                switch_room.show(room, router.name, f"bgp {family} unicast").get("routes", {})
            )
        for prefix in sorted(routes.prefixes(_announced(router)) - known):
            yield Complaint(router.frr.path, f"{prefix} is connected, and not announced")


def _announced(router: Router) -> dict[str, tuple[str, ...]]:
    """Return the addresses whose networks a switch announces: those of interfaces in the room."""
    there = {"lo", *router.stubs, *router.links}
    return {name: every for name, every in router.frr.addresses.items() if name in there}


def _routes(room: Room, name: str) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for family in ("ip", "ipv6"):
        for prefix, ways in switch_room.show(room, name, f"{family} route").items():
            for way in ways:
                if way.get("protocol") == "bgp" and way.get("selected"):
                    hops = (hop for hop in way["nexthops"] if hop.get("active"))
                    found[prefix] = frozenset(hop["interfaceName"] for hop in hops)
    return found


def _apart(room: Room, routers: Sequence[Router]) -> Iterator[Complaint]:
    """Yield every tunnel that does not know its far ends."""
    ends: dict[str, set[str]] = {}
    for router in routers:
        for vni in router.tunnels.values():
            ends.setdefault(vni, set()).add(router.frr.router_id)
    for router in routers:
        for vlan, vni in router.tunnels.items():
            known = switch_room.show(room, router.name, f"evpn vni {vni}").get("remoteVteps") or []
            found = {each["ip"] if isinstance(each, dict) else each for each in known}
            if found != ends[vni] - {router.frr.router_id}:
                message = f"the tunnel of {vlan}, VNI {vni}, ends at {sorted(found) or 'nobody'}"
                yield Complaint(router.frr.path, message)


CONSUMER = Consumer(
    name="frr",
    checks="meets the cable plan's neighbours, reaches every prefix over every cable",
    programs=(Program("bgpd", "frr"), Program("vtysh", "frr")),
    cases=cases,
    reads=("*/switches/*",),
    not_checked=(
        NotChecked("VRFs and bonds", "this kernel has none: their lines are read, not run"),
        NotChecked("RoCE, adaptive routing, MTU", "only a switch's ASIC has them"),
        NotChecked(
            f"beyond {OF_A_KIND} switches of a tier, {PARALLEL} cables between two",
            "the first run, and all are read",
        ),
    ),
)
