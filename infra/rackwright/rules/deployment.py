"""What is installed can be deployed the way we deploy: through its BMC's virtual media."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.inventory import Inventory
from rackwright.problems import Problem
from rackwright.rules import places
from rackwright.spec import Loaded


def hosts_can_be_booted(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """Trays whose BMC lends no boot medium are powered on, find nothing to boot and time out."""
    yield from places.once(_unbootable(loaded))


def _unbootable(loaded: Loaded) -> Iterator[tuple[str, Problem]]:
    for place in places.racks(loaded):
        kind = loaded.catalogue.get(place.rack.kind)
        if kind is None or place.rack.state != "installed":
            continue
        bmc = kind.device_type("compute").bmc
        if not bmc.virtual_media:
            problem = loaded.document.problem(
                place.rack.at("kind"),
                "no-virtual-media",
                f"the compute trays of {place.rack.name} cannot be booted",
                because=(
                    f"{kind.name} has virtual_media: false; its BMCs speak {bmc.dialect}",
                    "compute trays are deployed from virtual media",
                ),
                hint="leave the rack planned, or correct the hardware file",
            )
            yield place.rack.name, problem
