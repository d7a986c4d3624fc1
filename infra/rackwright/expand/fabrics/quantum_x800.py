"""quantum-x800: the InfiniBand compute fabric of NVIDIA's DGX SuperPOD with GB300.

Q3400 switches with 144 ports of 800G, four rails, one port for each GPU. A scalable unit has two
leaves a rail, and each takes 18 trays of 4 racks: 72 ports down, and 72 up, so nothing is
oversubscribed.

Published (SuperPOD GB300, second-hand; B300 XDR): the geometry, 16 units with 128 leaves and 72
spines, 18 units as the most that two tiers reach. Derived, and in agreement with every published
row: the rule for the spines. The names of ports are those of NVOS: 72 cages of two.
"""

from __future__ import annotations

from functools import cache

from msgspec.structs import replace

from rackwright.expand.fabrics import clos
from rackwright.expand.fabrics.kind import Need

RAILS = 4
PORTS = 144
GBPS = 800


@cache
def _name(number: int) -> str:
    return f"sw{(number + 1) // 2}p{2 - number % 2}"


@cache
def number(name: str) -> int:
    """Return the number of the port that the switch calls `sw37p1`: 73."""
    cage, _, port = name.removeprefix("sw").partition("p")
    return 2 * int(cage) - 2 + int(port)


CLOS = clos.Clos(
    word="quantum-x800",
    model="Q3400",
    leaf="cleaf",
    spine="cspine",
    port="fabric",
    lanes=tuple(f"fabric-{rail}" for rail in range(1, RAILS + 1)),
    planes=1,
    racks_per_leaf=4,
    groups=2,
    gbps=GBPS,
    first_up=73,
    name=_name,
    unproven=(
        "how many spines it has is derived; it agrees with every row that NVIDIA publishes",
        "which leaf of a rail takes which racks is ours, for no source says it",
    ),
)

KIND = replace(
    clos.limited_by_spines(CLOS, ports=PORTS, need=Need("compute", "fabric", RAILS, GBPS)),
    manager="ufm",
)
