"""What a change of the specification is in rack terms, and which line it comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

import worlds
from rackwright import diff
from rackwright.diff.model import Change, Diff, Sign
from repositories import SITE, Git, rendered, swap

RACK = "{name: a01, index: 1, kind: gb300-nvl72, state: installed, pool: train}"


def changed(*steps: tuple[str, str]) -> Diff:
    """Return what a change of site.yaml makes, against what is committed."""
    worlds.change(SITE, [{"file": "site.yaml", "replace": old, "by": new} for old, new in steps])
    return diff.diff(SITE, "HEAD")


def rack(more: str) -> tuple[str, str]:
    return RACK, f"{RACK[:-1]}, {more}}}"


def only(found: Diff, kind: str) -> Change:
    (change,) = [each for each in found.changes if each.kind == kind]
    return change


def causes(change: Change) -> list[str]:
    return [each.what for each in change.causes]


def without(site: Path, beginning: str) -> None:
    path = site / "as-built/h1-su01.csv"
    kept = [line for line in path.read_text().splitlines() if not line.startswith(beginning)]
    path.write_text("\n".join((*kept, "")))


def test_a_swapped_tray_is_replaced_and_nothing_else_moves(git: Git) -> None:
    swap(SITE)
    found = diff.diff(SITE, "HEAD")
    change = only(found, "compute-tray")
    assert [each.path for each in found.changes] == ["racks.a01.trays.c05"]
    assert (change.consequence.effect, change.consequence.by) == ("replace", "up")
    assert causes(change) == ["racks.a01.trays.c05"]
    position = change.causes[0].new
    assert position is not None
    assert (position.file, position.line) == ("infra/sites/one-rack/as-built/h1-su01.csv", 6)


def test_a_serial_that_was_in_another_position_says_in_which(git: Git) -> None:
    text = (SITE / "as-built/h1-su01.csv").read_text()
    one, other = (line.split(",")[2] for line in text.splitlines()[5:7])
    swapped = text.replace(one, "x-x-x").replace(other, one).replace("x-x-x", other)
    (SITE / "as-built/h1-su01.csv").write_text(swapped)
    found = diff.diff(SITE, "HEAD")
    assert [value.note for change in found.changes for value in change.values] == [
        f"{other} was a01 c06",
        f"{one} was a01 c05",
    ]


def test_a_position_that_is_opened_loses_its_tray(git: Git) -> None:
    without(SITE, "a01,c07,")
    found = changed(rack('trays: {c07: {open: "RMA 4711"}}'), ("[18]", "[17]"))
    change = only(found, "compute-tray")
    assert (change.sign, change.consequence.by) == (Sign.REMOVE, "hands")
    assert "halls.h1.scalable_units.1.racks.a01.trays" in causes(change)


def test_a_rack_that_becomes_planned_is_removed_with_everything_in_it(git: Git) -> None:
    without(SITE, "a01,")
    found = changed(("state: installed", "state: planned"))
    removed = [each for each in found.changes if each.sign is Sign.REMOVE]
    assert [each.kind for each in removed].count("compute-tray") == 18
    assert only(found, "rack").contents.startswith("18 compute trays")
    assert found.blast.trays == 18


def test_a_removal_that_nobody_approved_is_said_to_be_refused(git: Git) -> None:
    without(SITE, "a01,")
    found = changed(("state: installed", "state: planned"))
    assert "pulumi up will refuse" in only(found, "rack").consequence.does


def test_a_removal_that_was_approved_before_is_not(git: Git) -> None:
    changed(rack("decommission: {approval: CHG-1, sanitise: true}"))
    rendered(SITE)
    git("commit", "-q", "-a", "-m", "approved")
    without(SITE, "a01,")
    approved = rack("decommission: {approval: CHG-1, sanitise: true}")[1]
    planned = RACK.replace("installed", "planned")
    worlds.change(SITE, [{"file": "site.yaml", "replace": approved, "by": planned}])
    removed = only(diff.diff(SITE, "HEAD"), "rack")
    assert removed.consequence.does.startswith("its trays are forgotten")


def test_an_approved_removal_decommissions_before_the_rack_leaves(git: Git) -> None:
    found = changed(rack("decommission: {approval: CHG-1, sanitise: true}"))
    change = only(found, "rack")
    assert (change.consequence.effect, change.values[0].new) == ("decommission", "CHG-1")


def test_what_is_on_hold_is_left_alone_whatever_changes(git: Git) -> None:
    swap(SITE)
    found = changed(rack("hold: no power"))
    tray = next(each for each in found.changes if each.path.endswith("c05"))
    assert {value.consequence.effect for value in tray.values} == {"none"}


def test_a_rack_that_is_only_planned_changes_on_paper(git: Git) -> None:
    planned = "{index: 2, kind: gb300-nvl72, state: planned, pool: train}"
    found = changed((RACK, f"{RACK}\n          - {planned}"))
    change = only(found, "rack")
    assert (change.sign, change.consequence.effect) == (Sign.ADD, "none")
    assert found.blast.reaches == ()


def test_a_new_image_asks_people_to_redeploy_the_trays_of_its_pool(git: Git) -> None:
    found = changed(("images/dgx-node.iso", "images/dgx-node-2.iso"))
    change = only(found, "pool")
    assert (change.consequence.effect, change.consequence.by) == ("redeploy", "hands")
    assert [(each.count, each.where) for each in found.blast.reaches] == [(18, ("a01",))]
    assert causes(change) == ["pools.train.image.url"]


def test_a_moved_prefix_moves_every_address_and_says_which_line_did_it(git: Git) -> None:
    found = changed(("prefix: 10.65.0.0/16", "prefix: 10.66.0.0/16"))
    tray = next(each for each in found.changes if each.path.endswith("c05"))
    assert (tray.consequence.effect, tray.consequence.by) == ("redeploy", "hands")
    assert {cause for each in found.changes for cause in causes(each)} == {
        "networks.in_band.prefix"
    }


def test_a_changed_override_is_the_cause_of_what_it_changes(git: Git) -> None:
    item = "overrides: [{at: racks.a01.trays.c07.bmc_address, value: 10.64.0.77, reason: burned}]"
    found = changed(("\npools:", f"\n{item}\n\npools:"))
    assert causes(only(found, "compute-tray")) == ["overrides"]


def test_a_change_says_only_the_lines_that_it_comes_from(git: Git) -> None:
    swap(SITE)
    found = changed(("images/dgx-node.iso", "images/dgx-node-2.iso"))
    assert causes(only(found, "compute-tray")) == ["racks.a01.trays.c05"]
    assert causes(only(found, "pool")) == ["pools.train.image.url"]


def test_gates_are_part_of_the_site_and_their_change_is_shown(git: Git) -> None:
    found = changed(("\npools:", "\ngates: {max_racks_per_change: 8}\n\npools:"))
    assert only(found, "gates").sign is Sign.ADD


@pytest.mark.parametrize("comment", ["# a comment\n", "\n\n"])
def test_a_line_that_means_nothing_changes_nothing_but_the_digest(comment: str, git: Git) -> None:
    with (SITE / "site.yaml").open("a") as file:
        file.write(comment)
    found = diff.diff(SITE, "HEAD")
    assert found.changes == ()
    assert [each.path for each in found.files] == ["inputs.sha256"]


def test_marks_name_every_rack_and_tray_that_changes(git: Git) -> None:
    swap(SITE)
    assert list(diff.diff(SITE, "HEAD").marks()) == [("racks.a01.trays.c05", Sign.CHANGE)]
