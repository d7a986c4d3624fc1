"""From a rendered line back to the template, the values and the lines of the site behind it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import worlds
from rackwright import render, spec, tree, verbs
from rackwright.problems import NoSuchValue, Position, Problem
from rackwright.trace import lines
from rackwright.trace.lines import Origin

EXAMPLES = ("one-rack", "spectrum-x")
ARTEFACTS = {artefact.__module__.split(".")[-1] for artefact in render.ARTEFACTS}
ONE_RACK = spec.load(worlds.ONE_RACK)
TEMPLATES = worlds.SITES.parents[1] / "templates"
SAMPLES = 4
"""Lines that are followed back of every kind of file."""


def kinds(site: str) -> list[tuple[str, str]]:
    """Return site and path of one rendered file of each kind."""
    paths = tree.read(worlds.SITES / site / "rendered")
    by_kind = {re.sub(r"\d+|\w+-su\w+", "", path): path for path in paths}
    return [(site, path) for path in by_kind.values()]


def sampled(text: str) -> Iterator[int]:
    """Yield some numbers of lines, the first and the last with them."""
    count = len(text.splitlines())
    yield from {1 + (count - 1) * part // (SAMPLES - 1) for part in range(SAMPLES if count else 0)}


@pytest.mark.parametrize(("site", "path"), [kind for site in EXAMPLES for kind in kinds(site)])
def test_a_line_is_followed_back_to_its_artefact_and_template(site: str, path: str) -> None:
    loaded = spec.load(worlds.SITES / site)
    text = (worlds.SITES / site / "rendered" / path).read_text()
    for number in sampled(text):
        origin = lines.why_line(loaded, path, number)
        assert origin.text == text.splitlines()[number - 1]
        assert origin.artefact in ARTEFACTS
        _assert_fits(origin)


def _assert_fits(origin: Origin) -> None:
    """Assert that the words of the template's line are in the line it is said to have made."""
    if not origin.template:
        return
    name, _, number = origin.template.rpartition(":")
    written = (TEMPLATES.parent / name).read_text().splitlines()[int(number) - 1]
    for words in re.split(r"\{[{%#].*?[}%#]\}", written):
        if "{%" not in written:
            assert words.strip() in origin.text, origin


def test_the_values_of_a_line_are_named_with_the_lines_they_are_written_in() -> None:
    origin = lines.why_line(ONE_RACK, "h1-su01/kea/subnets.json", 8)
    said = {part.path: (part.value, part.reasons[-1].at) for part in origin.parts}
    mac, at = said["racks.a01.trays.c01.bmc_mac"]
    assert mac in origin.text
    assert at is not None
    assert mac in Path(at.file).read_text().splitlines()[at.line - 1]
    assert "racks.a01.trays.c01.bmc_address" in said
    assert "racks.a01.trays.c02.bmc_mac" not in said


def test_a_number_that_stands_in_many_values_belongs_to_those_that_change_the_line() -> None:
    origin = lines.why_line(ONE_RACK, "h1-su01/kea/subnets.json", 8)
    assert [part.path for part in origin.parts if part.path.endswith(".index")] == []


def test_a_file_that_is_not_current_is_not_explained(tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(worlds.ONE_RACK, site)
    with (site / "rendered/h1-su01/kea/subnets.json").open("a") as file:
        file.write("\n")
    with pytest.raises(NoSuchValue, match="not what the site says today"):
        lines.why_line(spec.load(site), "h1-su01/kea/subnets.json", 1)


@pytest.mark.parametrize(
    ("path", "line", "said"),
    [("h1-su01/kea/none", 1, "renders no"), ("h1-su01/kea/subnets.json", 9999, "has no line")],
)
def test_what_is_not_there_is_said(path: str, line: int, said: str) -> None:
    with pytest.raises(NoSuchValue, match=said):
        lines.why_line(ONE_RACK, path, line)


def test_a_problem_of_a_rendered_line_says_what_the_line_is_made_of() -> None:
    file = worlds.ONE_RACK / "rendered/h1-su01/kea/subnets.json"
    problem = Problem(Position(str(file), 8), "kea", "it is wrong")
    (explained,) = lines.explained([problem], ONE_RACK)
    assert explained.because[0].startswith("templates/kea/reservation.json.j2:")
    assert any("bmc_mac is 3c:6d:66:1a:4c:43 (" in words for words in explained.because)


def test_the_verb_explains_a_rendered_line() -> None:
    file = worlds.ONE_RACK / "rendered/h1-su01/kea/subnets.json"
    said = CliRunner().invoke(verbs.rackwright, ["show", "--why", f"{file}:8"]).output
    assert "templates/kea/reservation.json.j2:1" in said
    assert "racks.a01.trays.c01.bmc_mac is 3c:6d:66:1a:4c:43" in said
    assert "as-built/h1-su01.csv:2:23: the as-built data" in said


def test_a_member_of_a_partition_leads_to_its_row_of_as_built_data() -> None:
    loaded = spec.load(worlds.SITES / "one-su")
    origin = lines.why_line(loaded, "fabrics/ib/partitions.conf", 6)
    guid = next(part for part in origin.parts if part.path.endswith("trays.c01.guids"))
    places = [reason.at for reason in guid.reasons if reason.at]
    assert [Path(each.file).name for each in places] == ["h1-su01.csv"]
