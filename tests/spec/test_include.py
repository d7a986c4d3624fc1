from __future__ import annotations

import json
import textwrap
from pathlib import Path

import jsonschema
import pytest

import worlds
from rackwright import inputs, render, spec, tree, yamlfile
from rackwright.problems import StaleRender

SITE = "site.yaml"
TEXT = (worlds.ONE_RACK / SITE).read_text()
UNITS = TEXT[TEXT.index("      - index: 1    ") : TEXT.index("\npools:")]
HALL = TEXT[TEXT.index("  - name: h1") : TEXT.index("\npools:")]


def site(folder: Path, old: str, new: str, **files: str) -> Path:
    worlds.change(worlds.copy(folder), [{"file": SITE, "replace": old, "by": new}])
    for name, text in files.items():
        path = folder / "halls" / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return folder


def alone(item: str) -> str:
    """Return an item of a list as the whole of a file."""
    return textwrap.dedent(item.replace("- ", "  ", 1))


def in_two_files(folder: Path, units: str = UNITS) -> Path:
    """Return the example with its hall in one file, and the hall's units in another."""
    hall = HALL.replace(
        f"    scalable_units:\n{UNITS}", "    scalable_units: {include: units.yaml}\n"
    )
    return site(folder, HALL, "  - include: halls/h1.yaml\n", h1=alone(hall), units=units)


def codes(folder: Path) -> list[str]:
    return [problem.code for problem in render.check(folder)]


def test_an_included_hall_is_as_if_it_stood_there(tmp_path: Path) -> None:
    files = render.render(in_two_files(tmp_path))
    whole = render.render(worlds.ONE_RACK)
    assert {path for path in files if files[path] != whole[path]} == {"inputs.sha256"}


def test_a_change_in_an_included_file_makes_rendered_stale(tmp_path: Path) -> None:
    folder = in_two_files(tmp_path)
    files = render.render(folder)
    assert [line.split()[1] for line in files["inputs.sha256"].splitlines()] == [
        "as-built/h1-su01.csv",
        "halls/h1.yaml",
        "halls/units.yaml",
        "site.yaml",
    ]
    tree.write(files, folder / "rendered")
    inputs.require_current(folder)
    (folder / "halls/units.yaml").write_text("")
    with pytest.raises(StaleRender, match=r"units\.yaml has changed"):
        inputs.require_current(folder)


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("gb300-nvl72", "gb300-nvl27", "unknown-hardware", 4),
        ("state: installed", "stat: installed", "extra-forbidden", 4),
        ("feed: a", "feed: b", "unknown-reference", 2),
        ("feed: a", "feed: [a", "yaml-syntax", 3),
    ],
)
def test_a_problem_names_the_included_file(
    old: str, new: str, code: str, line: int, tmp_path: Path
) -> None:
    folder = in_two_files(tmp_path, UNITS.replace(old, new, 1))
    (problem,) = [problem for problem in render.check(folder) if problem.code == code]
    assert problem.at.file == str(folder / "halls/units.yaml")
    assert problem.at.line == line


def test_a_file_may_be_included_twice(tmp_path: Path) -> None:
    second = "  - {name: h2, index: 2, feeds: [{name: a, capacity_kw: 1250}], scalable_units: "
    rack = "kind: gb300-nvl72, state: planned, pool: train"
    unit = f"- {{index: 1, feed: a, racks: {{first: 1, count: 2, {rack}}}}}"
    include = "{include: halls/units.yaml}"
    folder = site(
        tmp_path,
        f"    scalable_units:\n{UNITS}",
        f"    scalable_units: {include}\n{second}{include}}}\n",
        units=unit,
    )
    (folder / "as-built/h1-su01.csv").unlink()
    assert codes(folder) == []
    assert [hall.scalable_units[0].racks[0].name for hall in spec.load(folder).halls] == [
        "h1-su01-r01",
        "h2-su01-r01",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "../x.yaml",
        "halls/../../x.yaml",
        "halls",
        "gone.yaml",
        "halls/h1.txt",
        "./h1.yaml",
        "rendered/site.yaml",
        "~",
        "[]",
        "12",
        '"a\\0.yaml"',
        f"{'a' * 300}.yaml",
    ],
)
def test_nothing_else_can_be_included(name: str, tmp_path: Path) -> None:
    assert codes(site(tmp_path, HALL, f"  - include: {name}\n")) == ["include-path"]


def test_a_link_out_of_the_site_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text(alone(HALL))
    folder = site(tmp_path / "site", HALL, "  - include: h1.yaml\n")
    (folder / "h1.yaml").symlink_to(outside)
    assert codes(folder) == ["include-path"]


def test_a_link_to_itself_is_no_traceback(tmp_path: Path) -> None:
    folder = site(tmp_path, HALL, "  - include: h1.yaml\n")
    (folder / "h1.yaml").symlink_to("h1.yaml")
    assert codes(folder) == ["include-path"]


@pytest.mark.parametrize("name", ["h1", "units", "../site"])
def test_a_file_that_includes_what_includes_it_is_said(name: str, tmp_path: Path) -> None:
    folder = in_two_files(tmp_path, f"- include: {name}.yaml\n")
    expected = "include-path" if ".." in name else "include-cycle"
    assert codes(folder) == [expected]


def test_other_mistakes_are_said_beside_a_missing_include(tmp_path: Path) -> None:
    folder = site(tmp_path, HALL, "  - include: gone.yaml\n")
    worlds.change(folder, [{"file": SITE, "replace": "version: 1", "by": "version: 2"}])
    assert sorted(codes(folder)) == ["include-path", "not-one-of"]


@pytest.mark.parametrize("where", ["networks", "racks"])
def test_an_include_elsewhere_is_an_unknown_key(where: str, tmp_path: Path) -> None:
    change = {
        "networks": ("  services:\n", "  include: x.yaml\n  services:\n"),
        "racks": ("        racks:\n", "        racks: {include: x.yaml}\n        rocks:\n"),
    }
    folder = site(tmp_path, *change[where])
    assert "extra-forbidden" in codes(folder)


def test_editors_know_the_places_of_an_include() -> None:
    schema = json.loads(spec.schema_text())
    for old, new in ((HALL, "  - include: h1.yaml\n"), (UNITS, "      - include: su01.yaml\n")):
        jsonschema.validate(yamlfile.parse(TEXT.replace(old, new), SITE).data, schema)
    wrong = TEXT.replace("  services:\n", "  include: x.yaml\n  services:\n")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yamlfile.parse(wrong, SITE).data, schema)
