"""Whatever happens to what is remembered, rendered/ is what the specification says."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

import worlds
from rackwright import data, inputs, refresh, render, tree
from rackwright.problems import RackwrightError, SpecError, StaleRender, Unfinished
from rackwright.refresh import memory
from rackwright.tree import Change

PACKAGE = Path(refresh.__file__).parents[1]
CSV = "as-built/h1-su01.csv"
KEPT = f"{memory.FOLDER}/render"
REFRESH = (
    "import sys; from pathlib import Path; from rackwright import refresh;"
    "print(*refresh.refresh(Path(sys.argv[1]), processes=int(sys.argv[2])).units)"
)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A copy of the example that is rendered, and that fact remembered."""
    folder = worlds.copy(tmp_path / "site")
    refresh.refresh(folder)
    return folder


@pytest.fixture
def campus(tmp_path: Path) -> Path:
    """A copy of a site of several units and fabrics, with GUIDs; rendered and remembered."""
    folder = worlds.copy(tmp_path / "campus", worlds.SITES / "two-fabric")
    refresh.refresh(folder, processes=2)
    return folder


def run(folder: Path, package: Path = PACKAGE, processes: int = 1) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", REFRESH, str(folder), str(processes)],
        env={"PYTHONPATH": str(package.parent), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def rendered_by(folder: Path, package: Path) -> list[str]:
    """Return the units that the program in another folder renders again."""
    said, wrong = run(folder, package).communicate()
    assert not wrong
    return said.split()


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize("processes", [1, 2, 5])
def test_the_first_render_makes_the_whole_tree(processes: int, tmp_path: Path) -> None:
    folder = worlds.copy(tmp_path, worlds.SITES / "two-fabric")
    outcome = refresh.refresh(folder, processes=processes)
    assert {each.path for each in outcome.differences} == render.render(folder).keys()
    assert worlds.is_right(folder)


def test_a_second_render_does_nothing(site: Path) -> None:
    assert refresh.refresh(site) == refresh.NOTHING


def test_a_second_render_imports_nothing_that_takes_time(site: Path) -> None:
    heavy = "pydantic", "jinja2", "yaml", "rackwright.spec", "rackwright.render"
    script = (
        f"{REFRESH.replace('print', 'list')}\n"
        f"print(*(name for name in {heavy} if name in sys.modules), sep='')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(site), "1"],
        env={"PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "\n"


def test_only_what_differs_is_written(site: Path) -> None:
    files = [path for path in (site / "rendered").rglob("*") if path.is_file()]
    before = {path: path.stat().st_ctime_ns for path in files}  # an inode may be used again
    edit(site / CSV, "a01,c07,1643225", "a01,c07,9643225")
    written = {each.path for each in refresh.refresh(site).differences}
    assert "h1-su01/plan.json" in written
    for path, changed in before.items():
        is_new = path.stat().st_ctime_ns != changed
        assert is_new == (path.relative_to(site / "rendered").as_posix() in written)
    assert worlds.is_right(site)


def lost(kept: Path) -> None:
    kept.unlink()


def all_lost(kept: Path) -> None:
    shutil.rmtree(kept.parent)


def empty(kept: Path) -> None:
    kept.write_text("")


def halved(kept: Path) -> None:
    kept.write_text(kept.read_text()[: kept.stat().st_size // 2])


def no_text(kept: Path) -> None:
    kept.write_bytes(b"\xff\x00" * 500)


def folder(kept: Path) -> None:
    kept.unlink()
    kept.mkdir()


def pipe(kept: Path) -> None:
    kept.unlink()
    os.mkfifo(kept)


def bits(kept: Path) -> None:
    raw = bytearray(kept.read_bytes())
    for place in range(11, len(raw), 97):
        raw[place] ^= 1 << place % 8
    kept.write_bytes(raw)


def another(kept: Path) -> None:
    other = worlds.copy(kept.parents[1] / "other", worlds.SITES / "one-su")
    refresh.refresh(other)
    shutil.copy(other / KEPT, kept)
    shutil.rmtree(other)


DAMAGE: list[Callable[[Path], None]] = [
    lost,
    all_lost,
    empty,
    halved,
    no_text,
    bits,
    another,
    pipe,
]


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("changed", [False, True], ids=["same", "changed"])
def test_what_is_remembered_may_be_lost_or_wrong(
    damage: Callable[[Path], None], changed: bool, site: Path
) -> None:
    damage(site / KEPT)
    if changed:
        edit(site / "site.yaml", "domain: ", "domain: x")
        edit(site / "rendered/site/plan.json", "1", "2")
    refresh.refresh(site)
    assert worlds.is_right(site)
    assert refresh.refresh(site) == refresh.NOTHING


def test_a_folder_in_the_place_of_what_is_remembered_is_named(site: Path) -> None:
    folder(site / KEPT)
    edit(site / "site.yaml", "domain: ", "domain: x")
    with pytest.raises(RackwrightError, match=r"render\.unfinished cannot be written"):
        refresh.refresh(site)
    assert worlds.is_right(site)


def test_what_is_remembered_is_written_through_no_link(site: Path, tmp_path: Path) -> None:
    shutil.rmtree(site / memory.FOLDER)
    (tmp_path / "elsewhere").mkdir()
    (site / memory.FOLDER).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RackwrightError, match="it is a link"):
        refresh.refresh(site)
    assert not any((tmp_path / "elsewhere").iterdir())


def test_git_ignores_what_is_remembered(site: Path) -> None:
    subprocess.run(["git", "init", "-q", site], check=True)
    said = subprocess.run(
        ["git", "-C", site, "status", "--short"], check=True, capture_output=True, text=True
    ).stdout
    assert memory.FOLDER not in said


def write_elsewhere(file: Path) -> None:
    file.write_text(f"{file.read_text()}x\n")


def same_size_and_time(file: Path) -> None:
    before, raw = file.stat(), bytearray(file.read_bytes())
    raw[-2] ^= 1
    file.write_bytes(raw)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def remove(file: Path) -> None:
    file.unlink()


def link(file: Path) -> None:
    shutil.move(file, file.parents[3] / "moved")
    file.symlink_to(file.parents[3] / "moved")


def add(file: Path) -> None:
    (file.parent / "mine").write_text("x")


def add_folder(file: Path) -> None:
    (file.parents[1] / "mine/deep").mkdir(parents=True)
    (file.parents[1] / "mine/deep/x").write_text("x")


def add_at_the_top(file: Path) -> None:
    (file.parents[1] / "mine").write_text("x")


def replace_the_folder(file: Path) -> None:
    shutil.rmtree(file.parent)
    file.parent.write_text("x")


def link_the_folder(file: Path) -> None:
    file.parent.rename(file.parents[2] / "moved")
    file.parent.symlink_to(file.parents[2] / "moved")


def remove_everything(file: Path) -> None:
    shutil.rmtree(file.parents[1])


def remove_the_list(file: Path) -> None:
    (file.parents[1] / inputs.FILE).unlink()


TOUCHES: list[Callable[[Path], None]] = [
    write_elsewhere,
    same_size_and_time,
    remove,
    link,
    add,
    add_folder,
    add_at_the_top,
    replace_the_folder,
    link_the_folder,
    remove_everything,
    remove_the_list,
]


@pytest.mark.parametrize("touch", TOUCHES, ids=lambda touch: touch.__name__)
@pytest.mark.parametrize("file", ["h1-su01/plan.json", "site/plan.json"])
def test_what_a_person_did_in_rendered_is_undone(
    touch: Callable[[Path], None], file: str, site: Path
) -> None:
    touch(site / "rendered" / file)
    assert refresh.refresh(site).differences
    assert worlds.is_right(site)


def test_a_clock_that_jumps_deceives_nobody(site: Path) -> None:
    for when in (0, 4_000_000_000):
        for path in site.rglob("*"):
            os.utime(path, (when, when))
        edit(site / "rendered/site/plan.json", "1", "2")
        os.utime(site / "rendered/site/plan.json", (when, when))
        refresh.refresh(site)
        assert worlds.is_right(site)
        assert refresh.refresh(site) == refresh.NOTHING


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A copy of the program, its templates and its catalogue, and a site that it rendered."""
    here = tmp_path / "program/infra/rackwright"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE, here, ignore=ignored)
    shutil.copytree(data.folder("templates"), tmp_path / "program/templates", ignore=ignored)
    folder = worlds.copy(tmp_path / "site")
    assert rendered_by(folder, here)
    assert not rendered_by(folder, here)
    return here


@pytest.mark.parametrize(
    ("file", "old", "new", "changed"),
    [
        (
            "../../templates/slurm/cgroup.conf.j2",
            "\n",
            "\n# new\n",
            "pools/train/slurm/cgroup.conf",
        ),
        ("hardware/gb300-nvl72.yaml", "value: 150", "value: 149", "SUMMARY.md"),
        ("render/cables.py", '"STATE"', '"NEW"', ""),
        ("render/imex.py", "nodes_config.cfg", "nodes.cfg", "h1-su01/imex/a01/nodes.cfg"),
    ],
)
def test_a_changed_program_renders_again(
    file: str, old: str, new: str, changed: str, program: Path, tmp_path: Path
) -> None:
    rendered = tmp_path / "site/rendered"
    before = (rendered / changed).read_text() if (rendered / changed).is_file() else ""
    edit(program / file, old, new)
    assert rendered_by(tmp_path / "site", program)
    if changed:
        assert (rendered / changed).read_text() != before


def test_bytecode_beside_the_program_renders_nothing(program: Path, tmp_path: Path) -> None:
    (program / "render/__pycache__").mkdir()
    (program / "render/__pycache__/kea.cpython-311.pyc").touch()
    assert not rendered_by(tmp_path / "site", program)


def test_a_new_serial_is_rendered_in_its_unit_alone(campus: Path) -> None:
    edit(campus / CSV, "SYN2318", "SYN9318")
    assert refresh.refresh(campus).units == ("h1-su01",)
    assert worlds.is_right(campus)


def test_a_new_guid_is_rendered_in_its_unit_and_its_fabric_alone(campus: Path) -> None:
    edit(campus / CSV, "0x02", "0x0a")
    assert refresh.refresh(campus).units == ("fabrics/ib1", "h1-su01")
    assert worlds.is_right(campus)


SWITCH = """\
rack,tray,serial,bmc_mac,in_band_mac,guid_1
h1-su01,cleaf-01,SYN000000000000001,02:02:00:00:00:01,,0x0200000000000001
"""


def test_a_new_guid_of_a_switch_is_rendered_in_its_fabric_and_the_fabric_s_units(
    campus: Path,
) -> None:
    table = campus / "as-built/ib1.csv"
    for text in (SWITCH, SWITCH.replace("0001\n", "0002\n")):
        table.write_text(text)
        assert refresh.refresh(campus).units == ("fabrics/ib1", "h1-su01", "h1-su18")
        assert worlds.is_right(campus)


@pytest.mark.parametrize(
    ("old", "new"),
    [("cleaf-01", "cleaf-99"), ("SYN000000000000001", "SYN231871595250068"), (",,0x", ",0x")],
)
def test_a_wrong_row_of_a_fabric_s_table_is_refused(old: str, new: str, campus: Path) -> None:
    (campus / "as-built/ib1.csv").write_text(SWITCH)
    refresh.refresh(campus)
    (campus / "as-built/ib1.csv").write_text(SWITCH.replace(old, new))
    with pytest.raises(SpecError) as raised:
        refresh.refresh(campus)
    assert raised.value.problems == render.check(campus)


def test_a_word_in_one_rack_is_rendered_where_the_rack_is(campus: Path) -> None:
    edit(campus / "site.yaml", "- {index: 1}", "- {index: 1, nvlink_domain: one}")
    units = refresh.refresh(campus).units
    assert set(units) == {"site", "h1-su18", "fabrics/ib1", "fabrics/mgmt", "pools/train"}
    assert worlds.is_right(campus)


HELD = ("hold: waiting", "trays: {c07: {hold: its NIC is away}}")


@pytest.mark.parametrize("hold", HELD)
def test_no_fabric_is_rendered_for_a_rack_that_is_held(hold: str, campus: Path) -> None:
    edit(campus / "site.yaml", "- {index: 1}", f"- {{index: 1, {hold}}}")
    units = refresh.refresh(campus).units
    assert set(units) == {"site", "h1-su18", "pools/train"}
    assert worlds.is_right(campus)
    edit(campus / "site.yaml", f"- {{index: 1, {hold}}}", "- {index: 1}")
    assert set(refresh.refresh(campus).units) == {"site", "h1-su18", "pools/train"}


def test_a_comment_renders_nothing_but_the_list_of_inputs(campus: Path) -> None:
    edit(campus / "site.yaml", "version: 1", "version: 1  # of the language")
    outcome = refresh.refresh(campus)
    assert outcome.units == ()
    assert [each.path for each in outcome.differences] == [inputs.FILE]
    assert worlds.is_right(campus)


def test_a_unit_that_is_gone_leaves_nothing(campus: Path) -> None:
    text = (campus / "site.yaml").read_text()
    begun, end = text.index("      - index: 19"), text.index("\npools:")
    (campus / "site.yaml").write_text(text[:begun] + text[end:])
    (campus / "as-built/h1-su19.csv").unlink()
    outcome = refresh.refresh(campus)
    removed = {each.path for each in outcome.differences if each.change is Change.REMOVE}
    folders = {path.rpartition("/")[0] for path in removed}
    assert {folder.split("/")[0] for folder in folders - {"fabrics/ib2"}} == {"h1-su19"}
    assert not (campus / "rendered/h1-su19").exists()
    assert worlds.is_right(campus)


def test_nothing_is_written_of_a_wrong_specification(site: Path) -> None:
    before = tree.read(site / "rendered")
    edit(site / "site.yaml", "gb300-nvl72", "gb300-nvl73")
    edit(site / "rendered/site/plan.json", "1", "2")
    touched = tree.read(site / "rendered")
    with pytest.raises(SpecError):
        refresh.refresh(site)
    assert tree.read(site / "rendered") == touched != before


def test_comparing_trusts_nothing_that_is_remembered(site: Path) -> None:
    edit(site / "rendered/h1-su01/plan.json", "1", "2")
    known = memory.read(site)
    seals = {**known.seals, "h1-su01": tree.seal(site / "rendered/h1-su01")}
    memory.write(site, replace(known, seals=seals))
    assert refresh.refresh(site) == refresh.NOTHING
    (found,) = refresh.compare(site).differences
    assert (found.path, found.change) == ("h1-su01/plan.json", Change.CHANGE)
    assert found.old != found.new


def test_comparing_writes_nothing(tmp_path: Path) -> None:
    folder = worlds.copy(tmp_path)
    before = tree.read(folder)
    outcome = refresh.compare(folder, processes=2)
    assert {each.path for each in outcome.differences} == render.render(folder).keys()
    assert tree.read(folder) == before


def test_comparing_is_the_same_in_any_number_of_processes(campus: Path) -> None:
    edit(campus / "rendered/h1-su18/plan.json", "1", "2")
    (campus / "rendered/h1-su01/SUMMARY.md").unlink()
    (campus / "rendered/new/deep").mkdir(parents=True)
    (campus / "rendered/new/deep/file").touch()
    found = [refresh.compare(campus, processes=number) for number in (1, 2, 4)]
    assert found[0] == found[1] == found[2]
    assert {each.path: each.change for each in found[0].differences} == {
        "h1-su01/SUMMARY.md": Change.ADD,
        "h1-su18/plan.json": Change.CHANGE,
        "new/deep/file": Change.REMOVE,
    }


def test_renders_at_once_wait_for_each_other(campus: Path) -> None:
    edit(campus / "site.yaml", "domain: ", "domain: x")
    at_once = [run(campus, processes=2) for _ in range(3)]
    said = [each.communicate() for each in at_once]
    assert [wrong for _, wrong in said] == [""] * 3
    assert sorted(bool(units.strip()) for units, _ in said) == [False, False, True]
    assert worlds.is_right(campus)


@pytest.mark.parametrize("part", range(1, 9))
def test_a_render_that_is_killed_leaves_whole_files_and_the_next_one_ends_it(
    part: int, campus: Path
) -> None:
    old = tree.read(campus / "rendered")
    edit(campus / "site.yaml", "domain: ", "domain: x")
    new = render.render(campus)
    working = run(campus, processes=2)
    wait_for_change(campus, old, part)
    os.killpg(working.pid, signal.SIGKILL)
    working.communicate()
    left = tree.read(campus / "rendered")
    whole = {path: text for path, text in left.items() if not path.endswith(".unfinished")}
    assert all(text in (old.get(path), new.get(path)) for path, text in whole.items())
    if whole != new:
        with pytest.raises(StaleRender):
            inputs.require_current(campus)
        edit(campus / "site.yaml", "domain: x", "domain: ")
        if whole != old:
            with pytest.raises(StaleRender):  # half a tree is nobody's, whatever the spec says now
                inputs.require_current(campus)
    refresh.refresh(campus)
    assert worlds.is_right(campus)


@pytest.mark.parametrize("part", range(1, 5))
def test_a_first_render_that_is_killed_leaves_whole_folders_and_the_next_one_ends_it(
    part: int, tmp_path: Path
) -> None:
    folder = worlds.copy(tmp_path / "new", worlds.SITES / "two-fabric")
    new = render.render(folder)
    working = run(folder, processes=2)
    until = time.monotonic() + 30
    while time.monotonic() < until and count(folder / "rendered") < part * 10:
        time.sleep(0.001)
    os.killpg(working.pid, signal.SIGKILL)
    working.communicate()
    left = {
        path: text
        for path, text in tree.read(folder / "rendered").items()
        if ".unfinished" not in path
    }
    assert left.items() <= new.items()
    refresh.refresh(folder)
    assert worlds.is_right(folder)
    assert not [*folder.rglob("*.unfinished")]


def count(folder: Path) -> int:
    """The files in a folder whose own folders come and go meanwhile (glob would stop at one)."""
    return sum(len(files) for _, _, files in os.walk(folder))


def wait_for_change(campus: Path, old: dict[str, str], part: int) -> None:
    """Wait until so many eighths of the paths are not as they were, or the list is back."""
    rendered, before = campus / "rendered", (campus / "rendered" / inputs.FILE).stat().st_ino
    watched = sorted(old)[: max(len(old) * part // 8, 1)]
    until = time.monotonic() + 30
    while time.monotonic() < until:
        listed = rendered / inputs.FILE
        if listed.exists() and listed.stat().st_ino != before:
            return
        if not listed.exists() and (rendered / watched[-1]).exists():
            return
        time.sleep(0.002 * part)


def test_a_worker_that_is_killed_is_said_with_how_to_go_on(
    campus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "unit_files", lambda _: os.kill(os.getpid(), signal.SIGKILL))
    edit(campus / "site.yaml", "domain: ", "domain: x")
    with pytest.raises(Unfinished, match="killed by signal 9"):
        refresh.refresh(campus, processes=2)
    monkeypatch.undo()
    refresh.refresh(campus, processes=2)
    assert worlds.is_right(campus)


def test_a_folder_that_cannot_be_written_is_named_by_a_worker_too(campus: Path) -> None:
    shutil.rmtree(campus / "rendered")
    (campus / "rendered").mkdir()
    (campus / "rendered/fabrics").touch()
    refresh.refresh(campus, processes=2)
    assert worlds.is_right(campus)


def test_progress_is_told_in_units_and_racks(tmp_path: Path) -> None:
    folder, said = worlds.copy(tmp_path, worlds.SITES / "two-fabric"), []
    refresh.refresh(folder, processes=2, watch=lambda *counts: said.append(counts))
    assert [done for done, _, _ in said] == list(range(1, len(said) + 1))
    assert {every for _, every, _ in said} == {len(said)}
    assert said[-1][2] == 5
