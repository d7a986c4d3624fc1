from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from rackwright import hardware, yamlfile
from rackwright.expand import addressing, placement
from rackwright.hardware import reading
from rackwright.spec import site_hardware

PACKAGE = Path(hardware.__file__).parents[1]
TYPES = sorted(hardware.catalogue())
ASKING = {"startswith", "endswith", "get", "search", "match", "fullmatch", "find", "compile"}
FILES = sorted((PACKAGE / "hardware").glob("*.yaml"))


@pytest.mark.parametrize("name", TYPES)
def test_a_type_is_named_as_its_file(name: str) -> None:
    assert hardware.catalogue()[name].name == name


def test_our_files_have_the_form_that_a_sites_own_must_have() -> None:
    documents = [yamlfile.parse(path.read_text(), str(path)) for path in FILES]
    types, problems = site_hardware.read(documents, {})
    assert problems == ()
    assert types == dict(hardware.catalogue())


@pytest.mark.parametrize("name", TYPES)
def test_every_number_has_a_source_and_says_how_far_it_is_proven(name: str) -> None:
    facts = hardware.catalogue()[name].facts
    assert len(facts) > 20
    for fact in facts:
        assert len(fact.source) > 10, fact.path
        assert fact.proof in hardware.PROOFS, fact.path


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_source_is_one_of_a_number(path: Path) -> None:
    data = yamlfile.parse(path.read_text(), path.name).data
    used = {fact["source"] for fact in reading.own_facts(data).values()}
    assert used == data["sources"].keys()


@pytest.mark.parametrize("name", TYPES)
def test_devices_have_slots_of_their_own(name: str) -> None:
    kind = hardware.catalogue()[name]
    units = [
        unit
        for device, _, slot in placement.positions(kind)
        for unit in range(slot, slot + device.height)
    ]
    assert len(set(units)) == len(units) == sum(d.count * d.height for d in kind.devices)


@pytest.mark.parametrize("name", TYPES)
def test_devices_have_addresses_of_their_own(name: str) -> None:
    offsets = [
        addressing.OFFSETS[device.device_class] + index
        for device, index, _ in placement.positions(hardware.catalogue()[name])
    ]
    assert len(set(offsets)) == len(offsets)


@pytest.mark.parametrize("name", TYPES)
def test_a_rack_at_its_peak_survives_the_loss_of_its_spare_shelves(name: str) -> None:
    kind = hardware.catalogue()[name]
    left = kind.device_type("power-shelf").count - kind.power.spare_shelves
    assert left * kind.power.shelf_kw >= kind.power.edpp_kw >= kind.power.max_kw


def test_the_gb300_rack_is_the_one_in_the_reference() -> None:
    kind = hardware.catalogue()["gb300-nvl72"]
    assert [device.count for device in kind.devices] == [18, 9, 8]
    power = kind.power
    assert (power.tdp_kw, power.max_kw, power.edpp_kw, power.planning_kw) == (135, 142, 155, 150)
    assert power.shelf_kw == 33
    assert kind.host.sockets * kind.host.cores_per_socket == 144


def test_a_variant_differs_where_its_file_says_and_nowhere_else() -> None:
    base, variant = (hardware.catalogue()[name] for name in ("gb300-nvl72", "gb300-nvl72-hpe"))
    own = {fact.path for fact in variant.facts if fact.read_for == variant.name}
    theirs = {fact.path: fact for fact in base.facts}
    assert own == reading.own_facts(_data("gb300-nvl72-hpe")).keys()
    assert all(fact == theirs[fact.path] for fact in variant.facts if fact.path not in own)
    assert (variant.power.tdp_kw, variant.power.max_kw) == (132, 142)


def test_two_racks_of_the_36x2_form_are_one_domain() -> None:
    kind = hardware.catalogue()["gb200-nvl36x2"]
    slots = [slot for device, _, slot in placement.positions(kind) if device.has_host]
    assert slots == [11, 13, 15, 17, 28, 30, 32, 34, 36]
    assert kind.domain_nodes == 2 * kind.device_type("compute").count


def test_no_code_asks_for_a_product_by_its_name() -> None:
    words = {word for name in TYPES for word in name.split("-")}
    assert {"dell", "lenovo", "supermicro", "hpe", "gb200", "gb300", "nvl72"} <= words
    asked = [
        f"{path.name}:{constant.lineno}: {constant.value}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        for constant in _asked_with(node)
        if words & set(re.split("[^a-z0-9]+", constant.value.lower()))
    ]
    assert asked == []


def _asked_with(node: ast.AST) -> Iterator[ast.Constant]:
    """Yield the texts that a piece of code compares with, looks up or dispatches on."""
    for part in _questions(node):
        for inner in ast.walk(part):
            if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                yield inner


def _questions(node: ast.AST) -> Sequence[ast.expr]:
    match node:
        case ast.Compare(left=left, comparators=others):
            return [left, *others]
        case ast.MatchValue(value=value) | ast.Subscript(slice=value):
            return [value]
        case ast.Dict(keys=keys):
            return [key for key in keys if key]
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=args):
            return args if name in ASKING else []
    return []


def _data(name: str) -> dict[str, object]:
    path = PACKAGE / f"hardware/{name}.yaml"
    return yamlfile.parse(path.read_text(), path.name).data
