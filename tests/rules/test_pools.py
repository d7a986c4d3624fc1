from __future__ import annotations

from pathlib import Path

import pytest

import worlds
from rackwright import expand, render, spec

SITE = "site.yaml"
UNITS = """\
      - {first: 1, count: 4, feed: a, racks: {first: 1, count: 2}}
"""
INFER = """\
  - name: infer
    scheduler: slurm
    racks: {%s}
    image: {name: dgx-node, url: https://10.63.0.10:8180/images/dgx-node.iso}
    slurm: {controller: svc02, spares: 2}
"""
NODE = "  - {name: svc02, address: 10.63.0.11, interface: bond0, roles: [scheduler]}\n"


def site(folder: Path, selection: str, defaults: str = ", pool: train", units: str = UNITS) -> Path:
    worlds.copy(folder)
    (folder / "as-built/h1-su01.csv").unlink()
    text = (folder / SITE).read_text()
    old = text[text.index("      - index: 1    ") : text.index("\npools:")]
    racks = f"defaults: {{racks: {{kind: gb300-nvl72, state: planned{defaults}}}}}\n\n"
    text = text.replace(old, units).replace("halls:  ", f"{racks}halls:  ")
    text = text.replace("\npools:\n", f"\npools:\n{INFER % selection}")
    (folder / SITE).write_text(text.replace("\nironic:\n", f"{NODE}\nironic:\n"))
    return folder


def racks(folder: Path, pool: str) -> list[str]:
    found = expand.expand_all(spec.load(folder))
    return [rack.name for each in found if each.unit.name == pool for rack in each.racks]


def codes(folder: Path) -> list[str]:
    return [problem.code for problem in render.check(folder)]


@pytest.mark.parametrize(
    ("selection", "names"),
    [
        ("scalable_units: {hall: h1, first: 2, count: 1}", ["h1-su02-r01", "h1-su02-r02"]),
        (
            "scalable_units: [{hall: h1, first: 4, count: 1}], names: [h1-su01-r02]",
            ["h1-su01-r02", "h1-su04-r01", "h1-su04-r02"],
        ),
        ("names: [h1-su03-r01]", ["h1-su03-r01"]),
    ],
)
def test_a_pool_selects_its_racks_and_the_default_has_the_rest(
    selection: str, names: list[str], tmp_path: Path
) -> None:
    folder = site(tmp_path, selection)
    assert codes(folder) == []
    assert racks(folder, "infer") == names
    assert len(racks(folder, "train")) == 8 - len(names)


def test_a_hall_may_be_a_pool(tmp_path: Path) -> None:
    folder = site(tmp_path, "halls: [h1]", defaults="")
    assert codes(folder) == []
    assert len(racks(folder, "infer")) == 8


def test_a_rack_in_no_pool_is_said(tmp_path: Path) -> None:
    assert codes(site(tmp_path, "names: [h1-su01-r01]", defaults="")) == ["not-given"]


def test_racks_in_two_pools_are_said_once_and_counted(tmp_path: Path) -> None:
    units = UNITS.replace("count: 2}", "count: 2, pool: train}")
    (problem,) = render.check(site(tmp_path, "halls: [h1]", units=units))
    assert problem.code == "rack-in-two-pools"
    assert problem.because[0].endswith("h1-su03-r02, … (8)")


@pytest.mark.parametrize(
    "selection", ["halls: [h2]", "scalable_units: {hall: h2, first: 1, count: 1}", "names: [a01]"]
)
def test_a_selection_names_what_is_there(selection: str, tmp_path: Path) -> None:
    assert codes(site(tmp_path, selection)) == ["unknown-reference"]


def test_spares_make_the_blocks_of_a_pool_smaller(tmp_path: Path) -> None:
    pools = spec.load(site(tmp_path, "halls: [h1]"))
    sizes = {pool.name: pool.block_sizes for pool in expand.expand_all(pools)[0].common.pools}
    assert sizes["infer"] == (16,)


@pytest.mark.parametrize(
    ("trays", "left"),
    [
        ("c17: {open: RMA 1}, c18: {open: RMA 2}", []),
        ("c16: {open: RMA 0}, c17: {open: RMA 1}, c18: {open: RMA 2}", ["block-too-small"]),
    ],
)
def test_a_block_can_do_without_its_spares_and_no_more(
    trays: str, left: list[str], tmp_path: Path
) -> None:
    worlds.copy(tmp_path)
    csv = tmp_path / "as-built/h1-su01.csv"
    labels = [part.split(":")[0].strip() for part in trays.split("}, ")]
    lines = csv.read_text().splitlines(keepends=True)
    csv.write_text("".join(line for line in lines if line.split(",")[1] not in labels))
    changes = [
        {"file": SITE, "replace": "pool: train}", "by": f"pool: train, trays: {{{trays}}}}}"},
        {"file": SITE, "replace": "block_sizes: [18]", "by": "spares: 2"},
    ]
    worlds.change(tmp_path, changes)
    found = render.check(tmp_path)
    assert [problem.code for problem in found] == left
    assert all("`spares: 3`" in problem.hint for problem in found)


def test_the_page_of_a_pool_says_its_spares(tmp_path: Path) -> None:
    worlds.copy(tmp_path)
    worlds.change(tmp_path, [{"file": SITE, "replace": "block_sizes: [18]", "by": "spares: 1"}])
    files = render.render(tmp_path)
    assert "Spares: 1 in every block" in files["pools/train/SUMMARY.md"]
    assert files["pools/train/slurm/topology.conf"].endswith("BlockSizes=17\n")
