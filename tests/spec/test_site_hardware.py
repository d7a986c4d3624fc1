from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

import worlds
from rackwright import hardware, render, spec, yamlfile
from rackwright.problems import SpecError

FULL = (Path(hardware.__file__).parent / "gb300-nvl72.yaml").read_text()
OURS = FULL.replace("name: gb300-nvl72\n", "name: our-rack\n")
VARIANT = """\
name: her-rack
title: Her rack
like: our-rack
differs:
  power.max_kw: {value: 140, source: sheet, proof: modelled}
sources:
  sheet: The vendor's data sheet of June, page 4
"""


def site(folder: Path, **files: str) -> Path:
    worlds.copy(folder)
    worlds.change(
        folder,
        [
            {"file": f"hardware/{name.replace('_', '-')}.yaml", "write": text}
            for name, text in files.items()
        ],
    )
    return folder


def said(folder: Path, **files: str) -> list[tuple[str, int, int, str]]:
    problems = render.check(site(folder, **files))
    return [
        (Path(problem.at.file).name, problem.at.line, problem.at.column, problem.code)
        for problem in problems
    ]


def test_a_site_may_add_a_type_in_full_and_a_variant_of_it(tmp_path: Path) -> None:
    loaded = spec.load(site(tmp_path, our_rack=OURS, her_rack=VARIANT))
    assert loaded.catalogue["our-rack"].power.max_kw == 142
    assert loaded.catalogue["her-rack"].power.max_kw == 140
    assert loaded.catalogue["her-rack"].host == loaded.catalogue["our-rack"].host
    assert loaded.catalogue.keys() > hardware.catalogue().keys()
    assert {"hardware/our-rack.yaml", "hardware/her-rack.yaml"} <= loaded.inputs.keys()


def test_a_rack_of_a_sites_own_type_is_rendered(tmp_path: Path) -> None:
    folder = site(tmp_path, our_rack=OURS, her_rack=VARIANT)
    change = {"file": "site.yaml", "replace": "kind: gb300-nvl72", "by": "kind: her-rack"}
    worlds.change(folder, [change])
    tree = render.render(folder)
    assert "TDP 135, maximum 140, peak 155" in tree["h1-su01/SUMMARY.md"]
    assert "79 of them are those of our-rack" in tree["SUMMARY.md"]
    assert "hardware/her-rack.yaml" in tree["inputs.sha256"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (VARIANT.replace("140", "much"), (5, 25, "wrong-type")),
        (VARIANT.replace("140", "-1"), (5, 25, "out-of-range")),
        (VARIANT.replace("modelled", "guessed"), (5, 52, "not-one-of")),
        (VARIANT.replace(", proof: modelled", ""), (5, 3, "missing")),
        (VARIANT.replace("title:", "titel:"), (2, 1, "extra-forbidden")),
        (VARIANT.replace("like: our-rack\n", ""), (3, 1, "extra-forbidden")),
        (VARIANT.replace("name: her-rack", "name: Her Rack"), (1, 7, "wrong-form")),
        ("- her-rack", (1, 1, "wrong-type")),
        ("name: {", (2, 1, "yaml-syntax")),
    ],
)
def test_a_mistake_in_a_hardware_file_is_said_where_it_stands(
    text: str, problem: tuple[int, int, str], tmp_path: Path
) -> None:
    assert ("her-rack.yaml", *problem) in said(tmp_path, our_rack=OURS, her_rack=text)


@pytest.mark.parametrize(
    "text",
    [
        OURS.replace("fabric:", "fa.bric:"),
        OURS.replace("power:\n", "power: 3\nprower:\n"),
        OURS.replace("[[1, 8]]", "[[1]]"),
        OURS.replace("[[1, 8]]", "[[8, 1]]"),
        OURS.replace("[[25, 59], ", "[[25], "),
        OURS.replace("value: 18, source: ent, proof: emulated}\n    height", "value: 30}\n    h"),
        OURS.replace("  compute:", "  computer:"),
        "",
    ],
)
def test_a_broken_type_is_a_problem_and_never_a_traceback(text: str, tmp_path: Path) -> None:
    with pytest.raises(SpecError) as raised:
        spec.load(site(tmp_path, our_rack=text))
    assert {Path(problem.at.file).name for problem in raised.value.problems} == {"our-rack.yaml"}


def test_a_variant_of_a_broken_type_is_not_blamed_for_it(tmp_path: Path) -> None:
    broken = OURS.replace("tdp_kw: {value: 135", "tdp_kw: {value: 153")
    found = said(tmp_path, our_rack=broken, her_rack=VARIANT)
    assert [(file, code) for file, _, _, code in found] == [
        ("our-rack.yaml", "numbers-out-of-order")
    ]


def test_blocks_follow_from_a_sites_own_type(tmp_path: Path) -> None:
    folder = site(tmp_path, our_rack=OURS)
    for old, new in (("kind: gb300-nvl72", "kind: our-rack"), ("block_sizes: [18]", "spares: 1")):
        worlds.change(folder, [{"file": "site.yaml", "replace": old, "by": new}])
    assert "BlockSizes=17\n" in render.render(folder)["pools/train/slurm/topology.conf"]


def judged(text: str) -> list[str]:
    """Return what an editor says of a hardware file."""
    schema = json.loads(spec.hardware_schema_text())
    data = yamlfile.parse(text, "hardware.yaml").data
    return [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(data)]


@pytest.mark.parametrize("file", sorted(Path(hardware.__file__).parent.glob("*.yaml")), ids=str)
def test_the_schema_accepts_every_type_of_ours(file: Path) -> None:
    assert judged(file.read_text()) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (VARIANT.replace("value: 140, ", ""), "'value' is a required property"),
        (VARIANT.replace("differs:", "difers:"), "'differs' is a required property"),
        (VARIANT.replace("proof: modelled", "proof: guessed"), "'guessed' is not one of"),
        (OURS.replace("count: {value: 18,", "count: {value: eighteen,"), "'eighteen' is not of"),
        (
            OURS.replace("has_host: {value: true,", "has_hots: {value: true,"),
            "'has_hots' was unexp",
        ),
    ],
)
def test_the_schema_refuses_what_we_refuse(text: str, words: str, tmp_path: Path) -> None:
    assert text not in (OURS, VARIANT)
    assert words in " ".join(judged(text))
    name = "her_rack" if "her-rack" in text else "our_rack"
    with pytest.raises(SpecError):
        spec.load(site(tmp_path, **{"our_rack": OURS, name: text}))


def test_every_key_of_a_hardware_file_says_what_it_is() -> None:
    parts = json.loads(spec.hardware_schema_text())["$defs"]
    properties = [value for part in parts.values() for value in part.get("properties", {}).values()]
    assert properties
    assert all("description" in value for value in properties)
