"""InfiniBand links as programs read them: ibnetdiscover's form, and that of NVIDIA's OpenSM.

A node goes by our name: a switch by its own, a port of a tray, which is a node, by both. Lines are
written once for a harness and filled for each of its runs; the GUIDs of nodes are holes like names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from rackwright.expand.fabrics import of_kind
from rackwright.expand.fabrics.quantum_x800 import CLOS, PORTS, number
from rackwright.inventory import Inventory
from rackwright.inventory.alike import KEPT, Blank, Blanks, Pattern, Run, hole
from rackwright.inventory.cabling import Cable, Cables, End, Fabric, Harness

Ports = dict[str, list[str]]
"""By switch: lines of its ports, each with the node and port at the other end."""
Trays = Mapping[str, tuple[str, ...]]
"""The GUIDs of the trays that are there, lane by lane, as far as they are known."""

LANES = CLOS.lanes
_UNKNOWN = ("",) * len(LANES)
_HEAD = "# rendered from the specification, do not edit\n"


def topology_of_unit(inventory: Inventory, fabric: Fabric) -> str:
    """Return the trays and leaves of a unit, as far as they are installed; empty if none is."""
    trays = {each.name: each.guids for each in inventory.devices if not each.open}
    runs = [_present(run, trays) for run in inventory.cables.of(fabric.name).installed().runs]
    down = [run for run in runs if run.pattern.records]
    if not down:
        return ""
    ports: Ports = {}
    for run in down:
        _plug(ports, _at_targets(run.pattern).filled(run.names))
    up = Cables(of_kind(fabric.kind).uplinks(fabric, inventory.unit.name, inventory.racks))
    for run in up.installed().runs:
        _plug(ports, _at_sources(run.pattern).filled(_numbered(run.names)))
    title = f"# {inventory.unit.name}: the trays and leaves of fabric {fabric.name}\n"
    adapters = (_adapters(run, trays) for run in down)
    return "\n".join((_HEAD + title, *adapters, *_switches(ports, inventory.switch_guids)))


def topology_of_spines(inventory: Inventory) -> str:
    """Return the spines as far as an installed leaf leads to them; empty if none does."""
    runs = inventory.cables.installed().runs
    ports = _plugged(_at_targets(run.pattern).filled(_numbered(run.names)) for run in runs)
    if not ports:
        return ""
    title = f"# the spines of fabric {inventory.unit.name}, after the leaves of its units\n"
    return "\n".join((_HEAD + title, *_switches(ports, inventory.switch_guids)))


def topoconfig(inventory: Inventory, fabric: Fabric) -> str:
    """Return every installed link from both ends, each as GUID and port number."""
    trays = {each.device: each.guids for each in inventory.members}
    guids = dict(inventory.switch_guids)
    for tray, known in trays.items():
        guids.update(zip((f"{tray} {lane}" for lane in LANES), known, strict=False))
    downlinks = of_kind(fabric.kind).downlinks
    down = (_present(downlinks(fabric, rack), trays) for rack in inventory.installed())
    runs = (*down, *inventory.cables.installed().runs)
    return "".join(_links(run, guids) for run in runs)


def names_all_switches(inventory: Inventory) -> bool:
    """Return whether the GUID is known of every switch at an installed link between switches."""
    return all(
        node in inventory.switch_guids
        for run in inventory.cables.installed().runs
        for ends in (_sources(run.pattern), _targets(run.pattern))
        for node in ends.filled(run.names)
    )


def _present(run: Run[Cable], there: Trays) -> Run[Cable]:
    """Return a run without the cables of trays that are not there."""
    trays, blanks = _trays(run.pattern)
    names = zip(trays, blanks.filled(run.names), strict=True)
    absent = frozenset(tray for tray, name in names if name not in there)
    return Run(_without(run.pattern, absent), run.names) if absent else run


@lru_cache(maxsize=KEPT)
def _trays(harness: Harness) -> tuple[tuple[str, ...], Blanks]:
    """Return the trays that cables come from."""
    found = tuple(dict.fromkeys(cable.source.device for cable in harness.records))
    return found, Blanks(found)


@lru_cache(maxsize=KEPT)
def _without(harness: Harness, trays: frozenset[str]) -> Harness:
    return Pattern(tuple(each for each in harness.records if each.source.device not in trays))


@lru_cache(maxsize=KEPT)
def _sources(harness: Harness) -> Blanks:
    """Return the nodes that cables come from, one for each cable."""
    return Blanks(_node(cable.source)[0] for cable in harness.records)


@lru_cache(maxsize=KEPT)
def _targets(harness: Harness) -> Blanks:
    """Return the nodes that cables lead to, one for each cable."""
    return Blanks(_node(cable.target)[0] for cable in harness.records)


def _adapters(run: Run[Cable], there: Trays) -> str:
    """Return the ports of the trays at the lower ends of a run, with their GUIDs if known."""
    guids = [
        f"caguid={guid}\n" if guid else ""
        for name in _trays(run.pattern)[1].filled(run.names)
        for guid in (*there[name], *_UNKNOWN)[: len(LANES)]
    ]
    names = {**run.names, **dict(zip(_guids(run.pattern), guids, strict=True))}
    return _blank_of_adapters(run.pattern).filled(names)


@lru_cache(maxsize=KEPT)
def _guids(harness: Harness) -> tuple[str, ...]:
    """Return the names of holes for the GUIDs of a harness's trays, lane by lane."""
    return tuple(_guid(tray, lane) for tray in _trays(harness)[0] for lane in LANES)


def _guid(tray: str, lane: str) -> str:
    return f"{tray} {lane}".replace("\0", "'")


@lru_cache(maxsize=KEPT)
def _blank_of_adapters(harness: Harness) -> Blank:
    return Blank("\n".join(map(_adapter, harness.records)))


def _adapter(cable: Cable) -> str:
    """Return the port at the lower end of a cable, with a hole for the line of its GUID."""
    (node, _), (_, peer_port) = _node(cable.source), _node(cable.target)
    guid = hole(_guid(cable.source.device, cable.source.port))
    return f'{guid}Ca\t1 "{node}"\n[1]\t"{cable.target.device}"[{peer_port}]\n'


@lru_cache(maxsize=KEPT)
def _at_targets(harness: Harness) -> Blanks:
    """Return every switch at the upper ends of a harness, each followed by its ports."""
    return _at_switches((each.target, each.source) for each in harness.records)


@lru_cache(maxsize=KEPT)
def _at_sources(harness: Harness) -> Blanks:
    """Return every switch at the lower ends of a harness, each followed by its ports."""
    return _at_switches((each.source, each.target) for each in harness.records)


def _at_switches(ends: Iterable[tuple[End, End]]) -> Blanks:
    lines: dict[str, list[str]] = {}
    for here, there in ends:
        switch, port = _node(here)
        peer, peer_port = _node(there)
        lines.setdefault(switch, []).append(f'[{port}]\t"{peer}"[{peer_port}]\n')
    return Blanks(text for switch, each in lines.items() for text in (switch, "".join(each)))


def _node(end: End) -> tuple[str, str]:
    """Return the node at the end of a cable and its port's number there, which may be a hole."""
    if end.port in LANES:
        return f"{end.device} {end.port}", "1"
    name = end.port.strip("\0")
    return end.device, hole(f"{name} number") if name != end.port else str(number(name))


def _numbered(names: Mapping[str, str]) -> dict[str, str]:
    """Return the names of a run with the numbers of ports beside their names."""
    ports = [name for name in names if name.startswith("port ")]
    return {**names, **{f"{port} number": str(number(names[port])) for port in ports}}


def _plug(ports: Ports, texts: list[str]) -> None:
    for switch, lines in zip(texts[::2], texts[1::2], strict=True):
        ports.setdefault(switch, []).append(lines)


def _plugged(leaves: Iterable[list[str]]) -> Ports:
    """Return the ports of spines; leaves that lead to the same of them are taken at once."""
    alike: dict[tuple[str, ...], list[list[str]]] = {}
    for texts in leaves:
        alike.setdefault((*texts[::2],), []).append(texts[1::2])
    ports: Ports = {}
    for spines, lines in alike.items():
        for spine, each in zip(spines, zip(*lines, strict=True), strict=True):
            ports.setdefault(spine, []).extend(each)
    return ports


def _switches(ports: Ports, guids: Mapping[str, str]) -> Iterator[str]:
    for name, lines in sorted(ports.items()):
        guid = f"switchguid={guids[name]}\n" if name in guids else ""
        yield f'{guid}Switch\t{PORTS} "{name}"\n{"".join(lines)}'


def _links(run: Run[Cable], guids: Mapping[str, str]) -> str:
    known = dict(_numbered(run.names))
    for end, nodes_there in (("source", _sources), ("target", _targets)):
        for place, node in enumerate(nodes_there(run.pattern).filled(run.names)):
            known[f"{end} {place}"] = guids.get(node, "")
    return _blank_of_links(run.pattern).filled(known)


@lru_cache(maxsize=KEPT)
def _blank_of_links(harness: Harness) -> Blank:
    return Blank("".join(_link(*each) for each in enumerate(harness.records)))


def _link(place: int, cable: Cable) -> str:
    """Return a link from both ends, with holes for the GUIDs of both nodes."""
    one = f"{hole(f'source {place}')},{_node(cable.source)[1]}"
    other = f"{hole(f'target {place}')},{_node(cable.target)[1]}"
    return f"{one},{other},Any,Active\n{other},{one},Any,Active\n"
