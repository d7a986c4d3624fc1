"""That nothing changed is found without an import, and never where something did."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import worlds
from rackwright import data, refresh, unchanged

PACKAGE = Path(refresh.__file__).parents[1]
RENDER = "from rackwright.cli import main; main()"
NOTES = f"{unchanged.FOLDER}/{unchanged.FILE}"


def noted(site: Path) -> Path:
    """Return a site that is rendered and was found unchanged."""
    refresh.refresh(site)
    refresh.refresh(site)
    assert unchanged.is_unchanged(str(site))
    return site


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return noted(worlds.copy(tmp_path / "site", worlds.SITES / "two-fabric"))


def run(site: Path, package: Path, script: str = RENDER) -> str:
    return subprocess.run(
        [sys.executable, "-c", script, "render", str(site)],
        env={"PYTHONPATH": str(package.parent), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_it_is_found_and_said_without_an_import_of_more_than_two_modules(site: Path) -> None:
    run(site, PACKAGE)  # of this process's libraries, in the order of that one's path
    run(site, PACKAGE)
    before = "import sys; before = {*sys.modules}; "
    script = f"{before}{RENDER}; print(*sorted(sys.modules.keys() - before))"
    assert run(site, PACKAGE, script).splitlines() == [
        f"{site}/rendered: nothing to do",
        "__future__ rackwright rackwright.cli rackwright.seals rackwright.unchanged",
    ]


def test_it_is_said_in_the_words_of_the_verb(site: Path) -> None:
    short = run(site, PACKAGE)
    (site / NOTES).unlink()
    assert run(site, PACKAGE) == short == f"{site}/rendered: nothing to do\n"


def in_site(name: str, text: str) -> Callable[[Path], None]:
    def write(site: Path) -> None:
        (site / name).parent.mkdir(exist_ok=True)
        (site / name).write_text(text)

    write.__name__ = name
    return write


def a_word_of_the_same_length(site: Path) -> None:
    before, text = (site / "site.yaml").stat(), (site / "site.yaml").read_text()
    (site / "site.yaml").write_text(text[::-1])
    os.utime(site / "site.yaml", ns=(before.st_atime_ns, before.st_mtime_ns))


def a_table_less(site: Path) -> None:
    (site / "as-built/h1-su01.csv").unlink()


def no_specification(site: Path) -> None:
    (site / "site.yaml").unlink()


def a_link_led_elsewhere(site: Path) -> None:
    shutil.copy(site / "site.yaml", site / "other.yaml")
    (site / "site.yaml").unlink()
    (site / "site.yaml").symlink_to("other.yaml")


CHANGES: list[Callable[[Path], None]] = [
    in_site("as-built/h1-su20.csv", ""),
    in_site("as-built/h1-su01.csv", ""),
    in_site("hardware/mine.yaml", ""),
    in_site("rendered/mine", ""),
    in_site("rendered/mine/deep", ""),
    in_site("rendered/fabrics/mine", ""),
    in_site("rendered/h1-su01/mine", ""),
    in_site("rendered/h1-su01/plan.json", ""),
    in_site("rendered/inputs.sha256", ""),
    in_site(f"{unchanged.FOLDER}/{unchanged.SEALS}", ""),
    in_site(f"{unchanged.FOLDER}/render", ""),
    in_site(NOTES, ""),
    a_word_of_the_same_length,
    a_table_less,
    no_specification,
    a_link_led_elsewhere,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_whatever_changed_is_seen(change: Callable[[Path], None], site: Path) -> None:
    change(site)
    assert not unchanged.is_unchanged(str(site))


def test_what_a_link_leads_to_is_seen(tmp_path: Path) -> None:
    site = worlds.copy(tmp_path / "site")
    (site / "site.yaml").rename(site / "other.yaml")
    (site / "site.yaml").symlink_to("other.yaml")
    noted(site)
    (site / "other.yaml").write_text((site / "other.yaml").read_text()[::-1])
    assert not unchanged.is_unchanged(str(site))


def test_the_notes_of_another_site_are_not_believed(site: Path, tmp_path: Path) -> None:
    other = noted(worlds.copy(tmp_path / "other"))
    shutil.copy(other / NOTES, site / NOTES)
    assert not unchanged.is_unchanged(str(site))


@pytest.mark.parametrize("length", range(0, 3_000, 97))
def test_half_of_the_notes_are_not_believed(length: int, site: Path) -> None:
    whole = (site / NOTES).read_text()
    (site / NOTES).write_text(whole[: length % len(whole)])
    assert not unchanged.is_unchanged(str(site))


def test_a_site_that_was_never_rendered_is_not_unchanged(tmp_path: Path) -> None:
    assert not unchanged.is_unchanged(str(worlds.copy(tmp_path)))


@pytest.mark.parametrize("file", ["render/kea.py", "hardware/gb300-nvl72.yaml", "new.py"])
def test_another_program_is_seen(file: str, tmp_path: Path) -> None:
    package, site = tmp_path / "program/infra/rackwright", worlds.copy(tmp_path / "site")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE, package, ignore=ignored)
    shutil.copytree(data.folder("templates"), tmp_path / "program/templates", ignore=ignored)
    for _ in range(2):
        run(site, package)
    script = (
        "import sys; from rackwright import unchanged; print(unchanged.is_unchanged(sys.argv[2]))"
    )
    assert run(site, package, script) == "True\n"
    assert run(site, PACKAGE, script) == "False\n"
    with (package / file).open("a") as changed:
        changed.write("\n")
    assert run(site, package, script) == "False\n"
