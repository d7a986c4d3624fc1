"""The flagship: a campus of 1,056 racks that a person can read."""

from __future__ import annotations

import worlds
from rackwright import expand, render, spec

CHILDRESS = worlds.SITES.parents[1] / "infra/sites/childress"
TEXT = (CHILDRESS / "site.yaml").read_text()


def test_it_is_said_in_a_hundred_and_fifty_lines() -> None:
    lines = TEXT.splitlines()
    assert len(lines) <= 150
    assert max(map(len, lines)) <= 100


def test_nothing_is_wrong_with_it() -> None:
    assert render.check(CHILDRESS) == ()


def test_it_is_as_large_as_was_published() -> None:
    site = expand.expand_all(spec.load(CHILDRESS))[0]
    trays = [rack.hardware.device_type("compute").count for rack in site.racks]
    assert (len(site.racks), sum(trays)) == (1056, 19008)
    assert sum(n * rack.hardware.host.gpus for n, rack in zip(trays, site.racks, strict=True)) == (
        76032
    )
    assert len({rack.name for rack in site.racks}) == 1056
    assert not any(rack.installed for rack in site.racks)


def test_its_halls_have_two_compute_fabrics_each() -> None:
    common = expand.expand_all(spec.load(CHILDRESS))[0].common
    compute = [fabric for fabric in common.fabrics if fabric.kind == "quantum-x800"]
    assert {fabric.halls: fabric.name[:2] for fabric in compute} == {
        (f"h{hall}",): f"h{hall}" for hall in range(1, 5)
    }
    assert [len(fabric.planned) for fabric in compute] == [17, 16] * 4
    assert sum(len(fabric.planned) * fabric.leaves_per_unit for fabric in compute) == 1056
    assert {fabric.spines for fabric in compute} == {72}


def test_every_number_of_it_is_marked_as_fact_or_assumption() -> None:
    assert TEXT.count("[fact F") >= 5
    assert TEXT.count("[assumed") >= 8


def test_its_pools_share_it_out() -> None:
    pools = [each for each in expand.expand_all(spec.load(CHILDRESS)) if each.unit.kind == "pool"]
    assert {each.unit.name: len(each.racks) for each in pools} == {
        "serve": 8,
        "train1": 264,
        "train2": 264,
        "train3": 264,
        "train4": 256,
    }
