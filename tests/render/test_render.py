from __future__ import annotations

import json
from pathlib import Path

import jinja2
import pytest

import worlds
from rackwright import plan, render
from rackwright.problems import SpecError
from rackwright.render import jinja, serialise

FILES = dict(render.render(worlds.ONE_RACK))
NO_COMMENTS = (
    ".json",
    ".csv",
    "inputs.sha256",
    "nodes_config.cfg",
    "ztp/folders",
    "nvos.txt",
)
SECRETS = ("hunter2", "PRIVATE KEY")


def test_a_wrong_specification_renders_nothing(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path)
    worlds.change(
        site, [{"file": "site.yaml", "replace": "capacity_kw: 1250", "by": "capacity_kw: 1"}]
    )
    with pytest.raises(SpecError):
        render.render(site)


@pytest.mark.parametrize("path", sorted(FILES))
def test_a_file_says_that_it_is_rendered_where_its_format_allows(path: str) -> None:
    if path.endswith(NO_COMMENTS):
        return
    first, second, *_ = (*FILES[path].splitlines(), "")  # a script begins with its interpreter
    assert "do not edit" in (second if first.startswith("#!") else first)


@pytest.mark.parametrize("path", sorted(FILES))
def test_a_file_ends_with_one_line_end_and_holds_no_trailing_space(path: str) -> None:
    text = FILES[path]
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert [line for line in text.splitlines() if line != line.rstrip()] == []


@pytest.mark.parametrize("path", sorted(FILES))
def test_a_file_names_no_machine_and_no_user(path: str) -> None:
    assert str(worlds.ONE_RACK.resolve()) not in FILES[path]


def test_one_imex_list_per_domain_has_every_host_once_and_nothing_else() -> None:
    lines = FILES["h1-su01/imex/a01/nodes_config.cfg"].splitlines()
    assert lines == [f"10.65.0.{n}" for n in range(11, 29)]


def test_the_page_of_a_site_lists_what_is_open_held_and_leaving(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path)
    marks = (
        "pool: train, decommission: {approval: CHG-12 by J. Doe, sanitise: true},"
        " trays: {c01: {hold: a | b}, pwr-08: {open: spare}}}"
    )
    csv = "as-built/h1-su01.csv"
    row = next(line for line in (site / csv).read_text().splitlines() if ",pwr-08," in line)
    worlds.change(
        site,
        [
            {"file": "site.yaml", "replace": "pool: train}", "by": marks},
            {"file": csv, "replace": f"{row}\n", "by": ""},
        ],
    )
    files = render.render(site)
    for path in ("SUMMARY.md", "h1-su01/SUMMARY.md"):
        assert "| a01 | pwr-08 | spare |\n" in files[path]
        assert "| a01 | c01 | a \\| b |\n" in files[path]
        assert "| a01 | CHG-12 by J. Doe |\n" in files[path]
    loaded = plan.load(plan.UnitPlan, json.loads(files["h1-su01/plan.json"]))
    assert loaded.racks[0].decommission == plan.Decommission(
        approval="CHG-12 by J. Doe", sanitise=True
    )
    assert len(loaded.racks[0].power_shelves) == 7
    assert loaded.racks[0].compute_trays[0].hold == "a | b"


def test_a_missing_value_is_an_error_and_no_empty_string() -> None:
    with pytest.raises(jinja2.UndefinedError):
        jinja.fill("chrony/client.conf.j2", site="x")


def test_a_hole_in_yaml_is_a_whole_quoted_scalar() -> None:
    given = {"site": "no", "domain": 'a"b', "user": "0", "site_files": (), "site_services": ()}
    text = jinja.fill("ansible/all.yml.j2", **given)
    assert 'site: "no"\n' in text
    assert 'domain: "a\\"b"\n' in text


def test_only_plain_data_becomes_json() -> None:
    with pytest.raises(TypeError):
        serialise.json_text({"path": Path("/")})
