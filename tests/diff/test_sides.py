"""Where the two sides of a diff come from."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import worlds
from rackwright import diff, refresh, spec
from rackwright.diff.git import NoSuchRevision
from rackwright.problems import RackwrightError, SpecError
from rackwright.refresh import memory
from repositories import SITE, Git, commit, rendered, swap

SWAPPED = "racks.a01.trays.c05"


def paths(found: diff.Diff) -> list[str]:
    return [change.path for change in found.changes]


def test_a_specification_that_was_changed_is_compared_with_what_is_rendered(git: Git) -> None:
    swap(SITE)
    found = diff.diff(SITE)
    assert (found.before, found.after) == ("rendered/", "the working tree")
    assert paths(found) == [SWAPPED]
    assert "h1-su01/plan.json" in {file.path for file in found.files}


def test_what_is_rendered_as_it_is_written_differs_in_nothing(git: Git) -> None:
    assert not diff.diff(SITE)


def test_rendered_files_that_were_edited_by_hand_differ_and_are_said_to(git: Git) -> None:
    (SITE / "rendered/site/chrony/server.conf").write_text("pool example.com\n")
    found = diff.diff(SITE)
    assert [file.path for file in found.files] == ["site/chrony/server.conf"]
    assert "edited by hand" in found.warnings[0]


def test_a_revision_is_compared_with_the_working_tree(git: Git) -> None:
    git("checkout", "-q", "-b", "other")
    swap(SITE)
    commit(git, "swap")
    found = diff.diff(SITE, "main")
    assert paths(found) == [SWAPPED]
    value = next(each for each in found.changes[0].values if each.field == "serial")
    assert (value.old, value.new) == ("1643225044153", "1643225099999")


def test_two_revisions_are_compared_in_the_order_they_are_named(git: Git) -> None:
    git("checkout", "-q", "-b", "other")
    swap(SITE)
    rendered(SITE)
    commit(git, "swap")
    there, back = diff.diff(SITE, "main", "other"), diff.diff(SITE, "other", "main")
    assert there.changes[0].values[0].old == back.changes[0].values[0].new
    assert [file.path for file in there.files] == [file.path for file in back.files]


def test_three_dots_mean_the_commit_where_two_branches_parted(git: Git) -> None:
    git("checkout", "-q", "-b", "other")
    git("commit", "-q", "--allow-empty", "-m", "mine")
    git("checkout", "-q", "main")
    swap(SITE)
    commit(git, "theirs")
    git("checkout", "-q", "other")
    assert diff.diff(SITE, "main")
    assert not diff.diff(SITE, "main...")


def test_a_folder_is_compared_with_the_working_tree(git: Git, tmp_path: Path) -> None:
    shutil.copytree(SITE, tmp_path / "copy")
    swap(SITE)
    assert paths(diff.diff(SITE, "copy")) == [SWAPPED]


def test_a_revision_whose_rendered_files_are_stale_is_shown_as_committed_and_said_to_be(
    git: Git,
) -> None:
    git("checkout", "-q", "-b", "other")
    swap(SITE)
    commit(git, "swap, and not rendered")
    found = diff.diff(SITE, "main", "other")
    assert paths(found) == [SWAPPED]
    assert found.files == ()
    assert found.warnings[0].startswith("rendered/ of other is not what its specification says")


def test_rendered_files_that_no_commit_has_the_specification_of_are_compared_by_their_plans(
    git: Git,
) -> None:
    swap(SITE, "1643225000001")
    rendered(SITE)
    swap_again = {"file": "as-built/h1-su01.csv", "replace": "1643225000001", "by": "1643225000002"}
    worlds.change(SITE, [swap_again])
    found = diff.diff(SITE)
    assert paths(found) == [SWAPPED]
    assert [(each.old, each.new) for each in found.changes[0].values] == [
        ("1643225000001", "1643225000002")
    ]
    assert found.changes[0].causes == ()
    assert any(each.what == "what is in no plan" for each in found.statements)


def test_a_site_that_was_never_rendered_is_compared_all_the_same(git: Git) -> None:
    shutil.rmtree(SITE / "rendered")
    commit(git, "as a campus that is too large to commit")
    swap(SITE)
    found = diff.diff(SITE, "HEAD")
    assert paths(found) == [SWAPPED]
    assert "h1-su01/plan.json" in {file.path for file in found.files}


def test_an_older_specification_that_cannot_be_read_leaves_its_plans(git: Git) -> None:
    good = (SITE / "site.yaml").read_text()
    (SITE / "site.yaml").write_text("version: 0\n")
    commit(git, "another language")
    (SITE / "site.yaml").write_text(good)
    swap(SITE)
    found = diff.diff(SITE, "HEAD")
    assert paths(found) == [SWAPPED]


def test_a_site_that_is_new_comes_with_all_it_has(git: Git) -> None:
    git("checkout", "-q", "--orphan", "empty")
    git("rm", "-r", "-q", "--cached", ".")
    git("commit", "-q", "--allow-empty", "-m", "nothing yet")
    found = diff.diff(SITE, "HEAD")
    assert {change.sign for change in found.changes} == {"+"}
    assert "racks.a01" in paths(found)
    assert found.warnings == ("the site is new: HEAD has none in this folder",)
    assert any(file.path == "h1-su01/plan.json" for file in found.files)


def test_a_specification_that_is_wrong_now_is_reported_as_check_does(git: Git) -> None:
    (SITE / "site.yaml").write_text("version: 1\nfedes: 2\n")
    with pytest.raises(SpecError) as caught:
        diff.diff(SITE, "HEAD")
    assert str(caught.value.problems[0].at.file).endswith("site.yaml")


def test_a_word_that_is_neither_revision_nor_folder_is_wrong_usage(git: Git) -> None:
    with pytest.raises(NoSuchRevision, match="'nowhere' is no folder") as caught:
        diff.diff(SITE, "nowhere")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("word", ["--output=/tmp/x", "-n1", "main^{tree}", "HEAD:sites", "a b", ""])
def test_a_word_that_git_would_take_otherwise_is_no_revision(word: str, git: Git) -> None:
    if word:
        with pytest.raises(NoSuchRevision):
            diff.diff(SITE, word)


def test_a_site_in_no_repository_has_no_revisions(tmp_path: Path) -> None:
    worlds.copy(tmp_path)
    with pytest.raises(NoSuchRevision, match="is in no git repository"):
        diff.diff(tmp_path, "main")


def test_a_link_of_a_revision_that_leads_outside_is_not_followed(git: Git, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("password: hunter2\n")
    (SITE / "hardware").mkdir()
    (SITE / "hardware/mine.yaml").symlink_to(tmp_path / "secret.yaml")
    commit(git, "a link")
    (SITE / "hardware/mine.yaml").unlink()
    swap(SITE)
    found = diff.diff(SITE, "HEAD")
    assert paths(found) == [SWAPPED]
    assert "hunter2" not in repr(found)


def test_as_built_data_that_cannot_be_read_is_a_problem_and_no_traceback(git: Git) -> None:
    (SITE / "as-built/h1-su01.csv").write_text("nonsense\n")
    with pytest.raises(SpecError):
        diff.diff(SITE, "HEAD")


def test_nothing_is_written_anywhere(git: Git) -> None:
    swap(SITE)
    before = git("status", "--porcelain")
    diff.diff(SITE, "HEAD")
    diff.diff(SITE)
    assert git("status", "--porcelain") == before


def test_a_site_is_loaded_lean_as_it_is_loaded_whole(git: Git) -> None:
    from rackwright.diff import sides

    lean, whole = sides.working(SITE).loaded, spec.load(SITE)
    assert lean is not None
    assert dict(lean.inputs) == dict(whole.inputs)
    assert {unit: each.rows for unit, each in lean.as_built.items()} == {
        unit: each.rows for unit, each in whole.as_built.items()
    }


def test_a_repository_without_the_contents_of_a_commit_says_how_to_get_them(
    git: Git, tmp_path: Path
) -> None:
    blob = git("rev-parse", f"HEAD:{SITE}/site.yaml")
    (tmp_path / ".git/objects" / blob[:2] / blob[2:]).unlink()
    swap(SITE)
    with pytest.raises(RackwrightError) as caught:
        diff.diff(SITE, "HEAD")
    assert "git fetch --unshallow" in caught.value.hint


def test_an_older_side_that_breaks_the_rules_and_was_never_rendered_is_compared_without_its_text(
    git: Git,
) -> None:
    shutil.move(SITE / "rendered", "elsewhere")
    good = (SITE / "site.yaml").read_text()
    (SITE / "site.yaml").write_text(good.replace("[18]", "[36]"))
    commit(git, "a block that is too large")
    (SITE / "site.yaml").write_text(good)
    found = diff.diff(SITE, "HEAD")
    assert paths(found) == ["pools.train"]
    assert found.files == ()
    assert any(each.what == "rendered files" for each in found.statements)


def test_a_later_side_that_breaks_the_rules_is_reported_as_check_does(git: Git) -> None:
    worlds.change(SITE, [{"file": "site.yaml", "replace": "[18]", "by": "[36]"}])
    with pytest.raises(SpecError) as caught:
        diff.diff(SITE)
    assert caught.value.problems[0].at.file == "infra/sites/one-rack/site.yaml"


def test_a_revision_that_was_never_rendered_is_rendered_beside_a_tree_that_was(git: Git) -> None:
    shutil.move(SITE / "rendered", "elsewhere")
    commit(git, "not rendered")
    shutil.move("elsewhere", SITE / "rendered")
    assert not diff.diff(SITE, "HEAD")


def test_of_a_site_of_which_nothing_is_rendered_everything_is_new(git: Git) -> None:
    shutil.rmtree(SITE / "rendered")
    found = diff.diff(SITE)
    assert {change.sign for change in found.changes} == {"+"}
    assert "racks.a01" in paths(found)
    assert found.warnings == ("nothing is rendered yet, so everything is new",)


def test_what_is_remembered_of_a_render_changes_nothing_that_is_shown(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path / "site", worlds.SITES / "two-fabric")
    refresh.refresh(site, processes=2)
    worlds.change(site, [{"file": "as-built/h1-su18.csv", "replace": "SYN", "by": "NEW"}])
    (site / "rendered/h1-su01/power.csv").write_text("edited by hand\n")
    (site / "rendered/pools/nobody").mkdir()
    (site / "rendered/pools/nobody/stray").write_text("in no unit's folder\n")
    units = {unit.folder for unit in refresh.pending(site).stale}
    with_memory = diff.diff(site)
    shutil.rmtree(site / memory.FOLDER)
    without = diff.diff(site)
    assert {"h1-su01", "h1-su18"} <= units < {unit.folder for unit in refresh.pending(site).stale}
    assert with_memory.changes == without.changes
    assert with_memory.files == without.files
    assert with_memory.hunks == without.hunks
    assert {"h1-su01/power.csv", "pools/nobody/stray"} < {each.path for each in with_memory.files}
    assert "cables" not in {each.kind for each in with_memory.changes}  # no plan has any


def test_a_link_in_place_of_a_units_folder_is_shown_though_all_in_it_is_right(
    tmp_path: Path,
) -> None:
    site = worlds.copy(tmp_path / "site")
    refresh.refresh(site)
    unit = site / "rendered/h1-su01"
    unit.rename(tmp_path / "elsewhere")
    unit.symlink_to(tmp_path / "elsewhere")
    found = {each.path for each in diff.diff(site).files}
    assert {"h1-su01", "h1-su01/plan.json"} <= found
    assert "h1-su01" in {unit.folder for unit in refresh.pending(site).stale}
