"""Whoever looks at what nobody should have touched sees it, in whichever process."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

import worlds
from rackwright import inputs, refresh, tree, unchanged
from rackwright.problems import Unfinished
from rackwright.refresh import looking, memory


@pytest.fixture(params=[1, 2])
def processes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many processes work; with two, one of them looks, however small the site."""
    monkeypatch.setattr(looking, "_MANY", 1)
    found: int = request.param
    return found


@pytest.fixture
def campus(tmp_path: Path) -> Path:
    """A copy of a site of several units that is rendered, and that fact remembered."""
    folder = worlds.copy(tmp_path / "campus", worlds.SITES / "two-fabric")
    refresh.refresh(folder)
    return folder


def swap(folder: Path) -> None:
    """Give a tray of the second unit another serial."""
    table = folder / "as-built/h1-su18.csv"
    lines = table.read_text().splitlines()
    cells = lines[1].split(",")
    lines[1] = ",".join((*cells[:2], "SYN000000000000001", *cells[3:]))
    table.write_text("\n".join((*lines, "")))


def test_a_site_that_nobody_touched_is_left_alone(campus: Path, processes: int) -> None:
    assert refresh.refresh(campus, processes=processes) == refresh.NOTHING


def test_of_a_changed_row_one_unit_is_rendered(campus: Path, processes: int) -> None:
    swap(campus)
    assert refresh.refresh(campus, processes=processes).units == ("h1-su18",)
    assert worlds.is_right(campus)


def test_a_file_of_another_unit_is_mended(campus: Path, processes: int) -> None:
    swap(campus)
    with (campus / "rendered/h1-su01/cables.csv").open("a") as file:
        file.write("x\n")
    assert refresh.refresh(campus, processes=processes).units == ("h1-su01", "h1-su18")
    assert worlds.is_right(campus)


def test_a_link_to_the_very_folders_is_no_folder(campus: Path, processes: int) -> None:
    swap(campus)
    fabrics = campus / "rendered/fabrics"
    fabrics.rename(campus / "moved")
    fabrics.symlink_to(campus / "moved")
    refresh.refresh(campus, processes=processes)
    assert not fabrics.is_symlink()
    assert worlds.is_right(campus)


@pytest.mark.parametrize("folder", ["rendered/", "rendered/fabrics/ib1", "rendered/h1-su18"])
def test_a_folder_whose_seal_is_lost_is_looked_at(
    folder: str, campus: Path, processes: int
) -> None:
    seals = campus / memory.FOLDER / unchanged.SEALS
    found = unchanged.parted(seals.read_text())
    del found[folder]
    seals.write_text(unchanged.joined(found))
    file = next(path for path in sorted((campus / folder).glob("*.*")) if path.name != inputs.FILE)
    file.write_text("wrong\n")
    refresh.refresh(campus, processes=processes)
    assert worlds.is_right(campus)


def test_when_the_process_that_looks_is_killed_nothing_is_changed(
    campus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    swap(campus)
    before = tree.read(campus / "rendered")
    monkeypatch.setattr(looking, "_MANY", 1)
    monkeypatch.setattr(looking, "intact", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    with pytest.raises(Unfinished, match="killed by signal 9"):
        refresh.refresh(campus, processes=2)
    assert tree.read(campus / "rendered") == before
    monkeypatch.undo()
    refresh.refresh(campus, processes=2)
    assert worlds.is_right(campus)
