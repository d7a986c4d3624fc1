"""spectrum-x: the Ethernet compute fabric of NVIDIA's Enterprise architecture, in two planes.

A ConnectX-8 in Ethernet mode has two ports of 400G and none of 800G: port 1 is in plane A, port 2
in plane B. Leaf N of a plane carries GPU N, so a rail has its own leaves, each for 2 racks.

Published: 4 racks have 16 SN5610 leaves and 8 spines in both planes together, and a plane of two
tiers has 1,024 ports at most. Derived from that row: 36 ports down and up on each leaf, and the
rule for the spines.
"""

from __future__ import annotations

from rackwright.expand.fabrics import clos, spectrum
from rackwright.expand.fabrics.kind import Need

GPUS = 4
PLANES = 2
MOST = 1024
"""Ports to trays in one plane."""

CLOS = clos.Clos(
    word="spectrum-x",
    model="SN5610",
    leaf="cleaf",
    spine="cspine",
    port="fabric",
    lanes=tuple(
        f"fabric-{gpu}-p{plane}" for plane in range(1, PLANES + 1) for gpu in range(1, GPUS + 1)
    ),
    planes=PLANES,
    racks_per_leaf=spectrum.RACKS_PER_LEAF,
    groups=spectrum.GROUPS,
    gbps=spectrum.GBPS,
    first_up=spectrum.FIRST_UP,
    name=spectrum.name,
    unproven=(
        "its leaves and spines are derived from the one row that NVIDIA publishes, of 4 racks",
        "which port takes what is ours, for no source says it",
    ),
)
PORTS_PER_UNIT = CLOS.racks_per_unit * clos.TRAYS_PER_RACK * GPUS
UNITS = MOST // PORTS_PER_UNIT

KIND = clos.kind(
    CLOS,
    units=UNITS,
    limit=(
        f"a plane of two tiers has {MOST:,} ports to trays at most",
        f"a scalable unit takes {PORTS_PER_UNIT} of them, one for each GPU",
    ),
    need=Need("compute", "fabric", GPUS, 800),
    hosts="routed",
)
