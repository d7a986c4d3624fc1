"""A row of an as-built table asks for nothing of the specification, and is right all the same."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import msgpack
from msgspec.structs import replace

import worlds
from rackwright import expand, inputs, refresh, rules, spec
from rackwright.asbuilt import AsBuilt, Row
from rackwright.inventory import Unit
from rackwright.problems import RackwrightError
from rackwright.refresh import examine, memory, outline

MACS = ("bmc_mac", "in_band_mac", "oob_mac")
SERIAL = "SYN2318", "SYN9318"
CSV = "as-built/h1-su01.csv"
OUTLINE = f"{memory.FOLDER}/outline"
RENDER = (
    "import sys; from pathlib import Path; from rackwright import refresh;"
    "print(*refresh.refresh(Path(sys.argv[1])).units);"
    "print(*sorted({name.partition('.')[0] for name in sys.modules} & {'yaml', 'pydantic'}),"
    "*sorted({'rackwright.spec', 'rackwright.rules', 'rackwright.yamlfile'} & sys.modules.keys()))"
)


@pytest.fixture
def campus(tmp_path: Path) -> Path:
    folder = worlds.copy(tmp_path / "campus", worlds.SITES / "two-fabric")
    refresh.refresh(folder)
    return folder


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def asked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Return whether a render reads the specification."""
    loads: list[Path] = []
    load = examine.spec.load_unparsed
    with monkeypatch.context() as patched:
        patched.setattr(
            examine.spec, "load_unparsed", lambda site: loads.append(site) or load(site)
        )
        refresh.refresh(folder)
    return bool(loads)


def test_a_row_imports_nothing_that_reads_or_judges_a_specification(tmp_path: Path) -> None:
    folder = worlds.copy(tmp_path, worlds.SITES / "two-fabric")
    package = str(Path(refresh.__file__).parents[2])

    def run() -> list[str]:
        return subprocess.run(
            [sys.executable, "-c", RENDER, str(folder)],
            env={"PYTHONPATH": package, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()

    run()
    edit(folder / CSV, *SERIAL)
    assert run() == ["h1-su01", ""]
    assert worlds.is_right(folder)


@pytest.mark.parametrize("site", sorted(worlds.SITES.iterdir()), ids=lambda site: site.name)
def test_every_unit_is_read_back_as_it_was(site: Path) -> None:
    loaded = spec.load(site)
    whole = expand.expansion(loaded)
    units = expand.units(loaded)
    found = tuple(map(whole.outline, units))
    kept = outline.decoded(outline.encoded(found, examine.roots(loaded, found, "")))
    assert kept is not None
    assert repr(kept.common) == repr(whole.common)
    for unit in units:
        assert repr(kept.outline(unit)) == repr(whole.outlined(unit))


def test_a_row_is_rendered_without_the_specification(
    campus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(campus / CSV, *SERIAL)
    assert not asked(campus, monkeypatch)
    assert worlds.is_right(campus)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("site.yaml", "domain: ", "domain: x"),
        ("site.yaml", "version: 1", "version: 1  # of the language"),
        (CSV, "\nh1-su01-r01,c02,", "\n\nh1-su01-r01,c02,"),
    ],
)
def test_what_else_changes_asks_for_the_specification_or_is_right_without(
    file: str, old: str, new: str, campus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if old not in (campus / file).read_text():
        pytest.skip("the example has no such line")
    edit(campus / file, old, new)
    assert asked(campus, monkeypatch) == (file == "site.yaml")
    assert worlds.is_right(campus)


def test_a_table_of_another_shape_is_judged(campus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (campus / CSV).read_text().splitlines(keepends=True)
    (campus / CSV).write_text("".join([lines[0], lines[2], lines[1], *lines[3:]]))
    assert asked(campus, monkeypatch)
    assert worlds.is_right(campus)


def lost(file: Path) -> None:
    file.unlink()


def halved(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def another_byte(file: Path) -> None:
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 1
    file.write_bytes(raw)


def of_another_site(file: Path) -> None:
    other = worlds.copy(file.parents[2] / "other")
    refresh.refresh(other)
    shutil.copy(other / OUTLINE, file)


def with_the_unit_of_another(file: Path) -> None:
    found = msgpack.decode(file.read_bytes(), type=outline.Outlines)
    first, second = (each for each in found.units if each.unit.name in ("h1-su01", "h1-su18"))
    units = (
        replace(first, outline=second.outline) if each == first else each for each in found.units
    )
    file.write_bytes(msgpack.encode(replace(found, units=tuple(units))))


DAMAGES: list[Callable[[Path], None]] = [
    lost,
    halved,
    another_byte,
    of_another_site,
    with_the_unit_of_another,
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_outline_costs_only_time(
    damage: Callable[[Path], None], campus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage(campus / OUTLINE)
    edit(campus / CSV, *SERIAL)
    assert asked(campus, monkeypatch)
    assert worlds.is_right(campus)
    edit(campus / CSV, *reversed(SERIAL))
    assert not asked(campus, monkeypatch)  # it was written again
    assert worlds.is_right(campus)


def test_the_outline_of_another_program_is_not_believed(
    campus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = memory.read(campus)
    memory.write(campus, replace(known, program="another"))
    edit(campus / CSV, *SERIAL)
    assert asked(campus, monkeypatch)
    assert worlds.is_right(campus)


def test_a_new_table_and_one_that_is_gone_ask_for_the_specification(
    campus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fabric = campus / "as-built/ib1.csv"
    fabric.write_text("rack,tray,serial,bmc_mac,in_band_mac,guid_1\n")
    assert asked(campus, monkeypatch)
    assert worlds.is_right(campus)
    fabric.unlink()
    assert asked(campus, monkeypatch)
    assert worlds.is_right(campus)


def test_a_table_that_changes_while_it_is_read_is_not_rendered(
    campus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(campus / CSV, *SERIAL)
    digests = inputs.digests

    def then_changed(site: Path, names: object) -> dict[str, str]:
        found = digests(site, names)
        edit(campus / CSV, SERIAL[1], "SYN8318")
        return found

    monkeypatch.setattr(inputs, "digests", then_changed)
    with pytest.raises(RackwrightError, match="changes while it is read"):
        refresh.refresh(campus)
    monkeypatch.undo()
    refresh.refresh(campus)
    assert worlds.is_right(campus)


def swapped(row: Row) -> Row:
    """Return the row of another device in the same position."""
    macs = {name: getattr(row, name).replace("02:", "06:") for name in MACS}
    guids = tuple(guid.replace("0x02", "0x06") for guid in row.guids)
    return replace(row, serial=f"{row.serial}X", guids=guids, **macs)


ALTERED: list[Callable[[tuple[Row, ...]], tuple[Row, ...]]] = [
    lambda rows: rows,
    lambda rows: rows[1:],
    lambda rows: (*rows, rows[0]),
    lambda rows: (replace(rows[0], tray="c99"), *rows[1:]),
    lambda rows: (replace(rows[0], bmc_mac=""), *rows[1:]),
    lambda rows: (replace(rows[0], in_band_mac=""), *rows[1:]),
    lambda rows: (replace(rows[0], guids=(*rows[0].guids[1:], "")), *rows[1:]),
    lambda rows: (replace(rows[-1], oob_mac=rows[0].bmc_mac), *rows[:-1]),
]


@pytest.mark.parametrize("altered", range(len(ALTERED)))
def test_a_shape_is_all_that_rules_of_units_ask_of_a_table(altered: int, campus: Path) -> None:
    loaded = spec.load(campus)
    unit = Unit("scalable-unit", "h1-su01")
    rows = ALTERED[altered](loaded.as_built[unit.name].rows)
    found = [AsBuilt("", each) for each in (rows, tuple(map(swapped, rows)))]
    assert found[0].shape() == found[1].shape()
    assert not {*found[0].claims()} & {*found[1].claims()}
    said = []
    for table in found:
        site = replace(loaded, as_built={unit.name: table})
        inventory = expand.expansion(site).outline(unit)
        alone = rules._alone(site, unit)
        said.append([p.code for rule in rules.OF_UNITS for p in rule(alone, (inventory,))])
    assert said[0] == said[1]
    assert bool(altered) == bool(said[0])
