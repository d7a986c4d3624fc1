"""acceptance.yaml: its schema and its records take the same files and refuse the same mistakes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

import worlds
from rackwright import acceptance, render
from rackwright.problems import PlanError
from rackwright.rules import proving


def written(profile: str, folder: Path) -> Path:
    site = worlds.pool(worlds.copy(folder / "site"), f"    acceptance: {profile}\n")
    path = folder / "acceptance.yaml"
    path.write_text(render.render(site)["pools/train/acceptance.yaml"])
    return path


@pytest.mark.parametrize("profile", proving.profiles())
def test_every_profile_is_rendered_as_the_schema_says(profile: str, tmp_path: Path) -> None:
    path = written(profile, tmp_path)
    jsonschema.validate(yaml.safe_load(path.read_text()), acceptance.schema())
    found = acceptance.read(path)
    assert (found.pool, found.profile) == ("train", profile)
    assert [test.name for test in found.tests] == [
        test.name for test in proving.profiles()[profile].tests
    ]


def test_a_number_arrives_as_it_was_published(tmp_path: Path) -> None:
    tests = {test.name: test for test in acceptance.read(written("nvl72", tmp_path)).tests}
    (limit,) = tests["gemm"].limits
    assert (limit.expected, limit.warn_below, limit.fail_below) == (1850, 1785, 1720)
    assert "Azure" in tests["gemm"].source


@pytest.mark.parametrize(
    ("key", "value"),
    [("seconds", "900"), ("scope", "row"), ("limits", []), ("sauce", "hearsay")],
)
def test_schema_and_records_refuse_the_same(key: str, value: Any, tmp_path: Path) -> None:
    path = written("dcgm", tmp_path)
    data = yaml.safe_load(path.read_text())
    data["tests"][0][key] = value
    path.write_text(yaml.safe_dump(data))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, acceptance.schema())
    with pytest.raises(PlanError):
        acceptance.read(path)


def test_a_pool_without_a_profile_has_no_file() -> None:
    assert "pools/train/acceptance.yaml" not in render.render(worlds.ONE_RACK)


def test_a_value_that_only_has_an_expectation_fails_nobody(tmp_path: Path) -> None:
    tests = {test.name: test for test in acceptance.read(written("cluster", tmp_path)).tests}
    (limit,) = tests["ib-write"].limits
    assert (limit.expected, limit.fail_below, limit.fail_above) == (384, None, None)
