"""The example sites' committed rendered/ is what the program renders today.

Accept a wanted difference with `rackwright render tests/sites/<site>` and have it reviewed.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import worlds
from rackwright import console, inputs, plan, render, tree

SITES = sorted(worlds.SITES.iterdir())


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.name)
def test_the_committed_tree_is_what_is_rendered(site: Path) -> None:
    differences = tree.compare(render.render(site), site / "rendered")
    if differences:
        pytest.fail("\n".join(map(console.difference_text, differences)), pytrace=False)


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.name)
def test_acting_rooms_can_read_every_plan(site: Path) -> None:
    inputs.require_current(site)
    for unit in plan.read_site(site).units:
        assert plan.read_unit(site, unit).unit == unit
