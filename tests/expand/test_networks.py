"""Addresses of every network in both families: what is there, or planned, moves none."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import worlds
from rackwright import expand, spec

HALL = """\
  - name: h{index}
    index: {index}
    {networks}
    feeds: [{{name: a, capacity_kw: 9000}}]
    scalable_units: [{units}]
"""
UNIT = """\
{{index: {index}, feed: a, racks: [{racks}]}}"""
RACK = "{{index: {index}, kind: gb300-nvl72, state: planned, pool: train}}"
OWN = """\
networks: {in_band: {prefix: 10.80.0.0/21, ipv6_prefix: fd00:80::/59}, \
storage: {prefix: 10.82.0.0/21}}"""

Places = Iterable[tuple[int, int, int]]
PLACES = st.sets(
    st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 8)), min_size=1, max_size=6
)
WIDER = {
    "10.70.0.0/21": "10.70.0.0/16",
    "10.71.0.0/21": "10.71.0.0/16",
    "10.72.0.0/20": "10.72.0.0/15",
    "/59": "/52",
    "last: 4200001023": "last: 4200999999",
}


def racks(places: Places, planned: int = 4) -> dict[str, dict[str, Any]]:
    """Return every address and number of every rack; hall 2 brings prefixes of its own."""
    with tempfile.TemporaryDirectory() as folder:
        site = worlds.every_network(worlds.copy(Path(folder)))
        text = (site / "site.yaml").read_text()
        for old, new in WIDER.items():
            text = text.replace(old, new)
        text = text.replace("planned_scalable_units: 4", f"planned_scalable_units: {planned}")
        head, rest = text.split("  - name: h1\n", 1)
        tail = rest[rest.index("\npools:") :]
        (site / "site.yaml").write_text(head + "".join(_halls(places)) + tail)
        (site / "as-built/h1-su01.csv").unlink()
        return _numbers(site)


def _halls(places: Places) -> Iterable[str]:
    for hall in sorted({hall for hall, _, _ in places}):
        units = []
        for unit in sorted({unit for at, unit, _ in places if at == hall}):
            indexes = sorted(index for at, su, index in places if (at, su) == (hall, unit))
            found = ", ".join(RACK.format(index=index) for index in indexes)
            units.append(UNIT.format(index=unit, racks=found))
        networks = OWN if hall == 2 else ""
        yield HALL.format(index=hall, networks=networks, units=", ".join(units))


def _numbers(site: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for each in expand.expand_all(spec.load(site)):
        if each.unit.kind == "scalable-unit":
            for rack in each.racks:
                values: dict[str, Any] = {
                    "out_of_band": rack.out_of_band.prefix,
                    "in_band": rack.in_band.prefix,
                    "asn": rack.asn,
                    **{key: subnet.prefix for key, subnet in rack.further.items()},
                }
                for device in each.by_rack[rack.name]:
                    values[f"{device.label} bmc"] = device.bmc_address
                    values[f"{device.label} host"] = device.address
                    values[f"{device.label} asn"] = device.asn
                    values |= {f"{device.label} {k}": v for k, v in device.further.items()}
                found[rack.name] = values
    return found


@settings(max_examples=12, deadline=None)
@given(places=PLACES, new=PLACES)
def test_new_racks_units_and_halls_move_no_address_in_any_family(
    places: set[tuple[int, int, int]], new: set[tuple[int, int, int]]
) -> None:
    before, after = racks(places), racks(places | new)
    assert {name: after[name] for name in before} == before


@settings(max_examples=12, deadline=None)
@given(places=PLACES)
def test_no_two_devices_share_an_address_or_a_number(places: set[tuple[int, int, int]]) -> None:
    seen: set[object] = set()
    for values in racks(places).values():
        mine = [v for key, v in values.items() if v and not key.endswith(" asn") and v != ""]
        mine += [v for key, v in values.items() if key.endswith(" asn") and v]
        assert len(set(mine)) == len(mine)
        assert seen.isdisjoint(mine)
        seen |= set(mine)


def moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    return {key.rpartition(" ")[2] for key in before if before[key] != after[key]}


def test_a_larger_plan_moves_later_halls_and_of_those_no_prefix_of_their_own() -> None:
    places = [(1, 1, 1), (1, 4, 8), (2, 1, 1), (2, 4, 8), (3, 1, 1)]
    before, after = racks(places), racks(places, planned=5)
    changed = {name: moved(before[name], after[name]) for name in before}
    assert changed["h1-su01-r01"] == changed["h1-su04-r08"] == set()
    assert {"storage", "host", "in_band", "in_band_ipv6"}.isdisjoint(changed["h2-su01-r01"])
    assert {"bmc", "storage_ipv6", "loopbacks", "asn"} <= changed["h2-su01-r01"]
    assert {"bmc", "host", "storage", "storage_ipv6", "loopbacks"} <= changed["h3-su01-r01"]


def test_an_address_is_in_the_prefix_of_its_rack() -> None:
    for values in racks([(1, 2, 3), (2, 4, 8), (3, 1, 1)]).values():
        for key, value in values.items():
            network = key.partition(" ")[2]
            if network and network not in ("bmc", "host", "asn"):
                name = "point_to_point" if network.startswith("point") else network
                assert ip_address(value) in ip_network(values[name])


def test_links_are_pairs_that_begin_at_an_even_address() -> None:
    (values,) = racks([(1, 1, 2)]).values()
    ends = [values[f"c{n:02d} point_to_point_{link}"] for link in (1, 2) for n in range(1, 19)]
    assert ends[:2] == ["10.72.0.131", "10.72.0.133"]
    assert all(int(ip_address(end)) % 2 for end in ends)
    assert len(set(ends)) == 36
