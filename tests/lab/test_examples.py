"""Every example site's services run on its rendered files, whatever the site declares."""

from __future__ import annotations

from pathlib import Path

import pytest

import worlds
from lab.session import Session
from rackwright import plan
from rackwright.lab import services

pytestmark = pytest.mark.lab

EXAMPLES = tuple(
    site
    for site in sorted(worlds.SITES.iterdir())
    if site != worlds.ONE_RACK and plan.read_site(site).purpose == "lab"
)
"""Those that test_one_rack does not tell."""


@pytest.mark.parametrize("site", EXAMPLES, ids=lambda site: site.name)
def test_one_rack_of_the_example_comes_up_with_all_its_services(
    session: Session, site: Path
) -> None:
    assert session.rackwright("lab", "down").code == 0
    whole = plan.read_site(site)
    rack = plan.read_unit(site, whole.units[0]).racks[0]
    up = session.rackwright("lab", "up", str(site), "--rack", rack.name)
    assert up.code == 0, up.text
    for node in whole.service_nodes:
        for unit in services.units(node):
            assert unit in up.text
    assert session.devices().keys() == {device.name for device in rack.devices}
    assert session.rackwright("lab", "down").code == 0
