"""What a report says has changed: since a revision, or by the last change of the site."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import worlds
from rackwright.report import changes

CSV = "as-built/h1-su01.csv"


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=Somebody", "-c", "user.email=somebody@site.example"]
    subprocess.run(["git", "-C", folder, *who, *words], check=True, capture_output=True)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Return a site that was committed once, and then had a tray replaced in a second commit."""
    site = worlds.copy(tmp_path / "repository/site")
    git(site.parent, "init", "--initial-branch=main")
    git(site.parent, "add", ".")
    git(site.parent, "commit", "-m", "Begin")
    git(site.parent, "tag", "begun")
    replace(site, "c07", "1643225099999")
    git(site.parent, "commit", "-am", "Replace a tray")
    return site


def replace(site: Path, label: str, serial: str) -> None:
    rows = (site / CSV).read_text().splitlines()
    (row,) = (row for row in rows if row.startswith(f"a01,{label},"))
    old = row.split(",")[2]
    worlds.change(site, [{"file": CSV, "replace": old, "by": serial}])


def told(found: changes.Changes) -> list[tuple[str, str, str]]:
    return [(each.rack, each.label, each.kind) for each in found.found]


def test_the_last_change_is_drawn_where_none_is_named(site: Path) -> None:
    found = changes.since(site)
    assert told(found) == [("a01", "c07", "replaced")]
    assert "1643225099999" in found.found[0].text
    assert found.found[0].does.startswith("replace: ")
    assert len(found.since) == 12


def test_a_commit_elsewhere_is_no_change_of_the_site(site: Path) -> None:
    (site.parent / "README").touch()
    git(site.parent, "add", ".")
    git(site.parent, "commit", "-m", "Say what this is")
    assert told(changes.since(site)) == [("a01", "c07", "replaced")]


def test_what_is_not_committed_is_the_last_change(site: Path) -> None:
    replace(site, "c09", "1643225088888")
    assert told(changes.since(site)) == [("a01", "c09", "replaced")]


def test_a_revision_can_be_named(site: Path) -> None:
    replace(site, "c09", "1643225088888")
    found = changes.since(site, "begun")
    assert (found.since, told(found)) == (
        "begun",
        [("a01", "c07", "replaced"), ("a01", "c09", "replaced")],
    )


def test_a_rack_that_left_is_listed_with_its_unit(site: Path) -> None:
    worlds.rebuild(site, {1: {"a01": 1, "a02": 2}})
    git(site.parent, "add", ".")
    git(site.parent, "commit", "-m", "Add a rack")
    worlds.rebuild(site, {1: {"a01": 1}})
    whole = [each for each in changes.since(site).found if not each.label]
    assert [(each.unit, each.rack, each.kind) for each in whole] == [("h1-su01", "a02", "removed")]


def test_nothing_is_compared_where_there_is_no_earlier_state(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path / "repository/site")
    assert changes.since(site) == changes.NOT_COMPARED
    git(site.parent, "init")
    assert changes.since(site) == changes.NOT_COMPARED
    git(site.parent, "add", ".")
    git(site.parent, "commit", "-m", "Begin")
    assert changes.since(site) == changes.NOT_COMPARED


def test_without_git_nothing_is_compared(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert changes.since(site) == changes.NOT_COMPARED


def test_what_is_in_no_rack_is_told_with_what_it_reaches(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path / "repository/site", worlds.SITES / "spectrum-x")
    git(site.parent, "init", "--initial-branch=main")
    git(site.parent, "add", ".")
    git(site.parent, "commit", "-m", "Begin")
    old = "    switches:\n      loopbacks: 10.79.1.0/26"
    change = {"file": "site.yaml", "replace": old, "by": f"    mtu: 9000\n{old}"}
    worlds.change(site, [change])
    found = changes.since(site)
    assert found.found == ()
    (fabric,) = found.beside
    assert (fabric.kind, fabric.title, fabric.text) == ("changed", "fabric ns", "MTU: 9216 → 9000")
    assert fabric.does.startswith("reload: each of its switches gets a new startup.yaml")
    assert "site.yaml:43 (fabrics.ns.mtu)" in fabric.because
    assert found.summary.startswith("touches no rack; has people reload 11 switches;")
    assert set(found.switches) > {"ns-nsspine-01", "h1-su01-nsleaf-01"}
