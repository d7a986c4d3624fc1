"""Pictures of every view of the example sites: `python tests/pictures.py FOLDER`.

Tests say that a page has no faults; whether it is good to look at, only a person can say. So this
writes a report of each example site and takes its views, light and dark, wide and narrow.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import chromium
from rackwright import report
from rackwright.report.changes import Beside, Change, Changes

TOP = Path(__file__).parents[1]
CHANGES = Changes(
    "main",
    (
        Change("h1-su01", "h1-su01-r02", "c05", "replaced", "serial: SYN1 before, SYN2 now"),
        Change("h1-su01", "h1-su01-r02", "c06", "changed", "hold: none before, a leak now"),
        Change("h1-su01", "h1-su01-r03", "c07", "removed", "the tray left"),
        Change("h1-su01", "h1-su01-r04", "", "added", "18 compute trays, 9 NVLink switch trays"),
        Change("h1-su01", "h1-su01-r09", "", "removed", "18 compute trays, 9 NVLink switch trays"),
    ),
    (Beside("changed", "fabric ib", "spines: 4 → 8", "none: on paper", "site.yaml:23"),),
    "touches 3 racks, 54 compute trays, 216 GPUs in pool train; replaces 1 compute tray",
    (("pulumi up", "replaces 1 compute tray", "h1-su01-r02", ""),),
    ("ib-cspine-02",),
)
VIEWS = {
    "one-su": ("#/", "#/unit/h1-su01", "#/rack/h1-su01-r03/c07", "#/rack/h1-spines", "#/changes"),
    "mixed-oem": ("#/", "#/unit/h1-su01", "#/rack/a01/c04", "#/unchecked"),
    "two-fabric": ("#/", "#/fabrics", "#/fabric/ib1", "#/fabric/ib1/h1-su01/h1-su01-cleaf-01"),
    "spectrum-x": ("#/fabric/ew/h1-su01/h1-su01-cspine-04", "#/fabric/mgmt", "#/addresses"),
    "childress": ("#/", "#/hall/h2", "#/unit/h2-su09", "#/addresses", "#/search/10.2.17."),
}
PLACES = {"childress": TOP / "infra/sites/childress"}


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as work,
        chromium.browser(chromium.found(), Path(work)) as running,
    ):
        page = chromium.page(running)
        for name, views in VIEWS.items():
            changes = CHANGES if name == "one-su" else Changes("", ())
            site = PLACES.get(name, TOP / "tests/sites" / name)
            made = report.write(site, Path(work) / "reports" / name, changes)
            for view in views:
                for width in (1280, 400):
                    for colours in ("light", "dark"):
                        page.size(width, 800)
                        page.prefer(colours)
                        page.open(made, view)
                        words = [name, *view.strip("#/").split("/"), str(width), colours]
                        page.picture(folder / f"{'-'.join(filter(None, words))}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
