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
`units` asks about some of the site's alone; `at` is the file that is to blame, if another;
`words` stand in the line that is, in place of its number.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

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
) -> Iterator[Mapping[Path, Future[Answer]]]:
    """Ask about every chosen mistake at once: consumers wait more than they compute."""
    sites = tmp_path_factory.mktemp("sites")
    calls = [item.callspec for item in request.session.items if hasattr(item, "callspec")]
    chosen = [each for call in calls if (each := call.params.get("mistake")) in MISTAKES]
    with ThreadPoolExecutor((os.cpu_count() or 1) + 1) as pool:
        yield {each: pool.submit(asked, each, made(each, sites)) for each in chosen}
        pool.shutdown(cancel_futures=True)


def made(mistake: Path, sites: Path) -> Path:
    """Return where a mistake's site lies."""
    return sites / mistake.parent.name / mistake.stem


class Answer(NamedTuple):
    """What a consumer says, and what it must speak of."""

    problems: tuple[Problem, ...]
    file: str
    line: int


def asked(mistake: Path, site: Path) -> Answer:
    """Make a mistake in a copy of an example site, and ask the consumer that it is for."""
    case = read(mistake)
    shutil.copytree(worlds.SITES / case["site"], site)
    worlds.change(site / "rendered", [case, *case.get("also", ())])
    work = verify.begin(site, (mistake.parent.name,), case.get("units", ()), worlds.node_image())
    file = site / "rendered" / case.get("at", case["file"])
    return Answer(work.problems(list(work.verdicts())), str(file), line(case, file.read_text()))


def line(case: Mapping[str, Any], text: str) -> int:
    before, found, _ = text.partition(case["words"]) if "words" in case else ("", "", "")
    return before.count("\n") + 1 if found else int(case.get("line", 1))


def read(mistake: Path) -> dict[str, Any]:
    data: dict[str, Any] = yamlfile.parse(mistake.read_text(), mistake.name).data
    return data


@pytest.mark.parametrize("site", SITES)
def test_an_example_site_has_nothing_that_a_consumer_refuses(site: str) -> None:
    work = verify.begin(worlds.SITES / site, (), (), worlds.node_image())
    assert work.problems(list(work.verdicts())) == ()


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_consumer_says_what_is_wrong_and_where(
    mistake: Path, answers: Mapping[Path, Future[Answer]]
) -> None:
    case, answer = read(mistake), answers[mistake].result()
    found = answer.problems
    assert found, "the consumer has nothing against it"
    said = "\n".join(f"{problem.message} {' '.join(problem.because)}" for problem in found)
    assert case["complaint"] in said
    assert (answer.file, answer.line) in {(each.at.file, each.at.line) for each in found}


@pytest.mark.parametrize("site", SITES)
def test_every_rendered_file_is_judged_or_has_a_reason(site: str) -> None:
    work = verify.begin(worlds.SITES / site, (), (), worlds.node_image())
    left = [each.what for each in work.statements([]) if each.why == verify.NO_CONSUMER]
    assert left == []


@pytest.mark.parametrize("consumer", NAMES)
def test_every_consumer_has_a_mistake_that_it_finds(consumer: str) -> None:
    assert list((HERE / consumer).glob("*.yaml"))
