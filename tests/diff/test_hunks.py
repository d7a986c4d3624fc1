"""Text compared: equal hunks once, by key where it is data, under its parents where it is not."""

from __future__ import annotations

import pytest

from rackwright.diff import hunks, sides
from rackwright.diff.model import Hunk, Sign
from rackwright.diff.pages.names import short


def compared(old: dict[str, str], new: dict[str, str]) -> tuple[Hunk, ...]:
    return hunks.compare(sides.of_tree(old), sides.of_tree(new))[1]


def lines(hunk: Hunk) -> list[str]:
    return [f"{line.sign}{line.text}" for line in hunk.lines]


def test_the_same_difference_in_many_files_is_one_hunk() -> None:
    old = {f"leaf-{n:03}.conf": f"host {n}\ninterface swp1\n  mtu 9000\n" for n in range(1, 133)}
    new = {path: text.replace("9000", "9216") for path, text in old.items()}
    (hunk,) = compared(old, new)
    assert len(hunk.files) == 132
    assert short(hunk.files) == "leaf-[001-132].conf"
    assert (hunk.parents, lines(hunk)) == (("interface swp1",), ["-  mtu 9000", "+  mtu 9216"])


def test_what_differs_alike_under_many_keys_is_one_hunk_that_names_them_all() -> None:
    old = "".join(f"interface swp{n}\n  mtu 9000\n" for n in range(1, 33)) + "log\n  level 1\n"
    new = old.replace("9000", "9216").replace("level 1", "level 2")
    ports, log = compared({"a": old, "b": old}, {"a": new, "b": new})
    assert ports.parents == (", ".join(f"interface swp{n}" for n in range(1, 33)),)
    assert lines(ports) == ["-  mtu 9000", "+  mtu 9216"]
    assert (log.parents, ports.files) == (("log",), ("a", "b"))


def test_lines_that_stand_in_different_places_are_different_hunks() -> None:
    old = {"a": "x\n  mtu 1\n", "b": "y\n  mtu 1\n"}
    new = {path: text.replace("1", "2") for path, text in old.items()}
    found = compared(old, new)
    assert [hunk.parents for hunk in found] == [("x",), ("y",)]
    assert found[0].digest != found[1].digest


def test_json_is_compared_by_key_whatever_its_lines_do() -> None:
    old = '{"b": 1, "a": {"mtu": 9000, "x": [1, 2]}}'
    new = '{\n "a": {"x": [1, 2],\n "mtu": 9216}, "b": 1}'
    (hunk,) = compared({"x.json": old}, {"x.json": new})
    assert (hunk.parents, lines(hunk)) == (("a",), ["-mtu: 9000", "+mtu: 9216"])


def test_items_with_names_are_compared_by_them_and_not_by_their_place() -> None:
    old = '[{"name": "a", "v": 1}, {"name": "b", "v": 2}]'
    new = '[{"name": "new", "v": 0}, {"name": "a", "v": 1}, {"name": "b", "v": 3}]'
    found = compared({"x.json": old}, {"x.json": new})
    assert [hunk.parents for hunk in found] == [("name b",), ()]
    assert lines(found[0]) == ["-v: 2", "+v: 3"]


def test_a_part_of_a_list_that_another_file_includes_is_data_too() -> None:
    old = '// do not edit\n, {"id": 1, "subnet": "10.0.0.0/24"}\n'
    (hunk,) = compared({"x.json": old}, {"x.json": old.replace("/24", "/25")})
    assert (hunk.parents, lines(hunk)[0]) == (("id 1",), '-subnet: "10.0.0.0/24"')


def test_yaml_is_compared_by_key() -> None:
    old = "- set:\n    interface:\n      swp1:\n        link: {mtu: 9000}\n"
    (hunk,) = compared({"startup.yaml": old}, {"startup.yaml": old.replace("9000", "9216")})
    assert lines(hunk) == ["-mtu: 9000", "+mtu: 9216"]
    assert hunk.parents[-1] == "link"


@pytest.mark.parametrize("name", ["x.json", "x.yaml"])
@pytest.mark.parametrize("text", ["{", "\x00", "a: [", "{{ not: data"])
def test_what_is_no_data_is_compared_line_by_line(name: str, text: str) -> None:
    (hunk,) = compared({name: f"{text}\none\n"}, {name: f"{text}\ntwo\n"})
    assert lines(hunk) == ["-one", "+two"]


@pytest.mark.parametrize(
    ("old", "new"),
    [("a\n", "a"), ('{"a": 1}', '{ "a": 1}'), ("a: 1\n", "a:  1\n"), ("a\r\n", "a\n")],
)
@pytest.mark.parametrize("name", ["x.json", "x.yaml", "x.csv", "x.conf"])
def test_no_difference_is_too_small_to_be_a_hunk(name: str, old: str, new: str) -> None:
    assert compared({name: old}, {name: new})


def test_a_row_that_is_new_in_a_table_moves_no_other() -> None:
    old = "h\n" + "".join(f"{n},x\n" for n in range(10_000))
    (hunk,) = compared({"cables.csv": old}, {"cables.csv": f"{old[:40]}new,y\n{old[40:]}"})
    assert [line for line in lines(hunk) if "new,y" in line]
    assert len(hunk.lines) <= 4


def test_rows_in_another_order_are_said_to_be() -> None:
    (hunk,) = compared({"x.csv": "a\nb\n"}, {"x.csv": "b\na\n"})
    assert lines(hunk) == ["~the same lines in another order"]


def test_a_file_that_comes_or_goes_is_counted_and_not_shown() -> None:
    files, pieces = hunks.compare(
        sides.of_tree({"gone": "1\n2\n"}), sides.of_tree({"new": "1\n2\n3\n"})
    )
    assert [(each.path, each.sign, each.added, each.removed) for each in files] == [
        ("gone", Sign.REMOVE, 0, 2),
        ("new", Sign.ADD, 3, 0),
    ]
    assert pieces == ()


def test_a_hunk_holds_so_many_lines_and_counts_the_rest() -> None:
    (hunk,) = compared({"x": ""}, {"x": "line\n" * 1_000})
    assert (len(hunk.lines), hunk.left_out) == (400, 600)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["a"], "a"),
        (["r1", "r2", "r3"], "r[1-3]"),
        (["r01", "r02", "r04"], "r[01-02,04]"),
        ([f"h1-su{u:02}-r{r:02}" for u in (1, 2, 3) for r in range(1, 9)], "h1-su[01-03]-r[01-08]"),
        (["r9", "r10"], "r[9-10]"),
        (["a", "b", "a"], "a, b"),
        ([], ""),
        (
            [f"{letter}x" for letter in "abcdefghijklmn"],
            "ax, bx, cx, dx, ex, fx, gx, hx, ix, jx, kx, lx, … 2 more",
        ),
        (["h1-su01-r01", "h1-su02-r05"], "h1-su01-r01, h1-su02-r05"),
    ],
)
def test_names_are_short_and_mean_the_same(names: list[str], said: str) -> None:
    assert short(names) == said
