from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import worlds
from rackwright.lab.scope import read
from rackwright.problems import PlanError


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return shutil.copytree(worlds.ONE_RACK, tmp_path / "site")


def change(site: Path, unit: str, **fields: object) -> None:
    path = site / "rendered" / unit / "plan.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def test_all_installed_racks_are_in_scope_unless_some_are_named(site: Path) -> None:
    assert [rack.name for rack in read(site).racks] == ["a01"]
    assert [rack.name for rack in read(site, ("a01",)).racks] == ["a01"]


def test_a_rack_that_is_not_installed_is_refused_by_name(site: Path) -> None:
    with pytest.raises(PlanError, match="no installed rack a07") as raised:
        read(site, ("a07",))
    assert raised.value.hint == "it has a01"


def test_a_site_without_racks_has_nothing_to_run(site: Path) -> None:
    change(site, "h1-su01", racks=[])
    with pytest.raises(PlanError, match="no installed rack"):
        read(site)


def test_the_services_are_where_the_rendered_addresses_say(site: Path) -> None:
    endpoints = read(site).endpoints
    assert (endpoints.node.name, endpoints.port) == ("svc01", 6385)
    assert endpoints.image_server == "https://10.63.0.10:8180"
    assert endpoints.image_path == "images/dgx-node.iso"


def test_an_ironic_that_is_on_no_service_node_is_refused(site: Path) -> None:
    plan = json.loads((site / "rendered/site/plan.json").read_text())
    change(site, "site", ironic=plan["ironic"] | {"url": "https://10.9.9.9:6385"})
    with pytest.raises(PlanError, match="is not on a service node with the role ironic"):
        read(site)


def test_a_boot_medium_that_lies_elsewhere_is_refused(site: Path) -> None:
    plan = json.loads((site / "rendered/h1-su01/plan.json").read_text())
    plan["pools"]["train"]["image"]["url"] = "https://10.9.9.9/node.iso"
    change(site, "h1-su01", pools=plan["pools"])
    with pytest.raises(PlanError, match="the lab serves one boot medium"):
        read(site)
