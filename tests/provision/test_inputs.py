from __future__ import annotations

import pytest
from msgspec.structs import replace

import plans
import worlds
from rackwright import plan
from rackwright.problems import PlanError
from rackwright.provision import difference, wire
from rackwright.provision.inputs import declared, properties


def test_a_rack_comes_back_as_it_was_declared() -> None:
    unit = plan.read_unit(worlds.ONE_RACK, "h1-su01")
    sent = wire.struct(properties(unit, unit.racks[0]))
    assert declared(wire.plain(sent)) == (unit, unit.racks[0])


def test_a_decommission_comes_back_too() -> None:
    leaving = plan.Decommission(approval="CHG-1", sanitise=True)
    rack = replace(plans.rack(), decommission=leaving)
    assert declared(properties(plans.unit_plan(rack), rack))[1].decommission == leaving


def test_trays_travel_by_their_label() -> None:
    found = properties(plans.unit_plan(), plans.rack())
    assert found["rack"]["compute_trays"]["c05"]["serial"] == "CT000005"


def test_another_racks_change_leaves_the_properties_alone() -> None:
    rack, other = plans.rack(), replace(plans.rack(), name="a02")
    changed = replace(other, hold="waits for water")
    before = properties(plans.unit_plan(rack, other), rack)
    assert properties(plans.unit_plan(rack, changed), rack) == before


def test_secrets_travel_as_references() -> None:
    found = properties(plans.unit_plan(), plans.rack())
    assert found["credentials"]["compute"]["password_ref"] == "file:bmc-compute"
    assert found["access"]["host_ca_key_ref"] == "file:ssh-host-ca"


def test_what_check_added_is_no_part_of_the_declaration() -> None:
    found = properties(plans.unit_plan(), plans.rack())
    assert declared({**found, **difference.aims(plans.rack())}) == declared(found)


@pytest.mark.parametrize("rack", [None, "a01", {"compute_trays": {"c01": {}}}, {"name": "a01"}])
def test_what_declares_no_rack_is_refused(rack: object) -> None:
    with pytest.raises(PlanError):
        declared({**properties(plans.unit_plan(), plans.rack()), "rack": rack})
