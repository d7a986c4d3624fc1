"""spectrum-x: the Ethernet compute fabric of NVIDIA's Enterprise architecture, in two planes.

A ConnectX-8 in Ethernet mode has two ports of 400G and none of 800G: port 1 is in plane A, port 2
in plane B. Leaf N of a plane carries GPU N, so a rail has its own leaves, each for 2 racks. The
leaves and spines of eight racks are a pod; where more are planned, super-spines join the pods.

Published (NVIDIA Enterprise Reference Architecture, March 2026): 4 racks have 16 SN5610 leaves and
8 spines in both planes together; a plane of two tiers has 1,024 ports to trays at most, and larger
ones have leaves, spines and super-spines, without oversubscription. Derived from that row: 36 ports
down and up on each leaf, and the rule for the spines, of which eight racks then fill 64 ports down
and have 64 up. Inferred, for no table of the larger ones could be read: a pod is a scalable unit,
super-spines are in groups, and their number follows the rule for the spines.
"""

from __future__ import annotations

from rackwright.expand.fabrics import clos, pods, spectrum
from rackwright.expand.fabrics.kind import Need

GPUS = 4
PLANES = 2
MOST = 1024
"""Ports to trays in one plane of two tiers."""

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
UNITS = pods.most(CLOS)

KIND = pods.podded(
    clos.kind(
        CLOS,
        units=UNITS,
        limit=(
            f"a plane of two tiers has {MOST:,} ports to trays, and a unit takes {PORTS_PER_UNIT}",
            f"so each unit is a pod, and each of its spines has {spectrum.PORTS // 2} cables up",
            f"one to each super-spine, of {spectrum.PORTS} ports: {UNITS} units",
        ),
        need=Need("compute", "fabric", GPUS, 800),
        hosts="routed",
    ),
    CLOS,
    super_spine="cssp",
    inferred=(
        f"NVIDIA has super-spines above {MOST:,} ports a plane, but no table of how many could be "
        "read: their number and groups are inferred"
    ),
)
