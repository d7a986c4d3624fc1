"""quantum-x800: the InfiniBand compute fabric of NVIDIA's DGX SuperPOD with GB300.

Q3400 switches with 144 ports of 800G, four rails, one port for each GPU. A scalable unit has two
leaves a rail, and each takes 18 trays of 4 racks: 72 ports down, and 72 up, so nothing is
oversubscribed. Ports 1-72 lead down and 73-144 up.

Published (SuperPOD GB300, second-hand; B300 XDR): the geometry, 16 units with 128 leaves and 72
spines, 18 units as the most that two tiers reach. Derived, and in agreement with every published
row: the spines are the smallest divisor of 72 that is at least half the leaves. The names of ports
are those of NVOS.
"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.expand import naming
from rackwright.expand.fabrics.kind import Kind, Need
from rackwright.expand.placement import positions
from rackwright.hardware import HardwareType
from rackwright.inventory import Rack
from rackwright.inventory.cabling import Cable, End, Fabric, Switch
from rackwright.spec.fabrics import QuantumX800

RAILS = 4
RACKS_PER_LEAF = 4
TRAYS_PER_RACK = 18
DOWN = UP = RACKS_PER_LEAF * TRAYS_PER_RACK
PORTS = DOWN + UP
GROUPS = 2
"""Leaves a rail in a scalable unit, one for each four racks."""
LEAVES_PER_UNIT = RAILS * GROUPS
UNITS = PORTS // LEAVES_PER_UNIT
GBPS = 800
MODEL = "Q3400"
PORT = "fabric"


def spines(leaves: int) -> int:
    """Return how many spines so many leaves need: each leaf has as many cables to each of them."""
    divisors = (number for number in range(1, UP + 1) if UP % number == 0)
    return next((number for number in divisors if number * 2 >= leaves), UP)


def _numbers(fabric: QuantumX800, halls: tuple[str, ...], planned: tuple[str, ...]) -> Fabric:
    count = spines(len(planned) * LEAVES_PER_UNIT)
    return Fabric(
        name=fabric.name,
        kind=fabric.kind,
        ports=(PORT,),
        planned=planned,
        halls=halls,
        model=MODEL,
        leaves_per_unit=LEAVES_PER_UNIT,
        spines=count,
        links=UP // count,
        unproven=(
            "how many spines it has is derived; it agrees with every row that NVIDIA publishes",
            "which leaf of a rail takes which racks is ours, for no source says it",
        ),
    )


def _switches(fabric: Fabric, unit: str, racks: tuple[Rack, ...]) -> Iterator[Switch]:
    for leaf in range(1, LEAVES_PER_UNIT + 1):
        yield Switch(
            name=naming.leaf(unit, "cleaf", leaf),
            fabric=fabric.name,
            tier="leaf",
            model=MODEL,
            unit=unit,
            rack="",
            reserved=_reserved(leaf, racks),
        )


def _spines(fabric: Fabric, reserved: bool) -> Iterator[Switch]:
    for spine in range(1, fabric.spines + 1):
        yield Switch(
            name=naming.spine(fabric.name, "cspine", spine),
            fabric=fabric.name,
            tier="spine",
            model=MODEL,
            unit="",
            rack="",
            reserved=reserved,
        )


def _downlinks(fabric: Fabric, rack: Rack) -> Iterator[Cable]:
    group, place = _group(rack), (rack.index - 1) % RACKS_PER_LEAF
    leaves = [naming.leaf(rack.unit, "cleaf", rail * GROUPS + group + 1) for rail in range(RAILS)]
    for kind, index, slot in positions(rack.hardware):
        if kind.device_class != "compute":
            continue
        tray = naming.device(rack.name, rack.pod, rack.index, kind, index)
        port = _port(place * TRAYS_PER_RACK + index)
        for rail, leaf in enumerate(leaves, 1):
            yield Cable(
                fabric=fabric.name,
                bundle=f"{rack.name}--{leaf}",
                sequence=index,
                source=End(tray, f"{PORT}-{rail}", rack.name, slot),
                target=End(leaf, port),
                gbps=GBPS,
                length="in-unit",
                reserved=not rack.installed,
            )


def _uplinks(fabric: Fabric, unit: str, racks: tuple[Rack, ...]) -> Iterator[Cable]:
    first = fabric.planned.index(unit) * LEAVES_PER_UNIT
    spines_of = [naming.spine(fabric.name, "cspine", n) for n in range(1, fabric.spines + 1)]
    for leaf in range(1, LEAVES_PER_UNIT + 1):
        name, reserved = naming.leaf(unit, "cleaf", leaf), _reserved(leaf, racks)
        for number, spine in enumerate(spines_of):
            for link in range(1, fabric.links + 1):
                yield Cable(
                    fabric=fabric.name,
                    bundle=f"{name}--{spine}",
                    sequence=link,
                    source=End(name, _port(DOWN + number * fabric.links + link)),
                    target=End(spine, _port((first + leaf - 1) * fabric.links + link)),
                    gbps=GBPS,
                    length="in-hall" if len(fabric.halls) == 1 else "between-halls",
                    reserved=reserved,
                )


def _full(_fabric: Fabric, hardware: HardwareType) -> str:
    trays = hardware.device_type("compute").count
    if trays <= TRAYS_PER_RACK:
        return ""
    return f"a leaf has {TRAYS_PER_RACK} ports for each of {RACKS_PER_LEAF} racks, not {trays}"


def _reserved(leaf: int, racks: tuple[Rack, ...]) -> bool:
    """Return whether none of the racks that a leaf takes is installed."""
    return not any(rack.installed and _group(rack) == (leaf - 1) % GROUPS for rack in racks)


def _group(rack: Rack) -> int:
    return (rack.index - 1) // RACKS_PER_LEAF


def _port(number: int) -> str:
    """Return the name of a port by its number: 72 cages of two, as NVOS calls them."""
    return f"sw{(number + 1) // 2}p{2 - number % 2}"


KIND = Kind(
    word="quantum-x800",
    numbers=_numbers,
    switches=_switches,
    spines=_spines,
    downlinks=_downlinks,
    uplinks=_uplinks,
    full=_full,
    needs=(Need("compute", PORT, RAILS, GBPS),),
    racks_per_unit=GROUPS * RACKS_PER_LEAF,
    units=UNITS,
    limit=(
        f"a scalable unit has {LEAVES_PER_UNIT} leaves, and every spine has a port for every leaf",
        f"a {MODEL} has {PORTS} ports: {PORTS} / {LEAVES_PER_UNIT} = {UNITS} scalable units",
    ),
)
