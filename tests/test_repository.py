"""Rules about the repository itself, so that they need no reviewer."""

from __future__ import annotations

import ast
import subprocess
import sys
import zipfile
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

from rackwright import spec

TOP = Path(__file__).parents[1]
PACKAGE = TOP / "infra/rackwright"
MODULES = sorted(PACKAGE.rglob("*.py"))
TEMPLATES = sorted((TOP / "templates").rglob("*.j2"))
BIN = Path(sys.executable).parent

DUMB = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.For,
    nodes.If,
    nodes.Getattr,
    nodes.Name,
    nodes.Tuple,
    nodes.Include,
    nodes.Const,
    nodes.Not,
)
LONGEST_FUNCTION = 40


def relative(path: Path) -> str:
    return path.relative_to(TOP).as_posix()


def listed_by_git(*folders: str) -> list[str]:
    """Return the files that are there and not ignored, also those that are new."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *folders],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("this is no git checkout")
    return [path for path in listed.stdout.splitlines() if (TOP / path).is_file()]


@pytest.mark.parametrize("template", TEMPLATES, ids=relative)
def test_a_template_decides_nothing(template: Path) -> None:
    tree = jinja2.Environment().parse(template.read_text())
    clever = [
        f"{relative(template)}:{node.lineno}: {type(node).__name__}"
        for node in tree.find_all(nodes.Node)
        if not isinstance(node, DUMB)
    ]
    assert clever == []


@pytest.mark.parametrize("module", MODULES, ids=relative)
def test_a_module_opens_with_the_problem_it_solves(module: Path) -> None:
    assert ast.get_docstring(ast.parse(module.read_text()))


@pytest.mark.parametrize("module", MODULES, ids=relative)
def test_a_function_fits_on_a_screen(module: Path) -> None:
    long = [
        f"{relative(module)}:{node.lineno}: {node.name}"
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_every_room_uses_only_the_rooms_below_it() -> None:
    judged = subprocess.run(
        [BIN / "lint-imports", "--no-cache"],
        cwd=TOP,
        env={"PYTHONPATH": str(TOP / "infra")},
        capture_output=True,
        text=True,
        check=False,
    )
    if judged.returncode:
        pytest.fail(judged.stdout + judged.stderr, pytrace=False)


@pytest.mark.parametrize("name", spec.schema_files())
def test_what_describes_the_language_is_current(name: str) -> None:
    """Accept a wanted difference with `rackwright schema --write infra/schema`."""
    assert (TOP / "infra/schema" / name).read_text() == spec.schema_files()[name]


def test_every_example_site_names_the_schema_in_its_first_line() -> None:
    found = [*(TOP / "tests/sites").glob("*/site.yaml"), *(TOP / "infra/sites").glob("*/site.yaml")]
    for site in sorted(found):
        first = site.read_text().splitlines()[0]
        path = first.removeprefix("# yaml-language-server: $schema=")
        assert (site.parent / path).resolve() == TOP / "infra/schema/site.schema.json"


def test_a_wheel_carries_what_git_knows_and_nothing_else(tmp_path: Path) -> None:
    wanted = listed_by_git(
        "templates", "playbooks", "infra/rackwright", "infra/ci", "infra/tools/node-image"
    )
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=TOP,
        capture_output=True,
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert sorted(inside) == sorted(_inside(path) for path in wanted)


def _inside(path: str) -> str:
    """Return where a file of the repository lies in a wheel."""
    package = path.startswith("infra/rackwright/")
    return path.removeprefix("infra/") if package else f"rackwright/_data/{path}"
