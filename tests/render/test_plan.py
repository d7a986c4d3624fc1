"""What a plan says is what whoever acts reads back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import worlds
from rackwright import expand, plan, spec
from rackwright.render import plan as plans
from rackwright.render.serialise import json_text


@pytest.mark.parametrize("site", sorted(worlds.SITES.iterdir()), ids=lambda site: site.name)
def test_a_plan_is_read_back_as_it_was_written(site: Path) -> None:
    for inventory in expand.expand_all(spec.load(site)):
        if inventory.unit.kind == "site":
            written, record = plans.site_plan(inventory), plan.SitePlan
        elif inventory.unit.kind == "scalable-unit":
            written, record = plans.unit_plan(inventory), plan.UnitPlan
        else:
            continue
        assert plan.load(record, json.loads(json_text(written))) == written
