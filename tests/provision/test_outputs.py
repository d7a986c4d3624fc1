from __future__ import annotations

from msgspec.structs import replace

import plans
from rackwright.provision import outputs
from rackwright.provision.wire import UNKNOWN

UNIT, RACK = plans.unit_plan(), plans.rack()
TRAY = RACK.compute_trays[0]


def test_a_node_has_the_same_id_whoever_computes_it() -> None:
    assert outputs.node_id("one-rack", TRAY) == outputs.node_id("one-rack", TRAY)


def test_another_serial_or_another_site_is_another_node() -> None:
    ids = {
        outputs.node_id("one-rack", TRAY),
        outputs.node_id("two-racks", TRAY),
        outputs.node_id("one-rack", replace(TRAY, serial="CT999999")),
    }
    assert len(ids) == 3


def test_a_rack_has_an_id_that_people_can_read() -> None:
    assert outputs.resource_id(UNIT, RACK) == "one-rack/a01"


def test_a_rack_that_nobody_looked_at_is_not_ready() -> None:
    found = outputs.unread(UNIT, RACK)
    assert (found["trays"]["c01"]["power"], found["ready"]) == ("unknown", False)


def test_a_preview_keeps_what_is_well_and_promises_the_rest() -> None:
    recorded = outputs.previewed(UNIT, RACK, {})
    recorded["trays"]["c01"] |= {"power": "Off", "node": "node-1"}
    found = outputs.previewed(UNIT, RACK, recorded)
    assert (found["trays"]["c01"]["power"], found["trays"]["c01"]["node"]) == ("On", "node-1")
    assert found["ready"] == UNKNOWN


def test_retired_nodes_are_in_order() -> None:
    nodes = [{"name": "x", "serial": "1", "node": node} for node in ("b", "a")]
    found = outputs.complete(RACK, {}, {}, {}, nodes)
    assert [node["node"] for node in found["retired"]] == ["a", "b"]
