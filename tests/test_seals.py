from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from rackwright import seals

PATHS = [".", "a", "deep", "deep/b"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    here = tmp_path / "here"
    (here / "deep").mkdir(parents=True)
    (here / "a").write_text("1")
    (here / "deep/b").write_text("2")
    return here


def rewrite(folder: Path) -> None:
    (folder / "deep/b").write_text("3")


def rewrite_and_set_the_clock_back(folder: Path) -> None:
    before = (folder / "a").stat()
    (folder / "a").write_text("3")
    os.utime(folder / "a", ns=(before.st_atime_ns, before.st_mtime_ns))


def add(folder: Path) -> None:
    (folder / "deep/c").touch()


def remove(folder: Path) -> None:
    (folder / "a").unlink()


def rename(folder: Path) -> None:
    (folder / "a").rename(folder / "c")


def link_a_file(folder: Path) -> None:
    (folder / "a").rename(folder.parent / "a")
    (folder / "a").symlink_to(folder.parent / "a")


def link_the_folder(folder: Path) -> None:
    folder.rename(folder.parent / "there")
    folder.symlink_to(folder.parent / "there")


def remove_the_folder(folder: Path) -> None:
    folder.rename(folder.parent / "there")


TOUCHES: list[Callable[[Path], None]] = [
    rewrite,
    rewrite_and_set_the_clock_back,
    add,
    remove,
    rename,
    link_a_file,
    link_the_folder,
    remove_the_folder,
]


def test_a_seal_holds_while_nobody_touches_a_file(folder: Path) -> None:
    seal = seals.of(str(folder), PATHS)
    (folder / "a").read_text()
    assert seals.holds(str(folder), seal)


@pytest.mark.parametrize("touch", TOUCHES, ids=lambda touch: touch.__name__)
def test_whoever_touches_a_file_breaks_the_seal(
    touch: Callable[[Path], None], folder: Path
) -> None:
    seal = seals.of(str(folder), PATHS)
    touch(folder)
    assert not seals.holds(str(folder), seal)


def test_a_seal_is_the_same_however_its_marks_were_found(folder: Path) -> None:
    marks = {path: seals.mark(os.lstat(folder / path)) for path in reversed(PATHS)}
    assert seals.sealed(marks) == seals.of(str(folder), PATHS)


@pytest.mark.parametrize("place", range(0, 40, 3))
def test_a_damaged_seal_does_not_hold(place: int, folder: Path) -> None:
    seal = seals.of(str(folder), PATHS)
    place %= len(seal)
    for damaged in (seal[:place], seal[place + 1 :], f"{seal[:place]}\0{seal[place:]}"):
        assert not seals.holds(str(folder), damaged)


def test_a_broken_seal_does_not_hold(folder: Path) -> None:
    assert not seals.holds(str(folder), seals.BROKEN)


def test_a_link_is_followed_where_that_is_asked_for(folder: Path) -> None:
    (folder / "link").symlink_to(folder / "a")
    followed = seals.of(str(folder), ["link"], follow=True)
    link = seals.of(str(folder), ["link"])
    (folder / "a").write_text("3")
    assert not seals.holds(str(folder), followed, follow=True)
    assert seals.holds(str(folder), link)
