"""Small worlds for tests: copies of the example site with something changed."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from rackwright import inputs, render, tree

SITES = Path(__file__).parent / "sites"
ONE_RACK = SITES / "one-rack"


def copy(target: Path, source: Path = ONE_RACK) -> Path:
    """Return a copy of a site's inputs, without rendered/."""
    made = shutil.ignore_patterns("rendered", ".rackwright")
    shutil.copytree(source, target, ignore=made, dirs_exist_ok=True)
    return target


def is_right(site: Path) -> bool:
    """Return whether rendered/ is what a render without any memory makes of the site."""
    inputs.require_current(site)
    return tree.compare(render.render(site), site / "rendered") == ()


def change(site: Path, changes: list[Mapping[str, Any]]) -> None:
    """Change the files of a site: `replace` a text `by` another, `write`, `link` or `remove` it."""
    for step in changes:
        path = site / step["file"]
        if step.get("remove"):
            path.unlink()
        elif "link" in step:
            path.unlink()
            path.symlink_to(step["link"])
        elif "write" in step:
            path.parent.mkdir(exist_ok=True)
            text = f"{step['write']}\n" * step.get("times", 1)
            path.write_text(text, encoding=step.get("encoding", "utf-8"))
        else:
            text = path.read_text()
            assert step["replace"] in text, f"{step['file']} does not hold {step['replace']!r}"
            path.write_text(text.replace(step["replace"], step["by"], 1))


def rebuild(
    site: Path, units: Mapping[int, Mapping[str, int]], planned: Collection[str] = ()
) -> None:
    """Give a copy of the example other racks: name to index by scalable unit, all as built."""
    text = (site / "site.yaml").read_text()
    head, rest = text.split("    scalable_units:\n", 1)
    tail = rest[rest.index("\npools:") :]
    lines = [line for unit, racks in units.items() for line in _unit(unit, racks, planned)]
    (site / "site.yaml").write_text("\n".join((f"{head}    scalable_units:", *lines, tail)))
    for old in (site / "as-built").iterdir():
        old.unlink()
    for unit, racks in units.items():
        rows = [row for name in racks if name not in planned for row in _rows(name)]
        csv = "\n".join(("rack,tray,serial,bmc_mac,in_band_mac", *rows, ""))
        (site / "as-built" / f"h1-su{unit:02d}.csv").write_text(csv)


def _unit(unit: int, racks: Mapping[str, int], planned: Collection[str]) -> Iterator[str]:
    yield f"      - index: {unit}"
    yield "        feed: a"
    yield "        racks:" if racks else "        racks: []"
    for name, index in racks.items():
        state = "planned" if name in planned else "installed"
        yield (
            f"          - {{name: {name}, index: {index}, kind: gb300-nvl72, "
            f"state: {state}, pool: train}}"
        )


def _rows(rack: str) -> Iterator[str]:
    labels = [f"c{n:02d}" for n in range(1, 19)]
    labels += [f"nvsw-{n:02d}" for n in range(1, 10)] + [f"pwr-{n:02d}" for n in range(1, 9)]
    for label in labels:
        mac = hashlib.sha256(f"{rack} {label}".encode()).hexdigest()
        pairs = ":".join(mac[n : n + 2] for n in range(0, 6, 2))
        in_band = f"3c:6d:67:{pairs}" if label.startswith("c") else ""
        yield f"{rack},{label},S{rack}{label},3c:6d:66:{pairs},{in_band}"


def fabrics(site: Path, *items: str) -> None:
    """Give a copy of the example fabrics, each a flow mapping, and UFM to manage them."""
    lines = "".join(f"  - {item}\n" for item in items)
    steps = [("\npools:", f"\nfabrics:\n{lines}\npools:"), ("scheduler]", "scheduler, ufm]")]
    change(site, [{"file": "site.yaml", "replace": a, "by": b} for a, b in steps])


EVERY_NETWORK = """\
    interface: bond0
    ipv6_prefix: fd00:65::/59
  storage:
    prefix: 10.70.0.0/21
    rack_prefix_length: 26
    ipv6_prefix: fd00:70::/59
  loopbacks: {prefix: 10.71.0.0/21, rack_prefix_length: 26}
  point_to_point: {prefix: 10.72.0.0/20, rack_prefix_length: 25, links_per_tray: 2}
  asns: {first: 4200000000, last: 4200001023}
"""
"""The example site's networks with everything beside them, each just large enough."""


def every_network(site: Path) -> Path:
    """Give a copy of the example every network it can have."""
    change(
        site,
        [
            {"file": "site.yaml", "replace": "    interface: bond0\n", "by": EVERY_NETWORK},
            {
                "file": "site.yaml",
                "replace": "    rack_prefix_length: 24\n",
                "by": "    rack_prefix_length: 24\n    ipv6_prefix: fd00:64::/59\n",
            },
        ],
    )
    return site


KUBERNETES = "    kubernetes: {compute_domains: true, version: '1.34.2', dra_driver: '0.5.0'}\n"


def kubernetes(site: Path, settings: str = KUBERNETES) -> Path:
    """Let Kubernetes schedule the pool of a copy of the example."""
    text = (site / "site.yaml").read_text()
    head, rest = text.split("    slurm:\n      controller", 1)
    tail = rest[rest.index("\nservice_nodes") :]
    text = f"{head}{settings}{tail}".replace("scheduler: slurm", "scheduler: kubernetes")
    text = text.replace("ironic, scheduler]", "ironic]")
    (site / "site.yaml").write_text(text)
    return site


def pool(site: Path, more: str) -> Path:
    """Give the pool of a copy of the example more lines."""
    change(site, [{"file": "site.yaml", "replace": "    image:\n", "by": f"{more}    image:\n"}])
    return site


def node_image() -> Path:
    """Return where set-up keeps the root that has every consumer."""
    default = Path.home() / ".cache/rackwright"
    return Path(os.environ.get("RACKWRIGHT_TOOLS", default)) / "node-image"  # noqa: TID251
