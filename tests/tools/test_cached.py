from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import cached
import pytest
from commands import SetupError

TOOLS = Path(cached.__file__).parent


def write(text: str):
    def make(building: Path) -> None:
        building.mkdir()
        (building / "content").write_text(text)

    return make


def fail(building: Path) -> None:
    building.mkdir()
    (building / "half").touch()
    raise SetupError("the network is away")


def test_a_built_folder_is_current_for_its_recipe_alone(tmp_path: Path) -> None:
    cached.build(tmp_path / "image", "a", write("one"))
    assert cached.is_current(tmp_path / "image", "a")
    assert not cached.is_current(tmp_path / "image", "b")


def test_a_folder_without_a_stamp_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "image").mkdir()
    assert not cached.is_current(tmp_path / "image", "a")


def test_building_anew_replaces_the_whole_folder(tmp_path: Path) -> None:
    cached.build(tmp_path / "image", "a", write("one"))
    (tmp_path / "image/extra").touch()
    cached.build(tmp_path / "image", "b", write("two"))
    assert (tmp_path / "image/content").read_text() == "two"
    assert not (tmp_path / "image/extra").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["image"]


def test_a_failed_build_leaves_what_was_there(tmp_path: Path) -> None:
    cached.build(tmp_path / "image", "a", write("one"))
    with pytest.raises(SetupError):
        cached.build(tmp_path / "image", "b", fail)
    assert cached.is_current(tmp_path / "image", "a")


def test_the_next_build_clears_what_a_killed_one_left(tmp_path: Path) -> None:
    with pytest.raises(SetupError):
        cached.build(tmp_path / "image", "a", fail)
    cached.build(tmp_path / "image", "a", write("one"))
    assert sorted(path.name for path in tmp_path.rglob("*")) == [".stamp", "content", "image"]


def test_a_recipe_changes_with_each_file_and_word(tmp_path: Path) -> None:
    recipe = tmp_path / "recipe"
    recipe.write_text("one")
    before = cached.digest("3.11", recipe)
    assert cached.digest("3.12", recipe) != before
    recipe.write_text("two")
    assert cached.digest("3.11", recipe) != before


def test_words_that_join_to_the_same_text_are_different_recipes() -> None:
    assert cached.digest("ab", "c") != cached.digest("a", "bc")


def test_a_second_set_up_says_that_it_waits_and_then_goes_on(tmp_path: Path) -> None:
    program = "import sys, pathlib, cached\nwith cached.locked(pathlib.Path(sys.argv[1])): pass"
    with cached.locked(tmp_path):
        second = subprocess.Popen(
            [sys.executable, "-c", program, tmp_path], cwd=TOOLS, stdout=subprocess.PIPE, text=True
        )
        assert second.stdout is not None
        assert "waiting for it to end" in second.stdout.readline()
        assert second.poll() is None
    assert second.wait() == 0
    second.stdout.close()


def test_what_a_killed_set_up_had_started_still_holds_the_lock(tmp_path: Path) -> None:
    ready, gate = tmp_path / "ready", tmp_path / "gate"
    os.mkfifo(gate)
    program = (
        "import sys, pathlib, cached, commands\n"
        "with cached.locked(pathlib.Path(sys.argv[1])):\n"
        "    commands.run('sh', '-c', 'touch ready; cat gate', cwd=sys.argv[1])\n"
    )
    first = subprocess.Popen([sys.executable, "-c", program, tmp_path], cwd=TOOLS)
    while not ready.exists():
        assert first.poll() is None
    first.kill()
    first.wait()
    with (tmp_path / ".lock").open("w") as lock, pytest.raises(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    gate.write_text("")  # what was left over ends
    with cached.locked(tmp_path):
        pass
