from __future__ import annotations

import ast
from pathlib import Path

import pytest

from rackwright import hardware

PACKAGE = Path(hardware.__file__).parents[1]
TYPES = sorted(hardware.catalogue())


@pytest.mark.parametrize("name", TYPES)
def test_a_type_is_named_as_its_file(name: str) -> None:
    assert hardware.catalogue()[name].name == name


@pytest.mark.parametrize("name", TYPES)
def test_every_number_has_a_source_and_says_how_far_it_is_proven(name: str) -> None:
    facts = hardware.facts(name)
    assert len(facts) > 20
    for fact in facts:
        assert len(fact.source) > 10, fact.path
        assert fact.proof in hardware.PROOFS, fact.path


@pytest.mark.parametrize("name", TYPES)
def test_slots_are_as_many_as_devices(name: str) -> None:
    for kind in hardware.catalogue()[name].devices:
        assert sum(last - first + 1 for first, last in kind.slots) == kind.count


def test_the_gb300_rack_is_the_one_in_the_reference() -> None:
    kind = hardware.catalogue()["gb300-nvl72"]
    assert [device.count for device in kind.devices] == [18, 9, 8]
    power = kind.power
    assert (power.tdp_kw, power.max_kw, power.edpp_kw, power.planning_kw) == (135, 142, 155, 150)
    assert kind.host.sockets * kind.host.cores_per_socket == 144


def test_no_code_asks_for_a_product_by_its_name() -> None:
    asked = [
        f"{path.name}:{node.lineno}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and node.value in TYPES
    ]
    assert asked == []
