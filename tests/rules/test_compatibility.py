"""The table of what fits together, and the comparisons with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rackwright import hardware, yamlfile
from rackwright.expand.firmware import CLASSES
from rackwright.rules import compatibility

DATA: Any = yamlfile.parse(
    Path(compatibility.__file__).with_name("compatibility.yaml").read_text(), "compatibility.yaml"
).data
ENTRIES = [
    *(entry for entries in DATA["components"].values() for entry in entries),
    *(entry for name in ("orders", "needs", "equal", "releases") for entry in DATA[name]),
]


def test_every_entry_has_a_source_and_every_source_an_entry() -> None:
    assert {entry["source"] for entry in ENTRIES} == DATA["sources"].keys()


def test_the_components_are_those_of_the_classes_a_rack_has() -> None:
    assert set(DATA["components"]) == set(CLASSES.values())


def test_an_order_is_one_of_known_components() -> None:
    for order in compatibility.table().orders:
        known = [component.name for component in compatibility.table().of(order.device)]
        assert [name for name in known if name in order.components] == list(order.components)


def test_every_adapter_is_one_of_a_rack_in_the_catalogue() -> None:
    adapters = {
        port.adapter
        for kind in hardware.catalogue().values()
        for device in kind.devices
        for port in device.ports
    }
    for component in compatibility.table().components:
        assert any(adapter.startswith(component.adapter) for adapter in adapters), component


def test_every_release_keeps_the_rules() -> None:
    table = compatibility.table()
    for release in table.releases:
        for one, other, _ in table.equal:
            if one in release.versions:
                assert release.versions[one] == release.versions[other]
        for need in table.needs:
            if {need.software, need.needs} <= release.versions.keys():
                theirs = release.versions[need.needs]
                assert compatibility.ordered(theirs) >= compatibility.ordered(need.at_least)


@pytest.mark.parametrize(
    ("versions", "releases"),
    [
        ({"driver": "580.126.20"}, ("DGX GB300 SW 1.0.6", "GCP A4X Max")),
        ({"driver": "580.126.20", "doca": "3.2.1-044413"}, ("DGX GB300 SW 1.0.6",)),
        ({"driver": "580.95.05", "cuda": "13.0.1", "imex": "580.95.05"}, ("GCP A4X Max",)),
        ({"driver": "580.126.2"}, ("GCP A4X Max",)),
        ({"driver": "5801.1"}, ()),
        ({"driver": "580.126.20", "doca": "3.2.10"}, ()),
        ({"driver": "595.91.07", "cuda": "13.0.2"}, ()),
    ],
)
def test_a_release_has_all_versions_or_it_is_another(
    versions: dict[str, str], releases: tuple[str, ...]
) -> None:
    assert compatibility.releases_of(versions) == releases


def test_versions_are_compared_by_their_numbers() -> None:
    versions = ["580.95.05", "580.126.20", "580", "595.91.07"]
    assert sorted(versions, key=compatibility.ordered) == [
        "580",
        "580.95.05",
        "580.126.20",
        "595.91.07",
    ]
