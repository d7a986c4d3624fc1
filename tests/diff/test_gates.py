"""Gates: what a change must pass, as they were and as they will be."""

from __future__ import annotations

import worlds
from rackwright import diff
from rackwright.diff.model import Diff
from repositories import SITE, Git, swap


def gates(git: Git, words: str) -> None:
    by = f"\ngates: {{{words}}}\n\npools:"
    worlds.change(SITE, [{"file": "site.yaml", "replace": "\npools:", "by": by}])
    git("commit", "-q", "-a", "-m", "gates")


def loosen(old: str, new: str) -> None:
    worlds.change(SITE, [{"file": "site.yaml", "replace": old, "by": new}])


def codes(found: Diff) -> list[str]:
    return [each.code for each in found.violations]


def test_a_change_within_the_gates_passes(git: Git) -> None:
    gates(git, "max_racks_per_change: 1, forbid: [decommission]")
    swap(SITE)
    assert codes(diff.diff(SITE, "HEAD")) == []


def test_more_racks_than_may_are_counted_and_named(git: Git) -> None:
    gates(git, "max_racks_per_change: 0")
    swap(SITE)
    (found,) = diff.diff(SITE, "HEAD").violations
    assert found.code == "gate-racks"
    assert found.message.startswith("1 rack has something happen to the metal, 0 may")
    assert found.because == ("a01",)
    assert found.at.file == "infra/sites/one-rack/site.yaml"
    line = (SITE / "site.yaml").read_text().splitlines()[found.at.line - 1]
    assert "max_racks_per_change" in line


def test_restarts_do_not_count_as_acting_on_metal_and_have_a_gate_of_their_own(git: Git) -> None:
    gates(git, "max_racks_per_change: 0, max_nodes_restarted_per_change: 17")
    loosen("block_sizes: [18]", "block_sizes: [9, 18]")
    (found,) = diff.diff(SITE, "HEAD").violations
    assert found.message.startswith("slurmd restarts on 18 nodes, it may on 17")


def test_what_is_forbidden_is_named_with_what_would_do_it(git: Git) -> None:
    gates(git, "forbid: [replace]")
    swap(SITE)
    (found,) = diff.diff(SITE, "HEAD").violations
    assert (found.code, found.because) == ("gate-forbidden", ("1 compute tray: a01",))


def test_a_label_lets_pass_what_needs_it(git: Git) -> None:
    gates(git, "require_label: {replace: metal}")
    swap(SITE)
    assert codes(diff.diff(SITE, "HEAD")) == ["gate-label"]
    assert codes(diff.diff(SITE, "HEAD", labels=["metal"])) == []


def test_a_change_cannot_loosen_the_gate_that_it_breaks(git: Git) -> None:
    gates(git, "forbid: [replace]")
    swap(SITE)
    loosen("forbid: [replace]", "forbid: []")
    (found,) = diff.diff(SITE, "HEAD").violations
    assert found.message.endswith("is forbidden, by the gates of HEAD")


def test_a_gate_that_comes_with_a_change_holds_for_it(git: Git) -> None:
    swap(SITE)
    loosen("\npools:", "\ngates: {forbid: [replace]}\n\npools:")
    assert codes(diff.diff(SITE, "HEAD")) == ["gate-forbidden"]


def test_a_gate_that_stays_is_said_once(git: Git) -> None:
    gates(git, "forbid: [replace]")
    swap(SITE)
    assert codes(diff.diff(SITE, "HEAD")) == ["gate-forbidden"]
