from __future__ import annotations

import pytest

from rackwright.provision import wire
from rackwright.provision.wire import SECRET, SIGNATURE, UNKNOWN, UNKNOWNS


def test_what_goes_over_the_wire_comes_back_the_same() -> None:
    values = {"rack": {"index": 18, "trays": ["c01"], "share": 0.5, "hold": "", "ready": True}}
    assert wire.plain(wire.struct(values)) == values


def test_a_whole_number_comes_back_whole() -> None:
    assert type(wire.plain(wire.struct({"index": 18}))["index"]) is int


def test_a_secret_is_unwrapped() -> None:
    wrapped = {"password": {SIGNATURE: SECRET, "value": "hidden"}}
    assert wire.plain(wire.struct(wrapped)) == {"password": "hidden"}


@pytest.mark.parametrize("unknown", sorted(UNKNOWNS))
def test_every_kind_of_unknown_is_found_at_any_depth(unknown: str) -> None:
    assert wire.has_unknown({"rack": {"trays": [{"serial": unknown}]}})


def test_known_values_are_known() -> None:
    assert not wire.has_unknown({"rack": {"trays": [{"serial": UNKNOWN[:-1]}], "index": 1}})
