from __future__ import annotations

import os
from pathlib import Path

import pytest

from rackwright import seals, tree
from rackwright.problems import RackwrightError
from rackwright.tree import Change

TREE = {"a": "1\n", "deep/er/b": "2\n"}


def test_a_written_tree_reads_back_as_itself(tmp_path: Path) -> None:
    tree.write(TREE, tmp_path / "new")
    assert tree.read(tmp_path / "new") == TREE


def test_what_did_not_change_is_not_touched(tmp_path: Path) -> None:
    tree.write(TREE, tmp_path)
    before = (tmp_path / "a").stat()
    tree.write({**TREE, "deep/er/b": "3\n"}, tmp_path)
    after = (tmp_path / "a").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_writing_says_what_it_did(tmp_path: Path) -> None:
    tree.write(TREE, tmp_path)
    done = tree.write({"a": "x\n", "c": "3\n"}, tmp_path)
    assert [(d.path, d.change) for d in done.differences] == [
        ("a", Change.CHANGE),
        ("c", Change.ADD),
        ("deep/er/b", Change.REMOVE),
    ]


def test_what_is_gone_leaves_no_empty_folder(tmp_path: Path) -> None:
    tree.write(TREE, tmp_path)
    tree.write({"a": "1\n"}, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_run_that_was_cut_leaves_nothing_the_next_does_not_clear(tmp_path: Path) -> None:
    tree.write(TREE, tmp_path)
    (tmp_path / "a.unfinished").write_text("half")
    tree.write(TREE, tmp_path)
    assert tree.read(tmp_path) == TREE


def test_equal_trees_do_not_differ(tmp_path: Path) -> None:
    tree.write(TREE, tmp_path)
    assert tree.compare(TREE, tmp_path) == ()


def test_a_folder_that_cannot_be_written_is_an_error_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "rendered").write_text("a file where a folder belongs")
    with pytest.raises(RackwrightError, match="rendered"):
        tree.write(TREE, tmp_path / "rendered")


@pytest.mark.parametrize(("old", "new"), [("a", "a/b"), ("a/b", "a")])
def test_a_file_may_become_a_folder_and_the_other_way_round(
    old: str, new: str, tmp_path: Path
) -> None:
    tree.write({old: "1\n"}, tmp_path)
    tree.write({new: "2\n"}, tmp_path)
    assert tree.read(tmp_path) == {new: "2\n"}


def test_bytes_that_are_no_text_count_as_a_difference(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xff\xfe")
    assert [d.path for d in tree.compare({"a": "1\n"}, tmp_path)] == ["a"]


def test_updating_leaves_other_files_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x\n")
    (tmp_path / "a").write_text("old\n")
    assert [d.change for d in tree.update(TREE, tmp_path)] == [Change.CHANGE, Change.ADD]
    assert tree.read(tmp_path) == {**TREE, "mine": "x\n"}
    assert tree.update(TREE, tmp_path) == ()


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "rendered").mkdir()
    (tmp_path / "rendered/deep").symlink_to(outside)
    (tmp_path / "rendered/a").symlink_to(outside / "a")
    tree.write(TREE, tmp_path / "rendered")
    assert tree.read(tmp_path / "rendered") == TREE
    assert list(outside.iterdir()) == []


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a")
    done = tree.write(TREE, tmp_path).differences
    assert [d.change for d in done] == [Change.CHANGE, Change.ADD]
    assert tree.read(tmp_path) == TREE


def test_a_file_that_cannot_be_read_is_an_error_with_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: str, *_: int) -> int:
        raise PermissionError(13, "Permission denied", path)

    tree.write(TREE, tmp_path)
    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(RackwrightError, match=r"(a|b) cannot be read: Permission denied"):
        tree.compare(TREE, tmp_path)


def test_a_new_folder_that_was_cut_is_cleared_and_written_whole(tmp_path: Path) -> None:
    (tmp_path / "new.unfinished/deep/er").mkdir(parents=True)
    (tmp_path / "new.unfinished/deep/er/half").write_text("x")
    tree.write(TREE, tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["new"]
    assert tree.read(tmp_path / "new") == TREE


def test_a_new_folder_is_whole_or_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrote = os.write

    def until_full(descriptor: int, raw: bytes) -> int:
        if bytes(raw) == TREE["deep/er/b"].encode():
            raise OSError(28, "No space left on device")
        return wrote(descriptor, raw)

    monkeypatch.setattr(os, "write", until_full)
    with pytest.raises(RackwrightError, match=r"deep/er/b cannot be written: No space left"):
        tree.write(TREE, tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("change", [{}, {"deep/c": "3\n"}, {"a": None}, {"a": "2\n"}])
def test_what_was_written_is_sealed(change: dict[str, str | None], tmp_path: Path) -> None:
    tree.write(TREE, tmp_path / "new")
    wanted = {path: text for path, text in {**TREE, **change}.items() if text is not None}
    done = tree.write(wanted, tmp_path / "new")
    assert done.seal == tree.seal(tmp_path / "new")
    assert seals.holds(str(tmp_path / "new"), done.seal)


def test_a_file_that_came_while_a_folder_was_written_breaks_its_seal(tmp_path: Path) -> None:
    tree.write(TREE, tmp_path / "new")
    changed = {**TREE, "a": "2\n"}
    done = tree.write(changed, tmp_path / "new", before=(tmp_path / "new/deep/mine").touch)
    assert done.seal == seals.BROKEN
