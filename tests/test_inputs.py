from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import worlds
from rackwright import inputs
from rackwright.problems import StaleRender


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return shutil.copytree(worlds.ONE_RACK, tmp_path / "site")


def test_a_tree_that_was_just_rendered_is_current(site: Path) -> None:
    inputs.require_current(site)


def test_a_changed_byte_makes_it_stale_and_is_named(site: Path) -> None:
    (site / "site.yaml").write_text((site / "site.yaml").read_text() + "\n")
    with pytest.raises(StaleRender, match=r"site\.yaml has changed since") as raised:
        inputs.require_current(site)
    assert raised.value.hint.startswith(f"rackwright render {site}")


@pytest.mark.parametrize("name", ["as-built/h1-su02.csv", "hardware/our-rack.yaml"])
def test_a_file_that_came_since_makes_it_stale(site: Path, name: str) -> None:
    (site / name).parent.mkdir(exist_ok=True)
    (site / name).write_text("\n")
    with pytest.raises(StaleRender, match=name):
        inputs.require_current(site)


def test_a_file_that_is_gone_makes_it_stale(site: Path) -> None:
    (site / "as-built/h1-su01.csv").unlink()
    with pytest.raises(StaleRender, match=r"h1-su01\.csv"):
        inputs.require_current(site)


def test_a_site_that_was_never_rendered_says_so(site: Path) -> None:
    shutil.rmtree(site / "rendered")
    with pytest.raises(StaleRender, match="is not rendered"):
        inputs.require_current(site)


def test_an_empty_list_of_digests_is_not_current(site: Path) -> None:
    (site / "rendered" / inputs.FILE).write_text("")
    with pytest.raises(StaleRender):
        inputs.require_current(site)
