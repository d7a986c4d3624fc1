from __future__ import annotations

import json
from pathlib import Path

import worlds
from rackwright import render

PIN = ":".join(["0A"] * 32)


def test_each_class_of_bmc_is_trusted_as_the_specification_says(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path)
    steps = (
        ("file:bmc-nvlink-switch}", "file:bmc-nvlink-switch, ca: file:switch-ca.pem}"),
        ("file:bmc-power-shelf}", f'file:bmc-power-shelf, fingerprints: ["{PIN}"]}}'),
    )
    worlds.change(site, [{"file": "site.yaml", "replace": a, "by": b} for a, b in steps])
    tree = render.render(site)
    assert json.loads(tree["h1-su01/plan.json"])["trust"] == {
        "compute": {"ca_ref": "file:bmc-ca.pem", "fingerprints": []},
        "nvlink-switch": {"ca_ref": "file:switch-ca.pem", "fingerprints": []},
        "power-shelf": {"ca_ref": "", "fingerprints": [PIN]},
    }
    assert "BMCs of power-shelf are trusted by 1 pinned certificate." in tree["site/SUMMARY.md"]


def test_a_site_whose_classes_all_say_their_own_needs_no_other(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path)
    classes = ("compute", "nvlink-switch", "power-shelf")
    steps = [(f"file:bmc-{each}}}", f"file:bmc-{each}, ca: file:{each}.pem}}") for each in classes]
    steps.append(("  ca: file:bmc-ca.pem\n", ""))
    worlds.change(site, [{"file": "site.yaml", "replace": a, "by": b} for a, b in steps])
    assert render.check(site) == ()
