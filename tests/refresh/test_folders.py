from __future__ import annotations

from pathlib import Path

import pytest

import worlds
from rackwright import expand, render, spec
from rackwright.refresh import folders


def test_a_file_at_the_top_is_the_site_s() -> None:
    files = {"SUMMARY.md": "1", "site/plan.json": "2"}
    assert folders.parted("site", files) == {"": {"SUMMARY.md": "1"}, "site": {"plan.json": "2"}}


@pytest.mark.parametrize("path", ["SUMMARY.md", "h1-su02/x", "h1-su011/x"])
def test_no_unit_writes_into_the_folder_of_another(path: str) -> None:
    with pytest.raises(ValueError, match="not in h1-su01/"):
        folders.parted("h1-su01", {path: ""})


@pytest.mark.parametrize("site", sorted(worlds.SITES.iterdir()), ids=lambda site: site.name)
def test_every_artefact_lies_in_the_folder_of_its_unit(site: Path) -> None:
    loaded = spec.load(site)
    for unit in expand.units(loaded):
        folders.parted(unit.folder, dict(render.unit_files(expand.expand(loaded, unit))))


def test_what_is_in_no_unit_s_folder_is_a_stray(tmp_path: Path) -> None:
    for path in ("site/a", "fabrics/ib/a", "fabrics/old/deep/a", "h1-su01/a", "h1-su02/a"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    (tmp_path / "fabrics/b").touch()
    (tmp_path / "c").touch()  # at the top it is compared with the site's files
    units = ["site", "fabrics/ib", "h1-su01"]
    assert sorted(folders.strays(tmp_path, units)) == [
        "fabrics/b",
        "fabrics/old/deep/a",
        "h1-su02/a",
    ]
