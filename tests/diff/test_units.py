"""The units of a site, and those that a change touches."""

from __future__ import annotations

import shutil

import pytest

import worlds
from rackwright.diff.git import NoSuchRevision
from rackwright.diff.units import units
from rackwright.problems import RackwrightError, StaleRender
from repositories import SITE, Git, commit, rendered, swap


def test_every_unit_is_listed_with_its_stack(git: Git) -> None:
    assert [(each.name, each.kind, each.stack) for each in units(SITE)] == [
        ("h1-su01", "scalable-unit", "one-rack.h1-su01"),
        ("train", "pool", ""),
        ("site", "site", ""),
    ]


def test_nothing_is_changed_since_the_same_commit(git: Git) -> None:
    assert units(SITE, "HEAD") == ()


def test_only_what_a_change_touches_is_listed(git: Git) -> None:
    swap(SITE)
    rendered(SITE)
    (found,) = units(SITE, "main")
    assert (found.name, found.sign, found.files) == ("h1-su01", "~", 2)


def test_a_unit_that_is_gone_is_listed_and_is_no_stack_any_more(git: Git) -> None:
    worlds.rebuild(SITE, {1: {"a01": 1}, 2: {"b01": 1}})
    rendered(SITE)
    commit(git, "two units")
    worlds.rebuild(SITE, {1: {"a01": 1}})
    rendered(SITE)
    gone = next(each for each in units(SITE, "HEAD") if each.name == "h1-su02")
    assert (gone.sign, gone.is_stack) == ("-", False)
    back = next(each for each in units(SITE, "HEAD~1") if each.name == "h1-su01")
    assert back.sign == "~"


def test_a_rendered_tree_that_is_not_current_lists_nothing(git: Git) -> None:
    swap(SITE)
    with pytest.raises(StaleRender):
        units(SITE, "main")


def test_a_revision_without_rendered_files_says_what_to_do(git: Git) -> None:
    shutil.move(SITE / "rendered", "elsewhere")
    commit(git, "not rendered")
    shutil.move("elsewhere", SITE / "rendered")
    with pytest.raises(RackwrightError) as caught:
        units(SITE, "HEAD")
    assert "commit rendered/" in caught.value.hint


def test_a_revision_that_is_none_is_wrong_usage(git: Git) -> None:
    with pytest.raises(NoSuchRevision):
        units(SITE, "nowhere")


def test_every_unit_is_new_since_a_revision_in_which_there_was_no_site(git: Git) -> None:
    git("checkout", "-q", "--orphan", "empty")
    git("rm", "-r", "-q", "--cached", ".")
    git("commit", "-q", "--allow-empty", "-m", "nothing yet")
    assert [(each.name, each.sign) for each in units(SITE, "HEAD")] == [
        ("h1-su01", "+"),
        ("train", "+"),
        ("site", "+"),
    ]
