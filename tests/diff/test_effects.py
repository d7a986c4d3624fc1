"""The table of what changes do: complete, and true to the programs it speaks of."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
import yaml

import worlds
from rackwright import expand, spec
from rackwright.diff import facts
from rackwright.diff.effects import UNKNOWN, table
from rackwright.diff.model import Sign
from rackwright.expand.fabrics import cabled
from rackwright.inventory import Inventory
from rackwright.render import delivery
from rackwright.spec.gates import Effect

ROLES = Path(__file__).parents[2] / "playbooks/roles"
SITES = sorted(worlds.SITES.iterdir())
PATHS = sorted(
    {
        path.relative_to(site / "rendered").as_posix()
        for site in SITES
        for path in (site / "rendered").rglob("*")
        if path.is_file()
    }
)


def records(site: Path) -> list[facts.Record]:
    loaded = spec.load(site)
    first, *units = expand.expand_all(loaded)
    found = facts.facts(first, map(cabled, units), None)
    return list(found.records.values())


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.name)
def test_every_field_of_every_example_site_is_in_the_table(site: Path) -> None:
    unknown = {
        f"{record.kind} {field}"
        for record in records(site)
        for field in record.fields
        if table().of_field(record.kind, field)[1].effect == UNKNOWN
    }
    assert unknown == set()


def test_every_field_that_a_site_with_everything_has_is_in_the_table(tmp_path: Path) -> None:
    worlds.every_network(worlds.copy(tmp_path))
    unknown = {
        f"{record.kind} {field}"
        for record in records(tmp_path)
        for field in record.fields
        if table().of_field(record.kind, field)[1].effect == UNKNOWN
    }
    assert unknown == set()


@pytest.mark.parametrize("kind", table().changes)
@pytest.mark.parametrize("sign", [Sign.ADD, Sign.REMOVE])
def test_every_kind_says_what_it_does_to_come_and_to_go(kind: str, sign: Sign) -> None:
    if kind not in ("cables", "nvlink-domain"):
        assert table().of_thing(kind, sign).effect != UNKNOWN


@pytest.mark.parametrize("path", PATHS)
def test_every_rendered_file_says_what_it_does(path: str) -> None:
    """A new artefact is a line of effects.yaml, too."""
    assert table().of_file(path).effect != UNKNOWN


def test_what_is_not_in_the_table_is_unknown_and_graver_than_all_that_is() -> None:
    unknown = table().of_field("rack", "colour")[1]
    assert unknown.effect == UNKNOWN
    assert unknown.gravity > table().of_field("rack", "decommission")[1].gravity


def test_services_read_what_the_playbooks_say_they_read() -> None:
    compute = yaml.safe_load((ROLES / "compute_node/defaults/main.yaml").read_text())
    service = yaml.safe_load((ROLES / "service_node/defaults/main.yaml").read_text())
    wanted = {("compute", each["name"], each["reads"]) for each in compute["compute_node_services"]}
    known = {(each.on, each.name, each.reads) for each in table().services}
    assert wanted <= known
    nodes = {
        (path, each["name"], each["reads"])
        for path, each in service["service_node_services"].items()
    }
    assert nodes == {
        (each.where, each.name, each.reads) for each in table().services if each.on == "service"
    }


def test_services_that_the_site_or_a_pool_brings_read_what_is_said(tmp_path: Path) -> None:
    common = _site(SITES[0]).common
    brought = [(each.name, f"{each.reads}/") for each in delivery.site_services(common)]
    known = {(each.name, each.reads) for each in table().services if each.on == "compute"}
    assert set(brought) <= known


def test_gates_know_the_effects_of_the_table() -> None:
    assert list(get_args(Effect)) == [word for word in table().effects if word != "none"]


def test_a_source_that_names_a_file_of_ours_names_one_that_is_there() -> None:
    top = Path(__file__).parents[2]
    for source in table().sources.values():
        file = source.partition(":")[0]
        if "/" in file and " " not in file:
            assert (top / file).exists() or (top / "infra/rackwright" / file).exists(), file


def test_fields_are_called_what_people_call_them() -> None:
    assert table().of_field("pool", "versions.driver")[0] == "version driver"
    assert table().of_field("power-shelf", "bmc_mac")[0] == "BMC MAC"
    assert table().of_field("feed", "installed_kw")[0] == "installed kW"


def _site(site: Path) -> Inventory:
    return expand.expand_all(spec.load(site))[0]


def test_no_field_of_what_is_common_to_a_site_is_forgotten() -> None:

    from rackwright.inventory import Common

    fields = set(Common.__struct_fields__)
    told = {
        name.split(".")[0] for name in facts.facts(_site(SITES[0]), (), None).records["site"].fields
    }
    empty = {name for name in fields if not getattr(_site(SITES[0]).common, name)}
    assert fields - told - set(facts.COMMON_KINDS) - empty <= {"site", "units", "tenancy", "inputs"}
