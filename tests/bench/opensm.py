"""How long OpenSM takes for a whole fabric: `python tests/bench/opensm.py 1 16 18`.

Makes a site with so many scalable units of eight racks, all installed and all with GUIDs, renders
it, and has it verified as `rackwright verify --only opensm` does: subnet up as a fat tree, cabling
and every P_Key table read back. 18 units are what two tiers reach: 10,368 ports, 20,736 cables.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).parents[2]
sys.path[:0] = [str(TOP / "infra"), str(TOP / "tests")]

import synthetic
import worlds
from rackwright import render, tree, verify

IMAGE = Path.home() / ".cache/rackwright/node-image"
EXCEPTIONS = "        exceptions:\n"


def site(folder: Path, units: int) -> Path:
    """Return a site of so many whole units, rendered."""
    made = worlds.copy(folder, worlds.SITES / "one-su")
    file = made / "site.yaml"
    text = file.read_text().replace("count: 1", f"count: {units}")
    text = text.replace("capacity_kw: 1250", f"capacity_kw: {1250 * units}")
    text = text.replace("planned_scalable_units: 4", f"planned_scalable_units: {units}")
    text = text.replace("{hall}-spines", "{hall}-spines{rack}")
    head, rest = text.split(EXCEPTIONS)
    file.write_text(head + rest[rest.index("\npools:") :])
    for name, rows in synthetic.tables(made):
        (made / "as-built" / name).write_text(rows)
    tree.write(render.render(made), made / "rendered")
    return made


def main() -> None:
    """Print one line for each number of units."""
    for units in map(int, sys.argv[1:] or ("1",)):
        with tempfile.TemporaryDirectory(prefix="rackwright-bench-") as folder:
            made = site(Path(folder) / "site", units)
            work = verify.begin(made, ("opensm",), (), IMAGE)
            begun = time.monotonic()
            verdicts = list(work.verdicts())
            seconds = time.monotonic() - begun
            problems = work.problems(verdicts)
        ports = units * 8 * 18 * 4
        result = problems[0].message if problems else "passed"
        print(f"{units:>2} units, {ports:>6,} ports, {seconds:>6.1f} s, {result}", flush=True)


if __name__ == "__main__":
    main()
