"""Readers of files that no example site may have, each with a mistake that is seen."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import worlds
from rackwright.verify import agreement, run

PLAN = "h1-su01/plan.json"
MAC = "3c:6d:66:2b:90:20"
TRAY = "a01-p1-dgx-01-c0"
FILES = {
    "h1-su01/dns/one-rack.example": f"""\
{TRAY}1 A 10.65.0.11
{TRAY}1-bmc A 10.64.0.11
{TRAY}2 A 10.65.0.12
""",
    "h1-su01/dns/65.10.in-addr.arpa": f"11.0 PTR {TRAY}1.one-rack.example.\n",
    "h1-su01/conman/compute": f'CONSOLE name="{TRAY}1" dev="ipmi:10.64.0.11"\n',
    "site/rsyslog/client.conf": '*.* action(type="omfwd" target="10.63.0.10" port="514")\n',
    "h1-su01/netplan/a01.yaml": f"""\
network:
  ethernets:
    "{TRAY}1":
      match: {{macaddress: "{MAC}"}}
      addresses: ["10.65.0.11/26"]
      nameservers: {{addresses: ["10.63.0.10"], search: ["one-rack.example"]}}
""",
}


def said(tmp_path: Path, change: tuple[str, str, str] | None = None) -> list[tuple[str, int, str]]:
    site = tmp_path / "site"
    shutil.copytree(worlds.ONE_RACK, site)
    for path, text in FILES.items():
        file = site / "rendered" / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
        if change and change[0] == path:
            assert change[1] in text
            file.write_text(text.replace(change[1], change[2], 1))
    found = agreement.disagreements(run.read(site))
    return [(place.path, place.line, message) for place, message in found]


def test_files_that_agree_are_passed(tmp_path: Path) -> None:
    assert said(tmp_path) == []


@pytest.mark.parametrize(
    ("path", "old", "new", "line", "message"),
    [
        (
            "h1-su01/dns/one-rack.example",
            "A 10.64.0.11",
            "A 10.64.0.12",
            2,
            f"the BMC address of {TRAY}1 is 10.64.0.12 here, and 10.64.0.11 in h1-su01/plan.json",
        ),
        (
            "h1-su01/dns/one-rack.example",
            f"{TRAY}1 A 10.65.0.11\n{TRAY}1-bmc A 10.64.0.11\n{TRAY}2 A 10.65.0.12",
            f"{TRAY}2 A 10.65.0.12\n{TRAY}1 A 10.65.0.11",
            2,
            f"{TRAY}1 stands behind {TRAY}2 in the zone h1-su01/dns/one-rack.example",
        ),
        (
            "h1-su01/dns/65.10.in-addr.arpa",
            "11.0 PTR",
            "12.0 PTR",
            1,
            f"the in-band address of {TRAY}1 is 10.65.0.12 here, and 10.65.0.11 in {PLAN}",
        ),
        (
            "h1-su01/conman/compute",
            f"{TRAY}1",
            f"{TRAY}0",
            1,
            f"there is no device {TRAY}0",
        ),
        (
            "site/rsyslog/client.conf",
            "10.63.0.10",
            "10.63.0.11",
            1,
            "there is no service address 10.63.0.11",
        ),
        (
            "h1-su01/netplan/a01.yaml",
            "2b:90:20",
            "2b:90:21",
            4,
            f"the in-band MAC of {TRAY}1 is {MAC[:-1]}1 here, and {MAC} in {PLAN}",
        ),
        (
            "h1-su01/netplan/a01.yaml",
            '["10.63.0.10"]',
            '["10.63.0.1"]',
            6,
            "no service node with role dns has 10.63.0.1",
        ),
    ],
)
def test_a_file_that_disagrees_is_named(
    path: str, old: str, new: str, line: int, message: str, tmp_path: Path
) -> None:
    assert (path, line, message) in said(tmp_path, (path, old, new))
