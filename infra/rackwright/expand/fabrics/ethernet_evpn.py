"""ethernet-evpn: storage and in-band in one physical Ethernet fabric, split by EVPN.

Each tray has two ports of 400G, to two leaves that share no fate; there is no MLAG between them.

Published: SN5600D switches and two ports a tray (SuperPOD GB300, second-hand), and that 4 racks
have 4 leaves and 2 spines (Enterprise Reference Architecture). Derived from that row: 2 racks on a
pair of leaves, 36 ports down and up on each, and the rule for the spines. What storage and border
routers are plugged into is in no source, so their cables are in no list.
"""

from __future__ import annotations

from rackwright.expand.fabrics import clos, spectrum
from rackwright.expand.fabrics.kind import Need

LANES = 2

CLOS = clos.Clos(
    word="ethernet-evpn",
    model="SN5600D",
    leaf="nsleaf",
    spine="nsspine",
    port="converged",
    lanes=tuple(f"converged-{lane}" for lane in range(1, LANES + 1)),
    planes=1,
    racks_per_leaf=spectrum.RACKS_PER_LEAF,
    groups=spectrum.GROUPS,
    gbps=spectrum.GBPS,
    first_up=spectrum.FIRST_UP,
    name=spectrum.name,
    unproven=(
        "its leaves and spines are derived from the one row that NVIDIA publishes, of 4 racks",
        "which port takes what is ours, for no source says it",
        "what storage and border routers are plugged into is in no source, and so in no list",
        "how a tenant's VRF reaches storage and the site's services is not configured",
    ),
)

KIND = clos.limited_by_spines(
    CLOS,
    ports=spectrum.PORTS,
    need=Need("compute", "converged", LANES, spectrum.GBPS),
    hosts="bonded",
)
