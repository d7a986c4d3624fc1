"""Both texts of a switch, from one intent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from msgspec.structs import replace

import worlds
from rackwright import expand, render, spec
from rackwright.expand.fabrics import cabled
from rackwright.inventory.switching import Configured, Vrf
from rackwright.render import jinja, switches

SPECTRUM = worlds.SITES / "spectrum-x"


@pytest.fixture(scope="module")
def leaf() -> Configured:
    (unit,) = [i for i in expand.expand_all(spec.load(SPECTRUM)) if i.unit.name == "h1-su01"]
    return next(each for each in cabled(unit).configured if each.name == "h1-su01-nsleaf-01")


def told(switch: Configured) -> dict[str, Any]:
    (item,) = yaml.safe_load(switches.startup(switch))
    found: dict[str, Any] = item["set"]
    return found


def test_a_changed_mtu_shows_in_every_switch_of_the_fabric(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path, SPECTRUM)
    worlds.change(
        site,
        [
            {
                "file": "site.yaml",
                "replace": "kind: spectrum-x",
                "by": "kind: spectrum-x\n    mtu: 9000",
            }
        ],
    )
    before, after = render.render(SPECTRUM), render.render(site)
    changed = {
        path for path in after if path.endswith("startup.yaml") and after[path] != before[path]
    }
    of_fabric = {
        path for path in after if path.endswith("startup.yaml") and " of ew (" in after[path]
    }
    assert changed == of_fabric
    assert all("mtu: 9000" in after[path] and "mtu: 9216" not in after[path] for path in changed)


def test_a_tunnels_header_fits_into_the_fabrics_mtu(leaf: Configured) -> None:
    interfaces = told(leaf)["interface"]
    assert interfaces["swp33s0"]["link"]["mtu"] == 9216
    assert interfaces["r01c01"]["link"]["mtu"] == interfaces["vlan101"]["link"]["mtu"] == 9166


@pytest.mark.parametrize("word", ["on", "no", "null", "y", "1e3"])
def test_a_tenants_name_stays_text(leaf: Configured, word: str) -> None:
    tenant = replace(leaf, vrfs=(Vrf(name=word, vni=102),))
    assert told(tenant)["vrf"][word]["evpn"]["vni"] == {"102": {}}


def test_a_relay_leads_to_every_dhcp_server_over_every_uplink(leaf: Configured) -> None:
    relay = told(leaf)["service"]["dhcp-relay"]["default"]
    assert relay["downstream-interface"] == {"vlan101": {"server-group-name": "dhcp"}}
    assert list(relay["server-group"]["dhcp"]["server"]) == ["10.75.0.10"]
    assert len(relay["server-group"]["dhcp"]["upstream-interface"]) == 36


def test_a_vrf_has_routes_of_its_own_in_both_texts(leaf: Configured) -> None:
    tenant = replace(leaf, vrfs=(Vrf(name="acme", vni=102),))
    assert told(tenant)["vrf"]["acme"]["router"]["bgp"]["autonomous-system"] == int(leaf.asn)
    assert f"router bgp {leaf.asn} vrf acme" in switches.frr(tenant)


def test_switches_that_are_filled_at_once_read_as_each_alone() -> None:
    (unit,) = [i for i in expand.expand_all(spec.load(SPECTRUM)) if i.unit.name == "h1-su01"]
    inventory = cabled(unit)
    assert any(run.names for run in inventory.configured.runs)
    with jinja.watched(lambda _template, _values: None):
        alone = dict(switches.files(inventory))
    assert dict(switches.files(inventory)) == alone
