"""What real consumers say: nothing against the example sites, and the right thing about mistakes.

tests/consumers/<consumer>/<mistake>.yaml edits one rendered file of an example site and says what
the consumer then complains about, and where:

    site: one-rack
    file: site/kea/kea-dhcp4.conf
    replace: '"authoritative": true'
    by: '"autoritative": true'
    complaint: got unexpected keyword "autoritative"
    line: 12

Where a mistake takes more than one edit, the others stand under `also`.
`units` asks about some of the site's alone; `at` is the file that is to blame, if another.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

import worlds
from rackwright import sandbox, verify, yamlfile
from rackwright.problems import Problem, RackwrightError

HERE = Path(__file__).parent
NAMES = tuple(consumer.name for consumer in verify.CONSUMERS)
SITES = tuple(sorted(path.name for path in worlds.SITES.iterdir()))

pytestmark = pytest.mark.lab


@pytest.fixture(autouse=True)
def _permission() -> None:
    try:
        sandbox.require_permission()
    except RackwrightError as error:
        pytest.skip(f"no consumers here: {error.message} ({error.hint})")


def complaints(site: Path, consumer: str, *units: str) -> tuple[Problem, ...]:
    work = verify.begin(site, (consumer,), units, worlds.node_image())
    return work.problems(list(work.verdicts()))


@pytest.mark.parametrize("consumer", NAMES)
@pytest.mark.parametrize("site", SITES)
def test_an_example_site_has_nothing_that_its_consumer_refuses(site: str, consumer: str) -> None:
    assert complaints(worlds.SITES / site, consumer) == ()


@pytest.mark.parametrize(
    "mistake", sorted(HERE.glob("*/*.yaml")), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_a_consumer_says_what_is_wrong_and_where(mistake: Path, tmp_path: Path) -> None:
    case = yamlfile.parse(mistake.read_text(), mistake.name).data
    site = tmp_path / "site"
    shutil.copytree(worlds.SITES / case["site"], site)
    for edit in (case, *case.get("also", ())):
        _edit(site / "rendered" / edit["file"], edit)
    found = complaints(site, mistake.parent.name, *case.get("units", ()))
    assert found, "the consumer has nothing against it"
    said = "\n".join(f"{problem.message} {' '.join(problem.because)}" for problem in found)
    assert case["complaint"] in said
    at = {(problem.at.file, problem.at.line) for problem in found}
    assert (str(site / "rendered" / case.get("at", case["file"])), case.get("line", 1)) in at


@pytest.mark.parametrize("site", SITES)
def test_every_rendered_file_is_judged_or_has_a_reason(site: str) -> None:
    work = verify.begin(worlds.SITES / site, (), (), worlds.node_image())
    unexplained = [row[-1] for row in work.rows([]) if verify.NO_CONSUMER in row[-1]]
    assert unexplained == []


@pytest.mark.parametrize("consumer", NAMES)
def test_every_consumer_has_a_mistake_that_it_finds(consumer: str) -> None:
    assert list((HERE / consumer).glob("*.yaml"))


def _edit(file: Path, case: dict[str, Any]) -> None:
    text = file.read_text()
    assert case["replace"] in text
    file.write_text(text.replace(case["replace"], case["by"], 1))
