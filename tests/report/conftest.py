"""Reports of the example sites, and a browser to look at them with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

import chromium
import synthetic
import worlds
from rackwright import report

CAMPUS = worlds.SITES.parents[1] / "infra/sites/childress"


@pytest.fixture(scope="session")
def campus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the campus as if it stood there: every rack installed, every serial synthetic."""
    site = tmp_path_factory.mktemp("campus") / "childress"
    text = (CAMPUS / "site.yaml").read_text().replace("state: planned", "state: installed")
    (site / "as-built").mkdir(parents=True)
    (site / "site.yaml").write_text(text)
    for name, rows in synthetic.tables(site):
        (site / "as-built" / name).write_text(rows)
    return site


@pytest.fixture(scope="session")
def written(campus: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return where the page of an example site's report is; it is written once."""
    folder = tmp_path_factory.mktemp("reports")

    @cache
    def page(name: str) -> Path:
        site = campus if name == "childress" else worlds.SITES / name
        return report.write(site, folder / name)

    return page


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[chromium.Browser]:
    """Return a running Chromium."""
    program = chromium.found()
    if not program:
        pytest.skip("no Chromium on PATH: infra/tools/set-up browser installs Debian's")
    with chromium.browser(program, tmp_path_factory.mktemp("chromium")) as running:
        yield running


@pytest.fixture
def page(browser: chromium.Browser) -> Iterator[chromium.Page]:
    """Return a new page; it must ask for nothing but files, and have nothing to complain about."""
    new = chromium.page(browser)
    new.size(1280, 800)
    new.prefer("light")
    yield new
    assert new.errors() == []
    assert [url for url in new.requests() if not url.startswith(("file:", "data:", "about:"))] == []
