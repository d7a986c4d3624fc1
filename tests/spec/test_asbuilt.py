from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rackwright.spec import asbuilt

HEADER = "rack,tray,serial,bmc_mac,in_band_mac\n"


def test_a_row_knows_where_each_cell_stands() -> None:
    table, problems = asbuilt.parse(f"{HEADER}\na01, c01 ,S-1,3c:6d:66:00:00:01,\n", "f.csv")
    (row,) = table.rows
    assert problems == ()
    assert (row.tray.text, str(row.tray.at), row.tray.width) == ("c01", "f.csv:3:6", 3)


def test_a_mac_is_taken_as_technicians_paste_it() -> None:
    table, _ = asbuilt.parse(f"{HEADER}a01,c01,S-1,3C-6D-66-00-00-01,3C:6D:66:00:00:02\n", "f")
    assert table.rows[0].bmc_mac.text == "3c:6d:66:00:00:01"
    assert table.rows[0].in_band_mac.text == "3c:6d:66:00:00:02"


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
