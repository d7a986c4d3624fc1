from __future__ import annotations

from pathlib import Path

import pytest

import worlds
from rackwright import spec, yamlfile
from rackwright.problems import SpecError

EXAMPLE = (worlds.ONE_RACK / "site.yaml").read_text()


def test_the_example_is_well_formed() -> None:
    loaded = spec.load(worlds.ONE_RACK)
    assert loaded.site.site == "one-rack"
    assert list(loaded.inputs) == ["site.yaml", "as-built/h1-su01.csv"]


def test_every_mistake_is_said_in_one_pass(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path)
    worlds.change(
        site,
        [
            {"file": "site.yaml", "replace": "version: 1", "by": "version: 2"},
            {"file": "site.yaml", "replace": "index: 1", "by": "index: one"},
            {"file": "site.yaml", "replace": "    feeds:", "by": "    fedes:"},
            {"file": "as-built/h1-su01.csv", "replace": "3c:6d", "by": "3c-6g"},
        ],
    )
    with pytest.raises(SpecError) as caught:
        spec.load(site)
    assert sorted(problem.code for problem in caught.value.problems) == [
        "as-built-cell",
        "extra-forbidden",
        "not-one-of",
        "wrong-type",
    ]


def test_problems_are_sorted_by_place(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path)
    (site / "site.yaml").write_text("version: 1\nzzz: 1\naaa: 1\n")
    with pytest.raises(SpecError) as caught:
        spec.load(site)
    places = [problem.at for problem in caught.value.problems]
    assert places == sorted(places)


@pytest.mark.parametrize("text", ["", "[]", "just words", "1", "- a\n- b"])
def test_a_file_that_is_no_specification_at_all_is_a_problem(text: str, tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text(text)
    with pytest.raises(SpecError):
        spec.load(tmp_path)


def test_text_is_never_taken_for_a_number_or_a_number_for_text(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path)
    change = {"file": "site.yaml", "replace": "capacity_kw: 1250", "by": "capacity_kw: '9'"}
    worlds.change(site, [change])
    with pytest.raises(SpecError) as caught:
        spec.load(site)
    (problem,) = caught.value.problems
    assert problem.message == "capacity_kw is '9', expected a number"


def test_a_long_value_is_shortened_in_its_message(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path)
    worlds.change(
        site, [{"file": "site.yaml", "replace": "site: one-rack", "by": f"site: {'X' * 500}"}]
    )
    with pytest.raises(SpecError) as caught:
        spec.load(site)
    assert len(caught.value.problems[0].message) < 200


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path)
    for name in ("site.yaml", "as-built/h1-su01.csv"):
        (site / name).write_bytes(b"\xef\xbb\xbf" + (site / name).read_bytes())
    assert spec.load(site).site == spec.load(worlds.ONE_RACK).site


def test_an_empty_file_is_one_problem(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text("")
    with pytest.raises(SpecError) as caught:
        spec.load(tmp_path)
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize("site", sorted(worlds.SITES.iterdir()), ids=lambda site: site.name)
def test_the_schema_accepts_the_examples(site: Path) -> None:
    import json

    import jsonschema

    data = yamlfile.parse((site / "site.yaml").read_text(), "site.yaml").data
    jsonschema.validate(data, json.loads(spec.schema_text()))


def test_the_schema_says_something_about_every_key() -> None:
    import json

    schema = json.loads(spec.schema_text())
    silent = [
        f"{name}.{key}"
        for name, part in schema["$defs"].items()
        for key, value in part.get("properties", {}).items()
        if "description" not in value
    ]
    assert silent == []
