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

import os
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import worlds
from rackwright import sandbox, verify, yamlfile
from rackwright.problems import Problem, RackwrightError

HERE = Path(__file__).parent
NAMES = tuple(consumer.name for consumer in verify.CONSUMERS)
SITES = tuple(sorted(path.name for path in worlds.SITES.iterdir()))
MISTAKES = tuple(sorted(HERE.glob("*/*.yaml")))

pytestmark = pytest.mark.lab


@pytest.fixture(scope="session", autouse=True)
def permission() -> None:
    try:
        sandbox.require_permission()
    except RackwrightError as error:
        pytest.skip(f"no consumers here: {error.message} ({error.hint})")


@pytest.fixture(scope="session")
def answers(
    permission: None, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[Path, Future[tuple[Problem, ...]]]]:
    """Ask about every chosen mistake at once: consumers wait more than they compute."""
    sites = tmp_path_factory.mktemp("sites")
    calls = [getattr(item, "callspec", None) for item in request.session.items]
    chosen = [call.params["mistake"] for call in calls if call and "mistake" in call.params]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield {each: pool.submit(asked, each, made(each, sites)) for each in chosen}
        pool.shutdown(cancel_futures=True)


def made(mistake: Path, sites: Path) -> Path:
    """Return where a mistake's site lies."""
    return sites / mistake.parent.name / mistake.stem


def asked(mistake: Path, site: Path) -> tuple[Problem, ...]:
    """Make a mistake in a copy of an example site, and ask the consumer that it is for."""
    case = read(mistake)
    shutil.copytree(worlds.SITES / case["site"], site)
    for edit in (case, *case.get("also", ())):
        worlds.change(site / "rendered", [edit])
    work = verify.begin(
        site, (mistake.parent.name,), case.get("units", ()), worlds.node_image()
    )
    return work.problems(list(work.verdicts()))


def read(mistake: Path) -> dict[str, Any]:
    data: dict[str, Any] = yamlfile.parse(mistake.read_text(), mistake.name).data
    return data


@pytest.mark.parametrize("site", SITES)
def test_an_example_site_has_nothing_that_a_consumer_refuses(site: str) -> None:
    work = verify.begin(worlds.SITES / site, (), (), worlds.node_image())
    assert work.problems(list(work.verdicts())) == ()


@pytest.mark.parametrize(
    "mistake", MISTAKES, ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_a_consumer_says_what_is_wrong_and_where(
    mistake: Path, answers: Mapping[Path, Future[tuple[Problem, ...]]]
) -> None:
    case, found = read(mistake), answers[mistake].result()
    assert found, "the consumer has nothing against it"
    said = "\n".join(f"{problem.message} {' '.join(problem.because)}" for problem in found)
    assert case["complaint"] in said
    file = case.get("at", case["file"])
    assert (file, case.get("line", 1)) in {
        (problem.at.file.partition("/rendered/")[2], problem.at.line) for problem in found
    }


@pytest.mark.parametrize("site", SITES)
def test_every_rendered_file_is_judged_or_has_a_reason(site: str) -> None:
    work = verify.begin(worlds.SITES / site, (), (), worlds.node_image())
    unexplained = [row[-1] for row in work.rows([]) if verify.NO_CONSUMER in row[-1]]
    assert unexplained == []


@pytest.mark.parametrize("consumer", NAMES)
def test_every_consumer_has_a_mistake_that_it_finds(consumer: str) -> None:
    assert list((HERE / consumer).glob("*.yaml"))
