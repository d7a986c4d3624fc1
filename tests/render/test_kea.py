"""The rendered Kea configuration, put together as Kea does; the lab starts the real one."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

import worlds

RENDERED = worlds.ONE_RACK / "rendered"


@pytest.fixture(scope="module")
def kea() -> dict[str, Any]:
    text = (RENDERED / "site/kea/kea-dhcp4.conf").read_text()
    included = (RENDERED / "h1-su01/kea/subnets.json").read_text()
    whole = re.sub(r'<\?include "/etc/kea/h1-su01-subnets.json"\?>', lambda _: included, text)
    bare = "\n".join(line for line in whole.splitlines() if not line.lstrip().startswith("//"))
    return json.loads(bare)["Dhcp4"]


def test_what_is_included_fits_where_it_is_included(kea: dict[str, Any]) -> None:
    assert [subnet["subnet"] for subnet in kea["subnet4"]] == [
        "10.63.0.0/24",
        "10.64.0.0/24",
        "10.65.0.0/26",
    ]


def test_every_bmc_and_every_host_has_its_reservation(kea: dict[str, Any]) -> None:
    assert [len(subnet.get("reservations", ())) for subnet in kea["subnet4"]] == [0, 35, 18]


def test_nobody_else_gets_an_address(kea: dict[str, Any]) -> None:
    assert not any("pools" in subnet for subnet in kea["subnet4"])


def test_a_subnets_id_comes_from_the_racks_number(kea: dict[str, Any]) -> None:
    assert [subnet["id"] for subnet in kea["subnet4"]] == [1, 100001, 200001]
