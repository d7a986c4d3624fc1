from __future__ import annotations

from pathlib import Path

import pytest

import worlds
from rackwright import expand, render, rules, spec
from rackwright.inventory import Inventory
from rackwright.spec import layout, patterns

RACK = "          - {name: a01, index: 1, kind: gb300-nvl72, state: installed, pool: train}\n"
UNIT = f"""\
      - index: 1                  # h1-su01: one folder under rendered/, one Pulumi stack
        feed: a
        racks:
{RACK}"""
DEFAULTS = "defaults: {racks: {kind: gb300-nvl72, state: planned, pool: train}}\n\nhalls:"


def loaded(folder: Path, units: str, defaults: str = DEFAULTS) -> spec.Loaded:
    site = worlds.copy(folder)
    (site / "as-built/h1-su01.csv").unlink()
    changes = [
        {"file": "site.yaml", "replace": UNIT, "by": units},
        {"file": "site.yaml", "replace": "halls:", "by": defaults},
    ]
    worlds.change(site, changes)
    return spec.load(site)


def racks(found: spec.Loaded) -> dict[str, layout.Rack]:
    return {
        rack.name: rack
        for hall in found.halls
        for unit in hall.scalable_units
        for rack in unit.racks
    }


def test_a_range_means_the_list_of_its_racks(tmp_path: Path) -> None:
    whole = loaded(
        tmp_path / "range",
        "      - {first: 1, count: 2, feed: a, racks: {first: 1, count: 2}}\n",
    )
    listed = "".join(
        f"      - {{index: {unit}, feed: a, racks: [{{index: 1}}, {{index: 2}}]}}\n"
        for unit in (1, 2)
    )
    same = loaded(tmp_path / "list", listed)
    assert list(racks(whole)) == ["h1-su01-r01", "h1-su01-r02", "h1-su02-r01", "h1-su02-r02"]
    left, right = render.render(whole.folder), render.render(same.folder)
    assert {p: t for p, t in left.items() if p != "inputs.sha256"} == {
        p: t for p, t in right.items() if p != "inputs.sha256"
    }


def test_a_hall_may_be_one_range(tmp_path: Path) -> None:
    units = "        {first: 2, count: 2, feed: a, racks: {first: 8, count: 1}}\n"
    assert list(racks(loaded(tmp_path, units))) == ["h1-su02-r08", "h1-su03-r08"]


def test_ranges_stand_beside_items_in_a_list(tmp_path: Path) -> None:
    units = (
        "      - {index: 1, feed: a, racks: [{name: a01, index: 4}, {first: 5, count: 2}]}\n"
        "      - {first: 3, count: 1, feed: a, racks: {first: 1, count: 1}}\n"
    )
    found = racks(loaded(tmp_path, units))
    assert list(found) == ["a01", "h1-su01-r05", "h1-su01-r06", "h1-su03-r01"]


EXCEPTIONS = """\
      - first: 1
        count: 3
        feed: a
        racks:
          first: 1
          count: 2
          hold: not handed over
          exceptions:
            - {index: 2, trays: {c01: {open: RMA 1}}}
        exceptions:
          - index: 2
            racks:
              hold:
              exceptions:
                - {index: 2, state: installed, trays: {c02: {open: RMA 2}}}
"""


def test_the_later_layer_wins_field_by_field_and_whole(tmp_path: Path) -> None:
    found = racks(loaded(tmp_path, EXCEPTIONS))
    assert {name: rack.hold for name, rack in found.items() if rack.hold} == {
        f"h1-su{unit}-r{rack}": "not handed over" for unit in ("01", "03") for rack in ("01", "02")
    }
    assert [name for name, rack in found.items() if rack.state == "installed"] == ["h1-su02-r02"]
    assert list(found["h1-su01-r02"].trays) == ["c01"]
    assert list(found["h1-su02-r02"].trays) == ["c02"], "trays of two layers are not merged"


@pytest.mark.parametrize(
    ("rack", "field", "line"),
    [
        ("h1-su01-r01", "kind", "defaults: {racks: {kind: gb300-nvl72"),
        ("h1-su01-r01", "hold", "          hold: not handed over"),
        ("h1-su01-r02", "trays", "            - {index: 2, trays: {c01"),
        ("h1-su02-r02", "state", "                - {index: 2, state: installed"),
    ],
)
def test_a_value_knows_its_line(rack: str, field: str, line: str, tmp_path: Path) -> None:
    found = loaded(tmp_path, EXCEPTIONS)
    at = found.document.at(racks(found)[rack].at(field))
    assert Path(at.file).read_text().splitlines()[at.line - 1].startswith(line)


def test_an_exception_of_one_rack_changes_no_other(tmp_path: Path) -> None:
    more = EXCEPTIONS.replace("          - index: 2\n", "          - index: 3\n")
    before = racks(loaded(tmp_path / "a", EXCEPTIONS))
    after = racks(loaded(tmp_path / "b", more))
    same = [name for name in before if before[name] == after[name]]
    assert same == ["h1-su01-r01", "h1-su01-r02"]
    assert list(before) == list(after)


def test_a_longer_range_changes_no_rack_it_had(tmp_path: Path) -> None:
    units = "      - {{first: 1, count: {}, feed: a, racks: {{first: 1, count: {}}}}}\n"
    before = expand.expand_all(loaded(tmp_path / "a", units.format(2, 2)))
    after = expand.expand_all(loaded(tmp_path / "b", units.format(4, 3)))
    assert all(rack in after[0].racks for rack in before[0].racks)
    assert (len(before[0].racks), len(after[0].racks)) == (4, 12)
    new = {(each.unit, device.name): device for each in after for device in each.devices}
    assert all(new[each.unit, device.name] == device for each in before for device in each.devices)


HOLES = """\
      - first: 1
        count: 3
        without: [2]
        feed: a
        racks: {first: 1, count: 4, without: [3]}
        exceptions:
          - {index: 3, racks: {without: [1]}}
"""


def test_a_hole_is_no_rack_and_moves_no_other(tmp_path: Path) -> None:
    whole = HOLES.replace("        without: [2]\n", "")
    whole = whole.replace(", without: [3]", "").replace("without: [1]", "state: planned")
    before = expand.expand_all(loaded(tmp_path / "a", whole))[0].racks
    after = expand.expand_all(loaded(tmp_path / "b", HOLES))[0].racks
    assert [rack.name for rack in after] == [
        *(f"h1-su01-r{index:02}" for index in (1, 2, 4)),
        *(f"h1-su03-r{index:02}" for index in (2, 4)),
    ]
    assert len(before) == 12
    assert all(rack in before for rack in after)


@pytest.mark.parametrize(
    ("more", "because"),
    [
        ("without: [5]", "the range is 1 to 4"),
        ("without: [4]", ""),
        ("without: [3], exceptions: [{index: 3}]", "the range is 1 to 4, without 3"),
        ("without: [3], exceptions: [{index: 4}]", ""),
    ],
)
def test_a_hole_is_inside_its_range_and_has_no_exception(
    more: str, because: str, tmp_path: Path
) -> None:
    units = f"      - {{index: 1, feed: a, racks: {{first: 1, count: 4, {more}}}}}\n"
    found = rules.judge(*both(loaded(tmp_path, units)))
    assert [each.code for each in found] == (["exception-outside"] if because else [])
    assert [each.because for each in found] == ([(because,)] if because else [])


def both(found: spec.Loaded) -> tuple[spec.Loaded, tuple[Inventory, ...]]:
    return found, expand.expand_all(found)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        (patterns.DEFAULT, "h1-su03-r12"),
        ("{hall}{unit}x{rack:03}", "h13x012"),
        ("a{unit:04}-{rack}", "a0003-12"),
        ("a01", "a01"),
    ],
)
def test_a_pattern_is_filled_from_indexes(pattern: str, name: str) -> None:
    assert patterns.fill(pattern, "h1", 3, 12) == name


@pytest.mark.parametrize(
    "pattern",
    ["{hall:02}", "{unit}-r", "{hall}--{rack}", "{rack}-x", "{hall}-{0}", "{hall.name}", "A{rack}"],
)
def test_another_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="31 characters"):
        patterns.Pattern().check(pattern)


def test_names_that_a_pattern_repeats_are_said_once_at_the_pattern(tmp_path: Path) -> None:
    units = (
        "      - {first: 1, count: 2, feed: a, racks: {first: 1, count: 4, name: 'a{rack:02}'}}\n"
    )
    (problem,) = render.check(loaded(tmp_path, units).folder)
    assert problem.code == "duplicate-name"
    assert problem.message == "this gives more than one rack the name 'a01'"


def test_a_range_beyond_the_plan_is_one_problem(tmp_path: Path) -> None:
    units = "      - {first: 1, count: 9, feed: a, racks: {first: 1, count: 9}}\n"
    messages = [problem.message for problem in render.check(loaded(tmp_path, units).folder)]
    assert [text for text in messages if "not in the plan" in text] == [
        "scalable unit 9 is not in the plan",
        "rack index 9 is not in the plan",
    ]
