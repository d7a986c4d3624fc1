"""The sites that are rendered: the campus of Childress as if it stood, and the same in other sizes.

Every rack is installed and has a synthetic as-built row for each device, so every artefact is
there. Other sizes have as many halls of 33 scalable units as they need, each with its fabrics, its
pool and its Slurm controller, and prefixes that hold five thousand racks in any size.
"""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

import synthetic

CHILDRESS = Path(__file__).parents[2] / "infra/sites/childress/site.yaml"
PER_HALL = 33
RACKS = 8
TRAYS = 18
_FABRIC = 17
"""Scalable units of the first of a hall's two fabrics; two tiers reach 18."""


def childress(folder: Path) -> Path:
    """Write the campus with every rack installed."""
    return _written(folder, CHILDRESS.read_text().replace("state: planned", "state: installed"))


def sized(folder: Path, units: int) -> Path:
    """Write a campus of so many scalable units."""
    site = yaml.safe_load(CHILDRESS.read_text())
    site["defaults"]["racks"] |= {"state": "installed", "pool": "train1"}
    site["networks"] |= {
        "out_of_band": {"prefix": "10.8.0.0/13", "rack_prefix_length": 26},
        "in_band": {
            "prefix": "10.16.0.0/14",
            "rack_prefix_length": 27,
            "ipv6_prefix": "fd00:4::/50",
        },
        "storage": {"prefix": "10.20.0.0/14", "rack_prefix_length": 27},
    }
    halls = list(_halls(units))
    nodes = [node for node in site["service_nodes"] if not node["name"].startswith("slurm")]
    site |= {
        "halls": [_hall(site["halls"][0], *each) for each in halls],
        "fabrics": [*_fabrics(halls), _management(halls)],
        "pools": [_pool(site["pools"][0], index) for index, _ in halls],
        "service_nodes": [*nodes, *(_controller(index) for index, _ in halls)],
    }
    return _written(folder, json.dumps(site, indent=1))


def copy(source: Path, folder: Path) -> Path:
    """Copy what people write of a site, without what is rendered or remembered."""
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("rendered", ".rackwright"))
    return folder


def _written(folder: Path, text: str) -> Path:
    (folder / "as-built").mkdir(parents=True)
    (folder / "site.yaml").write_text(text)
    numbers = itertools.count(1)
    for name, table in synthetic.tables(folder):
        (folder / "as-built" / name).write_text(_with_macs(table, numbers))
    return folder


def _with_macs(table: str, numbers: Iterator[int]) -> str:
    """Return a table with MACs by number: of so many that are drawn, two would be the same."""
    head, *rows = table.splitlines()
    return "\n".join((head, *map(_with_mac, rows, numbers), ""))


def _with_mac(row: str, number: int) -> str:
    rack, label, serial, _, in_band, *guids = row.split(",")
    last = number.to_bytes(4).hex(":")
    return ",".join((rack, label, serial, f"02:00:{last}", in_band and f"02:01:{last}", *guids))


def _halls(units: int) -> Iterator[tuple[int, int]]:
    """Yield index and scalable units of every hall."""
    for place, first in enumerate(range(0, units, PER_HALL)):
        yield place + 1, min(PER_HALL, units - first)


def _hall(like: dict[str, Any], index: int, units: int) -> dict[str, Any]:
    racks = {"first": 1, "count": RACKS}
    alike = {"first": 1, "count": units, "racks": racks}
    return {**like, "name": f"h{index}", "index": index, "scalable_units": alike}


def _fabrics(halls: list[tuple[int, int]]) -> Iterator[dict[str, Any]]:
    for index, units in halls:
        for word, first, count in (("a", 1, _FABRIC), ("b", _FABRIC + 1, PER_HALL - _FABRIC)):
            if units >= first:
                run = {"hall": f"h{index}", "first": first, "count": count}
                name = f"h{index}{word}"
                yield {"name": name, "kind": "quantum-x800", "planned_scalable_units": run}


def _management(halls: list[tuple[int, int]]) -> dict[str, Any]:
    runs = [{"hall": f"h{index}", "first": 1, "count": PER_HALL} for index, _ in halls]
    return {"name": "mgmt", "kind": "oob", "planned_scalable_units": runs}


def _pool(like: dict[str, Any], index: int) -> dict[str, Any]:
    slurm = {**like["slurm"], "controller": f"slurm{index}"}
    return {**like, "name": f"train{index}", "racks": {"halls": [f"h{index}"]}, "slurm": slurm}


def _controller(index: int) -> dict[str, Any]:
    address = f"10.0.0.{100 + index}"
    return {
        "name": f"slurm{index}",
        "address": address,
        "interface": "bond0",
        "roles": ["scheduler"],
    }
