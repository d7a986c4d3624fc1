"""Where GPUs are in their NVLink domain."""

from __future__ import annotations

from pathlib import Path

import worlds
from rackwright import expand, hardware, render, spec
from rackwright.expand import nvlink

DIVIDED = """\
    nvlink_partitions:
      - {name: left, first: 1, count: 9}
      - {name: right, first: 10, count: 9}
"""


def test_slots_count_compute_and_switch_trays_from_the_bottom() -> None:
    slots = nvlink.slots(hardware.catalogue()["gb300-nvl72"])
    assert len(slots) == 27
    assert (slots[11], slots[19], slots[28], slots[37]) == (1, 9, 18, 27)


def test_a_tray_has_a_place_for_each_of_its_gpus() -> None:
    (unit,) = [i for i in expand.expand_all(spec.load(worlds.ONE_RACK)) if i.unit.name == "h1-su01"]
    tray = unit.present("a01", "compute")[14]
    places = list(nvlink.locations(unit.racks[0], 1, [tray]))
    assert places == ["1.24.1.1", "1.24.1.2", "1.24.1.3", "1.24.1.4"]


def test_a_divided_domain_names_every_gpu_once(tmp_path: Path) -> None:
    site = worlds.pool(worlds.copy(tmp_path), DIVIDED)
    halves = {"file": "site.yaml", "replace": "block_sizes: [18]", "by": "block_sizes: [9]"}
    worlds.change(site, [halves])
    text = render.render(site)["h1-su01/nvlink/a01/cluster.txt"]
    created = [line for line in text.splitlines() if "create sdn partition" in line]
    assert [line.split()[5:8] for line in created] == [
        ["1", "name", "left"],
        ["2", "name", "right"],
    ]
    places = [line.split()[-1] for line in text.splitlines() if "sdn partition" in line]
    assert len(places) == len(set(places)) == 72


def test_an_undivided_domain_is_left_in_its_default_partition() -> None:
    text = render.render(worlds.ONE_RACK)["h1-su01/nvlink/a01/cluster.txt"]
    assert "sdn partition" not in text
    assert "chassis-id 1" in text
