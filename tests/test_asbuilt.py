from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright import asbuilt
from rackwright.problems import Problem

HEADER = "rack,tray,serial,bmc_mac,in_band_mac\n"


def test_a_row_knows_where_each_cell_stands() -> None:
    table, problems = asbuilt.parse(f"{HEADER}\na01, c01 ,S-1,3c:6d:66:00:00:01,\n", "f.csv")
    (row,) = table.rows
    assert problems == ()
    tray = row.cell("tray")
    assert (tray.text, str(tray.at), tray.width) == ("c01", "f.csv:3:6", 3)


def test_a_mac_is_taken_as_technicians_paste_it() -> None:
    table, _ = asbuilt.parse(f"{HEADER}a01,c01,S-1,3C-6D-66-00-00-01,3C:6D:66:00:00:02\n", "f")
    assert table.rows[0].bmc_mac == "3c:6d:66:00:00:01"
    assert table.rows[0].in_band_mac == "3c:6d:66:00:00:02"


def test_a_group_address_is_no_mac_of_a_device() -> None:
    _, problems = asbuilt.parse(f"{HEADER}a01,c01,S-1,01:00:5e:00:00:01,\n", "f")
    assert [problem.code for problem in problems] == ["as-built-cell"]


def test_every_bad_cell_of_a_row_is_said() -> None:
    _, problems = asbuilt.parse(f"{HEADER}A 1,c 1,?,x,y\n", "f")
    assert [problem.at.column for problem in problems] == [1, 5, 9, 11, 13]


def test_windows_line_ends_are_no_mistake() -> None:
    text = f"{HEADER}a01,c01,S-1,3c:6d:66:00:00:01,".replace("\n", "\r\n")
    table, problems = asbuilt.parse(text, "u.csv")
    assert (len(table.rows), problems) == (1, ())


@given(st.text(max_size=80))
def test_no_text_makes_it_raise(text: str) -> None:
    asbuilt.parse(HEADER + text, "f")


GUIDS = "guid_1,guid_2,guid_3,guid_4"
GOOD = "a01,c01,S-1,3c:6d:66:00:00:01,3c:6d:66:00:00:02"
GUID = "0x3c6d660300000001"


@pytest.mark.parametrize("guid", [GUID, GUID[2:], GUID.upper().replace("X", "x"), "3c6d:6603:0:1"])
def test_guids_may_follow_and_have_one_form(guid: str) -> None:
    guid = guid.replace(":0:1", ":0000:0001")
    text = f"{HEADER.strip()},{GUIDS}\n{GOOD},{guid},,,\n{GOOD},,,,\n"
    table, problems = asbuilt.parse(text, "f")
    assert problems == ()
    assert table.rows[0].guids == (GUID, "", "", "")
    assert table.rows[1].guids == ("",) * 4
    assert table.rows[0].cell("guid_1").text == guid


@pytest.mark.parametrize(
    "guid", ["0x" + "0" * 16, GUID[:-1], f"{GUID}0", "3c:6d:66:03:00:00:00:01"]
)
def test_what_is_no_guid_is_said(guid: str) -> None:
    _, problems = asbuilt.parse(f"{HEADER.strip()},guid_1\n{GOOD},{guid}\n", "f")
    assert [problem.code for problem in problems] == ["as-built-cell"]
    assert problems[0].message.startswith("guid_1 is ")


@pytest.mark.parametrize("more", ["guid_2", "guid_1,guid_3", "guid_1,", "mac"])
def test_guid_columns_are_numbered_from_one(more: str) -> None:
    _, problems = asbuilt.parse(f"{HEADER.strip()},{more}\n", "f")
    assert [problem.code for problem in problems] == ["as-built-header"]


MACS = ("3c:6d:66:00:00:01", "3D-6d-66-00-00-01", "3C:6d:66:00:00:0a", "3c:6d-66:00:00:01")
ODD = ("", " ", "A", "\u00a0c02", "00:00:00:00:00:00", f"0x{'0' * 16}")
PARTS = st.sampled_from(("a01", "c01", "S-1", GUID, GUID[2:], *MACS, *ODD))


@given(st.lists(PARTS, min_size=4, max_size=9), st.integers(0, 3), st.booleans())
def test_a_row_that_is_plain_is_read_as_any_other(
    parts: list[str], guids: int, has_oob: bool
) -> None:
    last = (asbuilt.OOB_COLUMN,) if has_oob else ()
    columns = (*asbuilt.COLUMNS, *asbuilt.GUID_COLUMNS[:guids], *last)
    plain = asbuilt._plain_rows(2, [",".join(parts)], "f", columns)
    problems: list[Problem] = []
    careful = asbuilt._row(2, ",".join(parts), "f", columns, problems)
    assert plain in (None, (careful,))
    assert (careful is None) == bool(problems)


def test_a_plain_table_takes_the_short_way() -> None:
    columns = (*asbuilt.COLUMNS, *asbuilt.GUID_COLUMNS[:4])
    lines = [f"{GOOD},{GUID},,,{GUID}", f"{GOOD},{GUID},,,"]
    rows = asbuilt._plain_rows(2, lines, "f", columns)
    assert rows is not None
    assert [row.guids for row in rows] == [(GUID, "", "", GUID), (GUID, "", "", "")]
    for odd in (GOOD, "", f" {lines[0]}"):
        assert asbuilt._plain_rows(2, [*lines, odd], "f", columns) is None


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_row_has_the_line_it_stands_in(end: str) -> None:
    lines = (HEADER.strip(), GOOD, "", GOOD.replace("c01", "c02"), "")
    for text in (end.join(lines), end.join(line for line in lines if line)):
        table, problems = asbuilt.parse(text, "f")
        assert problems == ()
        assert [text.splitlines()[row.number - 1] for row in table.rows] == [
            row.line for row in table.rows
        ]


def test_of_two_rows_for_one_position_the_first_counts() -> None:
    table, _ = asbuilt.parse(f"{HEADER.strip()}\n{GOOD}\n{GOOD}\n", "f")
    assert table.by_position == {(row.rack, row.tray): row for row in table.rows[:1]}


def test_the_last_column_may_be_of_the_out_of_band_network() -> None:
    text = f"{HEADER.strip()},guid_1,oob_mac\n{GOOD},{GUID},3C-6D-66-00-00-03\n{GOOD},{GUID},\n"
    table, problems = asbuilt.parse(text, "f")
    assert problems == ()
    assert [row.oob_mac for row in table.rows] == ["3c:6d:66:00:00:03", ""]
    assert str(table.rows[0].cell("oob_mac").at) == f"f:2:{len(GOOD) + len(GUID) + 3}"


def test_a_switch_without_a_bmc_has_a_row() -> None:
    text = f"{HEADER.strip()},oob_mac\na01,tor-01,S-1,,,3c:6d:66:00:00:03\n"
    table, problems = asbuilt.parse(text, "f")
    assert problems == ()
    assert (table.rows[0].bmc_mac, table.rows[0].oob_mac) == ("", "3c:6d:66:00:00:03")


@pytest.mark.parametrize("oob", ["", ",3c:6d:66:00:00:02"])
def test_a_plain_table_has_the_guids_of_its_rows(oob: str) -> None:
    guids = "0x3c6d660300010101,"
    head = HEADER.replace("\n", f",guid_1,guid_2{',oob_mac' if oob else ''}\n")
    begin = "S-1,3c:6d:66:00:00:01,"
    text = f"{head}a01,c01,{begin},{guids}{oob}\na01,nvsw-01,{begin},,{oob}\n"
    table, problems = asbuilt.parse(text, "f")
    assert (table.is_plain, problems) == (True, ())
    expected = {"a01": {"c01": ("0x3c6d660300010101", "")}}
    for plain in ((), ("u",)):
        assert asbuilt.guids(asbuilt.Tables({"u": (text, "f")}, plain), "u") == expected
    assert asbuilt.guids({"u": table}, "u") == expected
