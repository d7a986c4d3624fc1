"""management.csv as rendered/ has it: what DHCP must know beside BMCs and hosts."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from rackwright.verify.consumer import Rendered

LIST = "management.csv"
ETH0 = "eth0"
"""The port of an Ethernet switch; the others are of trays."""


@dataclass(frozen=True, slots=True)
class Port:
    """One line of a unit's list, and where it stands."""

    name: str
    device: str
    port: str
    serial: str
    mac: str
    address: str
    gateway: str
    path: str
    line: int


def read(rendered: Rendered) -> Iterator[Port]:
    """Yield the management ports of every list."""
    for path in rendered.paths:
        if path.endswith(f"/{LIST}"):
            rows = csv.DictReader(rendered.text(path).splitlines(), restval="")
            for line, row in enumerate(rows, start=2):
                yield Port(
                    name=row["NAME"],
                    device=row["DEVICE"],
                    port=row["PORT"],
                    serial=row["SERIAL"],
                    mac=row["MAC"],
                    address=row["ADDRESS"],
                    gateway=row["GATEWAY"],
                    path=path,
                    line=line,
                )
