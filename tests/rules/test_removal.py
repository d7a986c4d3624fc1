from __future__ import annotations

from pathlib import Path

import pytest

import worlds
from rackwright import render

LEAVING = ", decommission: {approval: CHG-4711, sanitise: true}"


@pytest.mark.parametrize(
    ("more", "codes"),
    [
        (LEAVING, []),
        (", hold: the vendor comes on Monday", []),
        (f"{LEAVING}, hold: the vendor comes on Monday", ["decommission-held"]),
        (f"{LEAVING}, trays: {{c07: {{hold: it is sealed}}}}", []),
    ],
)
def test_a_rack_leaves_only_if_nothing_keeps_it(
    more: str, codes: list[str], tmp_path: Path
) -> None:
    site = worlds.copy(tmp_path)
    by = f"state: installed, pool: train{more}}}"
    steps = [{"file": "site.yaml", "replace": "state: installed, pool: train}", "by": by}]
    worlds.change(site, steps)
    assert [problem.code for problem in render.check(site)] == codes
