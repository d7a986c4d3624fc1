"""A factory's inventory becomes as-built data: placed, compared, in words, or refused whole."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import worlds
from rackwright import console, expand, factory, render, spec, verbs
from rackwright.factory import table
from rackwright.inventory import Unit
from rackwright.problems import NoSuchValue, RackwrightError, SpecError
from rackwright.spec import columns

UNIT = "h1-su01"
CSV = f"as-built/{UNIT}.csv"
MAP = """\
columns:
  rack: Rack SN
  tray: Location
  serial: Serial Number
  bmc_mac: BMC MAC
  in_band_mac: PXE MAC
racks: {RK-77: a01}
tray_is: rack-unit
skip: {column: Type, values: [PDU]}
"""
OTHER = """\
      - index: 2
        feed: a
        racks: [{name: b01, index: 1, kind: gb300-nvl72, state: installed, pool: train}]"""
HEAD = '"Type","Rack SN","Location","Serial Number","BMC MAC","PXE MAC"'


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the example as where one stands, with a vendor's export of what is in it."""
    worlds.copy(tmp_path)
    monkeypatch.chdir(tmp_path)
    unit = expand.expand(spec.load(tmp_path), Unit("scalable-unit", UNIT))
    rows = [
        f'"{device.device_class}","RK-77","U{device.slot:02}","{device.serial}",'
        f'"{device.bmc_mac.replace(":", "").upper()}","{device.in_band_mac.replace(":", "-")}"'
        for device in unit.devices
    ]
    Path("factory.csv").write_text("\r\n".join((HEAD, *rows, '"PDU","RK-77","","P1","",""', "")))
    Path("map.yaml").write_text(MAP)
    return Path()


def edit(file: str, old: str, new: str) -> None:
    text = Path(file).read_bytes().decode()
    assert old in text
    Path(file).write_bytes(text.replace(old, new, 1).encode())


def read(site: Path, unit: str = UNIT) -> factory.Delivery:
    return factory.read(site, unit, Path("factory.csv"), Path("map.yaml"))


def refused(site: Path) -> str:
    with pytest.raises(SpecError) as raised:
        read(site)
    return console.problems_text(raised.value.problems)


def test_what_is_known_already_changes_nothing(site: Path) -> None:
    before = Path(CSV).read_bytes()
    delivery = read(site)
    factory.write(delivery)
    assert list(factory.report(delivery)) == [
        f"{CSV}: 0 new, 0 replaced, 0 corrected, 35 as before; 0 not in this delivery"
    ]
    assert Path(CSV).read_bytes() == before


def test_a_first_delivery_makes_the_file_and_the_site_checks_clean(site: Path) -> None:
    before = Path(CSV).read_text()
    shutil.rmtree("as-built")
    delivery = read(site)
    factory.write(delivery)
    assert list(factory.report(delivery))[-1].startswith(f"{CSV}: 35 new, 0 replaced")
    assert sorted(Path(CSV).read_text().splitlines()) == sorted(before.splitlines())
    assert render.check(site) == ()


def test_another_serial_is_a_replacement_in_words(site: Path) -> None:
    edit("factory.csv", "1643225046229", "1643225099999")
    edit("factory.csv", "MT2542X50875", "MT2542X59999")
    said = list(factory.report(read(site)))
    assert said == [
        "~ a01 c07: the compute tray is replaced, 1643225046229 by 1643225099999",
        "~ a01 nvsw-03: the switch tray is replaced, MT2542X50875 by MT2542X59999",
        f"{CSV}: 0 new, 2 replaced, 0 corrected, 33 as before; 0 not in this delivery",
    ]


def test_two_trays_that_changed_places_are_seen_to_have_moved(site: Path) -> None:
    edit("factory.csv", "1643225076514", "first")
    edit("factory.csv", "1643225058010", "1643225076514")
    edit("factory.csv", "first", "1643225058010")
    one, other, _ = factory.report(read(site))
    assert one.endswith("1643225076514 by 1643225058010, which was a01 c02")
    assert other.endswith("1643225058010 by 1643225076514, which was a01 c01")


def test_only_the_lines_of_what_changed_are_written(site: Path) -> None:
    edit(CSV, "3c:6d:66:1a:4d:c9", "3C-6D-66-1A-4D-C8")
    edit(CSV, "3c:6d:66:1a:4c:8b", "3C-6D-66-1A-4C-8B")
    before = Path(CSV).read_text().splitlines()
    delivery = read(site)
    factory.write(delivery)
    after = Path(CSV).read_text().splitlines()
    assert list(factory.report(delivery))[:-1] == [
        "~ a01 c07: bmc_mac 3c:6d:66:1a:4d:c8 becomes 3c:6d:66:1a:4d:c9"
    ]
    assert [old.split(",")[1] for old, new in zip(before, after, strict=True) if old != new] == [
        "c07"
    ]


def test_rows_the_delivery_does_not_name_stay(site: Path) -> None:
    lines = Path("factory.csv").read_text().splitlines()
    Path("factory.csv").write_text("\n".join(lines[:3]))
    edit("factory.csv", "1643225076514", "1643225099999")
    delivery = read(site)
    factory.write(delivery)
    assert delivery.others == 33
    assert len(Path(CSV).read_text().splitlines()) == 36


def test_guids_are_taken_over_and_only_those_of_hosts(site: Path) -> None:
    lines = Path("factory.csv").read_text().splitlines()
    for number in range(1, len(lines)):
        guids = ",".join(f'"3C6D:6603:00{number:02X}:{rail:04d}"' for rail in range(4))
        lines[number] += f",{guids}"
    lines[0] += ",N1,N2,N3,N4"
    Path("factory.csv").write_text("\n".join(lines))
    more = "".join(f"  guid_{rail}: N{rail}\n" for rail in range(1, 5))
    edit("map.yaml", "racks:", f"{more}racks:")
    factory.write(read(site))
    text = Path(CSV).read_text().splitlines()
    assert text[0].endswith(",guid_1,guid_2,guid_3,guid_4")
    assert text[1].endswith(
        ",0x3c6d660300010000,0x3c6d660300010001,0x3c6d660300010002,0x3c6d660300010003"
    )
    assert text[-1].endswith(",,,,,")
    assert render.check(site) == ()
    assert not read(site).changes


def test_macs_out_of_band_are_taken_over_behind_the_others(site: Path) -> None:
    lines = Path("factory.csv").read_text().splitlines()
    lines[0] += ",DPU MAC"
    lines[1] += ",3C-6D-66-50-00-01"
    Path("factory.csv").write_text("\n".join((*lines[:2], *(f"{line}," for line in lines[2:]))))
    edit("map.yaml", "racks:", "  oob_mac: DPU MAC\nracks:")
    factory.write(read(site))
    text = Path(CSV).read_text().splitlines()
    assert text[0].endswith("in_band_mac,oob_mac")
    assert [line.endswith(",3c:6d:66:50:00:01") for line in text[1:]].count(True) == 1
    assert render.check(site) == ()
    assert not read(site).changes


def test_a_column_that_is_not_mapped_stays_until_the_device_is_another(site: Path) -> None:
    edit("map.yaml", "  in_band_mac: PXE MAC\n", "")
    assert read(site).changes == ()
    edit("factory.csv", "1643225046229", "1643225099999")
    (change,) = read(site).changes
    assert (change.old["in_band_mac"], change.new["in_band_mac"]) == ("3c:6d:66:2b:90:fe", "")


def test_a_blank_cell_takes_nothing_away(site: Path) -> None:
    edit("factory.csv", '"3c-6d-66-2b-90-fe"', '""')
    assert read(site).changes == ()


def test_what_is_known_of_a_device_goes_with_it(site: Path) -> None:
    edit("map.yaml", "  in_band_mac: PXE MAC\n", "")
    lines = Path("factory.csv").read_text().splitlines()
    lines[1], lines[2] = lines[2].replace("U12", "U11"), lines[1].replace("U11", "U12")
    Path("factory.csv").write_text("\n".join(lines))
    one, other = read(site).changes
    for column in ("serial", "bmc_mac", "in_band_mac"):
        assert (one.new[column], other.new[column]) == (other.old[column], one.old[column])


def test_labels_and_words_of_the_factory_place_as_well(site: Path) -> None:
    edit("map.yaml", "tray_is: rack-unit\n", "trays: {U11: c01}\n")
    first = Path("factory.csv").read_text().splitlines()[1]
    assert '"U11"' in first
    Path("factory.csv").write_text("\n".join((HEAD, first, first.replace("U11", "c02"))))
    assert [change.device.label for change in read(site).changes] == ["c02"]


def test_semicolons_blanks_and_a_byte_order_mark_are_no_mistake(site: Path) -> None:
    edit("map.yaml", "columns:", 'delimiter: ";"\ncolumns:')
    text = "\ufeff" + Path("factory.csv").read_text().replace('","', '" ;  "')
    Path("factory.csv").write_text(text + "\n\n")
    assert read(site).changes == ()


REFUSALS: list[tuple[Callable[[], None], str]] = [
    (
        lambda: edit("factory.csv", '"RK-77","U11"', '"RK-78","U11"'),
        """\
factory.csv:2:12: error: the site has no rack 'RK-78' [import-place]
   2 | "compute","RK-78","U11","1643225076514","3C6D661A4C43","3c-6d-66-2b-90-20"
     |            ^^^^^
     = hint: where the factory has a word of its own, translate it under `racks:`

1 error in factory.csv""",
    ),
    (
        lambda: edit("factory.csv", '"U11"', '"U99"'),
        """\
factory.csv:2:20: error: rack a01 has no position 'U99' [import-place]
   2 | "compute","RK-77","U99","1643225076514","3C6D661A4C43","3c-6d-66-2b-90-20"
     |                    ^^^
     = because: it is a gb300-nvl72
     = hint: translate it under `trays:`, or leave it out by `skip:`

1 error in factory.csv""",
    ),
    (
        lambda: edit("site.yaml", "pool: train}", "pool: train, trays: {c01: {open: RMA}}}"),
        """\
factory.csv:2:20: error: site.yaml says that a01 c01 is open [import-place]
   2 | "compute","RK-77","U11","1643225076514","3C6D661A4C43","3c-6d-66-2b-90-20"
     |                    ^^^
     = because: open: RMA
     = hint: remove `open` from site.yaml when the device is in

1 error in factory.csv""",
    ),
    (
        lambda: edit("factory.csv", '"U12"', '"U11"'),
        """\
factory.csv:3:20: error: a01 c01 is there twice [import-twice]
   3 | "compute","RK-77","U11","1643225058010","3C6D661A4C8B","3c-6d-66-2b-90-50"
     |                    ^^^
     = hint: first at factory.csv:2:20

1 error in factory.csv""",
    ),
    (
        lambda: edit("factory.csv", '"3C6D661A4C43"', '"3C6D661A4C4"'),
        """\
factory.csv:2:42: error: bmc_mac is '3C6D661A4C4', expected a unicast MAC address such as \
3c:6d:66:00:01:01 [import-cell]
   2 | "compute","RK-77","U11","1643225076514","3C6D661A4C4","3c-6d-66-2b-90-20"
     |                                          ^^^^^^^^^^^

1 error in factory.csv""",
    ),
    (
        lambda: edit("factory.csv", ',"3C6D661A4C43"', ""),
        """\
factory.csv:2:2: error: this row has 5 columns, and the first line has 6 [import-row]
   2 | "compute","RK-77","U11","1643225076514","3c-6d-66-2b-90-20"
     |  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

1 error in factory.csv""",
    ),
    (
        lambda: edit("map.yaml", "BMC MAC", "BMC"),
        """\
map.yaml:5:12: error: the inventory has no column 'BMC' [import-column]
   5 |   bmc_mac: BMC
     |            ^^^
     = because: its columns are Type, Rack SN, Location, Serial Number, BMC MAC, PXE MAC

1 error in map.yaml""",
    ),
    (
        lambda: edit("map.yaml", "  serial:", "  serail:"),
        """\
map.yaml:4:3: error: unknown key 'serail' [extra-forbidden]
   4 |   serail: Serial Number
     |   ^^^^^^
     = hint: did you mean 'serial'?

1 error in map.yaml""",
    ),
    (
        lambda: edit("site.yaml", "state: installed", "state: planned"),
        "rack a01 is only planned [import-place]",
    ),
    (lambda: Path("factory.csv").write_text(""), "the file is empty [import-row]"),
    (lambda: Path("map.yaml").write_text("columns: ["), "[yaml-syntax]"),
    (lambda: Path("map.yaml").write_text(""), "[wrong-type]"),
]


@pytest.mark.parametrize(("spoil", "text"), REFUSALS, ids=range(len(REFUSALS)))
def test_what_cannot_be_taken_over_is_refused_with_its_place(
    spoil: Callable[[], None], text: str, site: Path
) -> None:
    before = Path(CSV).read_bytes()
    spoil()
    said = refused(site)
    assert text in said
    assert "\n" not in text or text == said
    assert Path(CSV).read_bytes() == before


def test_every_code_has_a_refusal_with_exact_words() -> None:
    shown = "".join(text for _, text in REFUSALS)
    assert all(f"[{code}]" in shown for code in factory.CODES)


def test_rows_of_other_units_are_left_out_and_counted(site: Path) -> None:
    before = Path(CSV).read_bytes()
    edit("site.yaml", "      - index: 1 ", f"{OTHER}\n      - index: 1 ")
    edit("map.yaml", "racks: {", "racks: {RK-78: b01, ")
    edit("factory.csv", '"RK-77","U11"', '"RK-78","U11"')
    here, there = read(site), read(site, "h1-su02")
    assert list(factory.report(here))[-1] == "left out: 1 of h1-su02, for `--unit h1-su02`"
    assert list(factory.report(there)) == [
        "+ b01 c01: serial 1643225076514",
        "as-built/h1-su02.csv: 1 new, 0 replaced, 0 corrected, 0 as before; 0 not in this delivery",
        "left out: 34 of h1-su01, for `--unit h1-su01`",
    ]
    factory.write(here)
    factory.write(there)
    assert Path(CSV).read_bytes() == before
    assert len(Path("as-built/h1-su02.csv").read_text().splitlines()) == 2


def test_all_mistakes_of_a_delivery_are_said_in_one_pass(site: Path) -> None:
    edit("factory.csv", '"U11"', '"U99"')
    edit("factory.csv", "3C6D661A4C8B", "x")
    assert refused(site).endswith("2 errors in factory.csv")


def test_a_unit_that_is_not_there_is_named(site: Path) -> None:
    with pytest.raises(NoSuchValue, match="there is no scalable unit 'h1-su1'") as raised:
        read(site, "h1-su1")
    assert raised.value.hint == "did you mean h1-su01?"


@pytest.mark.parametrize("name", ["nowhere.csv", "as-built"])
def test_a_file_that_cannot_be_read_ends_in_a_sentence(name: str, site: Path) -> None:
    with pytest.raises(RackwrightError, match=f"{name} cannot be read"):
        factory.read(site, UNIT, Path(name), Path("map.yaml"))


def test_a_spreadsheet_is_no_text(site: Path) -> None:
    Path("factory.csv").write_bytes(b"PK\x03\x04\xff\xfe")
    with pytest.raises(RackwrightError, match=r"factory\.csv is not UTF-8 text"):
        read(site)


def test_the_verb_shows_first_and_writes_then(site: Path) -> None:
    edit("factory.csv", "1643225046229", "1643225099999")
    words = ["import", "factory.csv", "--unit", UNIT, "--columns", "map.yaml"]
    shown = CliRunner().invoke(verbs.rackwright, [*words, "--check"])
    assert shown.exit_code == 1
    assert "1643225099999" not in Path(CSV).read_text()
    done = CliRunner().invoke(verbs.rackwright, words)
    assert (done.exit_code, done.output) == (0, shown.output)
    assert "1643225099999" in Path(CSV).read_text()
    again = CliRunner().invoke(verbs.rackwright, [*words, "--check"])
    assert again.exit_code == 0


@given(st.lists(st.text(st.characters(exclude_characters='\n\r"'), max_size=9), min_size=1))
def test_quoted_cells_come_back_at_their_places(texts: list[str]) -> None:
    line = ",".join(f'"{text}"' for text in texts)
    found = list(table.cells(line, 1, "f", ","))
    assert [cell.text for cell in found] == [text.strip() for text in texts]
    for cell in found:
        assert line[cell.at.column - 1 :].startswith(cell.text)


@given(st.text(max_size=60), st.sampled_from(",;\t"))
def test_no_inventory_makes_it_raise(text: str, delimiter: str) -> None:
    wanted, document = columns.read(MAP, "map.yaml")
    table.read(text, "f", wanted.model_copy(update={"delimiter": delimiter}), document)
    table.read(f"{HEAD}\n{text}", "f", wanted, document)


@given(
    st.sampled_from(MAP.split()),
    st.sampled_from(["", "[]", "{}", "null", "7", "a: b", "&a", "*a", "!x", "'", "columns:", "\0"]),
)
def test_no_column_map_makes_it_raise(word: str, other: str) -> None:
    with contextlib.suppress(SpecError):
        columns.read(MAP.replace(word, other, 1), "map.yaml")
