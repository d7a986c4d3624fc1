"""Management ports: addresses by indexes and the plan, and no rack that moves another's."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import worlds
from rackwright import expand, spec
from rackwright.expand import management
from rackwright.inventory import Device
from rackwright.inventory.cabling import Fabric

SPECTRUM = worlds.SITES / "spectrum-x"


def addresses(site: Path) -> dict[str, str]:
    found = [it for inventory in expand.expand_all(spec.load(site)) for it in inventory.managed]
    assert len({it.name for it in found}) == len(found)
    return {it.name: it.address for it in found}


def fabric(site: Path, name: str) -> Fabric:
    return next(
        it for it in expand.expand_all(spec.load(site))[0].common.fabrics if it.name == name
    )


def devices(site: Path) -> dict[str, Device]:
    """Return all devices, whole: pools have theirs as schedulers know them."""
    every = expand.expand_all(spec.load(site))
    units = [each for each in every if each.unit.kind == "scalable-unit"]
    return {f"{it.rack} {it.label}": it for unit in units for it in unit.devices}


def with_oob(site: Path, **macs: str) -> Path:
    """Give rows of a copy of the one-rack site an oob_mac, by label."""
    worlds.copy(site)
    file = site / "as-built/h1-su01.csv"
    head, *rows = file.read_text().splitlines()
    lines = [f"{row},{macs.get(row.split(',')[1].replace('-', '_'), '')}" for row in rows]
    file.write_text("\n".join((f"{head},oob_mac", *lines, "")))
    return site


@pytest.fixture
def spectrum(tmp_path: Path) -> Path:
    shutil.copytree(SPECTRUM, tmp_path / "site", ignore=shutil.ignore_patterns("rendered"))
    return tmp_path / "site"


def test_leaves_count_from_the_beginning_of_their_units_part_and_spines_in_the_last() -> None:
    found = addresses(SPECTRUM)
    assert found["h1-su01-nsleaf-01"] == "10.75.2.11"
    assert found["h1-su01-nsleaf-05"] == "10.75.2.15"
    assert found["ns-nsspine-01"] == "10.75.2.203"


def test_switches_of_racks_count_by_the_index_of_the_rack(spectrum: Path) -> None:
    worlds.change(
        spectrum,
        [{"file": "site.yaml", "replace": "{index: 1}", "by": "{index: 3, name: h1-su01-r01}"}],
    )
    found = addresses(spectrum)
    assert found["h1-su01-r01-p1-tor-01"] == "10.75.1.19"
    assert found["h1-su01-r01-p1-tor-02"] == "10.75.1.20"


def test_another_rack_and_another_unit_move_no_switch(spectrum: Path) -> None:
    before = addresses(spectrum)
    more = "          - {index: 2, state: planned}\n      - index: 2\n        racks: [{index: 1}]"
    worlds.change(
        spectrum,
        [{"file": "site.yaml", "replace": "          - {index: 2, state: planned}", "by": more}],
    )
    assert before.items() <= addresses(spectrum).items()


def test_a_second_unit_has_the_second_part() -> None:
    ns = fabric(SPECTRUM, "ns")
    assert str(management.of_planned(ns, "h1-su02")) == "10.75.2.64/26"
    assert str(management.of_shared(ns)) == "10.75.2.192/26"


def test_a_switch_that_is_planned_has_no_port_yet(spectrum: Path) -> None:
    with (spectrum / "as-built/ns.csv").open("a") as file:
        file.write("h1-su01,nsleaf-04,SYN1001,,,02:02:00:00:00:01\n")
    assert "h1-su01-nsleaf-04" not in addresses(spectrum)


def test_nvos_and_bluefield_bmcs_are_on_the_racks_own_prefix(tmp_path: Path) -> None:
    there = devices(with_oob(tmp_path / "site"))
    assert there["a01 nvsw-09"].oob_address == "10.64.0.59"
    assert there["a01 c18"].oob_address == "10.64.0.78"
    assert there["a01 pwr-01"].oob_address == ""


def test_a_short_prefix_has_no_room_for_bluefields() -> None:
    there = devices(SPECTRUM)
    assert there["h1-su01-r01 nvsw-09"].oob_address == "10.76.0.59"
    assert there["h1-su01-r01 c01"].oob_address == "10.76.0.61"
    assert there["h1-su01-r01 c03"].oob_address == ""


def test_no_two_devices_of_a_rack_share_an_address(tmp_path: Path) -> None:
    there = devices(with_oob(tmp_path / "site")).values()
    every = [it.bmc_address for it in there] + [it.oob_address for it in there if it.oob_address]
    assert len(set(every)) == len(every)
