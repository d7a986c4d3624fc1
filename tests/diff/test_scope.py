"""A diff looks only at units that can differ, and says the same as one that looks at all."""

from __future__ import annotations

from pathlib import Path

import pytest

import worlds
from rackwright import diff, expand
from rackwright.diff import scope, sides
from rackwright.diff.scope import units as scoped

CHANGES = {
    "a serial": ("as-built/h1-su18.csv", "SYN", "NEW"),
    "a state": ("site.yaml", "{index: 8, state: planned}", "{index: 8, state: planned, hold: why}"),
    "a unit": ("site.yaml", "      - index: 19\n        racks: {first: 5, count: 1}\n", ""),
    "a pool": ("site.yaml", "images/dgx-node.iso", "images/other.iso"),
    "a network": ("site.yaml", "prefix: 10.72.0.0/16", "prefix: 10.80.0.0/16"),
    "a fabric": ("site.yaml", "first: 19, count: 15", "first: 19, count: 14"),
}


def _sides(folder: Path, change: str) -> tuple[sides.Side, sides.Side]:
    before = worlds.copy(folder / "before", worlds.SITES / "two-fabric")
    after = worlds.copy(folder / "after", worlds.SITES / "two-fabric")
    file, old, new = CHANGES[change]
    worlds.change(after, [{"file": file, "replace": old, "by": new}])
    if change == "a unit":
        (after / "as-built/h1-su19.csv").unlink()
    return sides.named(before, str(before)), sides.named(after, str(after))


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_left_out_is_the_same(
    change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = _sides(tmp_path, change)
    lean = diff.compare(*pair)

    def every(before, after, _stale, *, rendering):
        return expand.units(before.loaded), expand.units(after.loaded)

    monkeypatch.setattr(scope, "units", every)
    whole = diff.compare(*pair)
    assert lean.changes == whole.changes
    assert lean.blast == whole.blast
    assert lean.hunks == whole.hunks
    assert [each.path for each in lean.files] == [each.path for each in whole.files]


def test_a_serial_is_a_matter_of_its_own_unit(tmp_path: Path) -> None:
    before, after = _sides(tmp_path, "a serial")
    found = scoped(scope.opened(before), scope.opened(after), rendering=False)
    assert [[unit.name for unit in side] for side in found] == [["h1-su18"], ["h1-su18"]]
