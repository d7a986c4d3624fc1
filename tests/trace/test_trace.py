from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import worlds
from rackwright import spec, trace, verbs
from rackwright.inventory import Device, Rack
from rackwright.problems import NoSuchValue
from rackwright.trace.reasons import DEVICE_REASONS, RACK_REASONS

ONE_SU = worlds.SITES / "one-su"
LOADED = spec.load(ONE_SU)
RACK = "racks.h1-su01-r03"


def values(kind: type) -> list[str]:
    return list(kind.__struct_fields__)


def why(path: str) -> Iterator[tuple[str, str]]:
    """Yield the lines that the reasons of a value stand on, without their places."""
    for reason in trace.why(LOADED, path):
        line = ""
        if reason.at:
            line = Path(reason.at.file).read_text().splitlines()[reason.at.line - 1].strip()
        yield reason.text, line


def test_every_field_of_a_rack_and_of_a_device_has_a_reason() -> None:
    assert sorted(RACK_REASONS) == sorted(values(Rack))
    assert sorted(DEVICE_REASONS) == sorted(values(Device))


@pytest.mark.parametrize("rack", ["h1-su01-r01", "h1-su01-r03", "h1-su01-r05", "h1-su01-r08"])
def test_every_value_can_be_shown_with_its_reasons(rack: str) -> None:
    paths = [f"racks.{rack}.{field}" for field in values(Rack)]
    for label in ("c07", "nvsw-09", "pwr-01"):
        paths += [f"racks.{rack}.trays.{label}.{field}" for field in values(Device)]
    for path in paths:
        assert list(trace.show(LOADED, path))
        assert all(reason.text for reason in trace.why(LOADED, path))
        assert list(trace.why(LOADED, path))


def test_an_address_is_arithmetic_with_its_numbers() -> None:
    path = f"{RACK}.trays.c07.bmc_address"
    assert list(trace.show(LOADED, path)) == ["10.68.2.17"]
    steps = list(why(path))
    assert steps[0] == ("10.68.2.0/24 + 10 for a compute + its index 7", "")
    assert steps[1][1] == "prefix: 10.68.0.0/16"
    assert steps[2] == ("a /24 for each rack", "rack_prefix_length: 24")
    assert steps[3][0] == "2 = ((hall 1 - 1) x 4 + unit 1 - 1) x 8 + rack 3 - 1"


def test_a_value_in_layers_says_what_it_would_be_without_the_strongest() -> None:
    assert list(why("racks.h1-su01-r08.installed")) == [
        ("given here: planned", "- {index: 8, state: planned}"),
        ("what differs for rack 8", "- {index: 8, state: planned}"),
        (
            "without that, it would be this: installed",
            "racks: {kind: gb300-nvl72, state: installed}",
        ),
    ]


def test_a_selected_pool_names_the_selection() -> None:
    (text, line), named = why(f"{RACK}.pool")
    assert text == "given here: train"
    assert line.startswith("racks: {scalable_units")
    assert named == ("the pool train", "- name: train")


def test_a_serial_names_its_row() -> None:
    ((_, line),) = why(f"{RACK}.trays.c06.serial")
    assert line.startswith("h1-su01-r03,c06,")


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("rakcs", "did you mean 'racks'?"),
        ("racks.h1-su01-r3", "did you mean 'h1-su01-r03'?"),
        (f"{RACK}.trays.c77", "did you mean 'c17'?"),
        (f"{RACK}.trays.c07.bmc_adress", "did you mean 'bmc_address'?"),
        (f"{RACK}.index.x", ""),
        ("", "known: fabrics, feeds, pools, racks, service_nodes, spaces"),
        (f"{RACK}..name", "did you mean"),
    ],
)
def test_a_path_that_leads_nowhere_is_said(path: str, hint: str) -> None:
    with pytest.raises(NoSuchValue) as caught:
        list(trace.show(LOADED, path))
    if path.endswith("..name"):
        assert "there is no ''" in caught.value.message
    else:
        assert caught.value.hint == hint


@pytest.mark.parametrize(
    ("path", "lines"),
    [
        ("racks", [f"h1-su01-r{n:02}" for n in range(1, 9)]),
        ("feeds", ["h1"]),
        ("pools.train.spares", ["1"]),
        (f"{RACK}.hardware.devices.compute.count", ["18"]),
        (f"{RACK}.holds", ["none"]),
        (f"{RACK}.in_band.prefix", ["10.69.0.128/26"]),
        ("service_nodes.svc02.standby", ["dhcp, dns, time"]),
    ],
)
def test_what_is_there_can_be_shown(path: str, lines: list[str]) -> None:
    assert list(trace.show(LOADED, path)) == lines


def test_the_verb_prints_value_and_reasons() -> None:
    path = f"{RACK}.trays.c07.open"
    said = CliRunner().invoke(verbs.rackwright, ["show", path, str(ONE_SU), "--why"]).output
    first, second, *_ = said.splitlines()
    assert first == "returned to the factory with a leak"
    assert second.endswith("site.yaml:57:24: given here: c07")


def test_further_addresses_and_numbers_say_their_arithmetic(tmp_path: Path) -> None:
    loaded = spec.load(worlds.every_network(worlds.copy(tmp_path)))
    device = "racks.a01.trays.c07"
    assert list(trace.show(loaded, f"{device}.further.storage_ipv6")) == ["fd00:70::11"]
    said = [reason.text for reason in trace.why(loaded, f"{device}.further.storage_ipv6")]
    assert said[0] == "10 for a compute + its index 7, in the rack's storage_ipv6"
    assert said[1] == "the rack's /64 is number 0, from 0, in fd00:70::/59"
    assert not any("10.7" in step for step in said)
    (first, *_) = trace.why(loaded, f"{device}.further.point_to_point_2")
    assert first.text.startswith("(link 2 - 1) x 64 + 2 x tray 7 + 1, in the rack's point")
    (first, *_) = trace.why(loaded, f"{device}.asn")
    assert first.text == "4200000000 + rack number 0 x 32 + tray 7"
    assert next(iter(trace.why(loaded, "racks.a01.trays.pwr-01.asn"))).text == "it has none"


def test_a_hall_with_a_prefix_of_its_own_counts_from_its_own_first_rack(tmp_path: Path) -> None:
    own = "    index: 3\n    networks: {in_band: {prefix: 10.90.0.0/21}}\n"
    site = worlds.copy(tmp_path)
    worlds.change(site, [{"file": "site.yaml", "replace": "    index: 1\n", "by": own}])
    loaded = spec.load(site)
    assert list(trace.show(loaded, "racks.a01.in_band.prefix")) == ["10.90.0.0/26"]
    said = [reason.text for reason in trace.why(loaded, "racks.a01.in_band")]
    assert said[0] == "the rack's /26 is number 0, from 0, in 10.90.0.0/21"
    assert list(trace.show(loaded, "spaces.in-band-of-h1.possible_racks")) == ["32"]
