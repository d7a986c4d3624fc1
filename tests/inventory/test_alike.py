"""Patterns with holes, and what fills them."""

from __future__ import annotations

from rackwright.inventory.alike import Blank, Blanks, Pattern, Run, hole, unfilled
from rackwright.inventory.cabling import Cable, Cables, End

TRAY, LEAF = hole("tray"), hole("leaf")


def cable(sequence: int, source: str = TRAY, *, reserved: bool = False) -> Cable:
    return Cable(
        fabric="ib",
        bundle=f"{source}--{LEAF}",
        sequence=sequence,
        source=End(source, "fabric-1", "r01", "11"),
        target=End(LEAF, f"sw{sequence}p1"),
        gbps=800,
        length="in-unit",
        reserved=reserved,
    )


HARNESS = Pattern((cable(1), cable(2)))
RUNS = tuple(Run(HARNESS, {"tray": f"c{number:02d}", "leaf": "l1"}) for number in (1, 2))


def test_a_blank_is_filled_as_often_as_wanted() -> None:
    blank = Blank(f"{TRAY} to {LEAF}, {TRAY}: 100 % {{of}} it")
    assert blank.filled({"tray": "c1", "leaf": "l1"}) == "c1 to l1, c1: 100 % {of} it"
    assert blank.filled({"tray": "c2", "leaf": "l2"}) == "c2 to l2, c2: 100 % {of} it"


def test_what_fills_a_hole_is_never_taken_for_one() -> None:
    assert Blank(f"{TRAY}/{LEAF}").filled({"tray": LEAF, "leaf": "l1"}) == f"{LEAF}/l1"


def test_blanks_are_filled_each_on_its_own() -> None:
    names = {"tray": "c1", "leaf": "l1"}
    assert Blanks((TRAY, "", f"{LEAF}\n")).filled(names) == ["c1", "", "l1\n"]


def test_records_are_those_of_their_runs_in_order() -> None:
    cables = Cables(RUNS)
    assert len(cables) == 4
    assert [each.label for each in cables] == [
        "c01--l1/01",
        "c01--l1/02",
        "c02--l1/01",
        "c02--l1/02",
    ]
    assert cables[-1].target == End("l1", "sw2p1")


def test_records_that_are_the_same_are_equal_however_they_were_made() -> None:
    single = (Run(Pattern((each,)), {}) for each in Cables(RUNS))
    assert Cables(RUNS) == Cables(single)
    assert Cables(RUNS) != Cables(RUNS[:1])


def test_a_record_is_replaced_and_no_other() -> None:
    before = Cables(RUNS)
    other = before[2]._replace(gbps=400)
    assert [*before.replaced(2, other)] == [*before[:2], other, before[3]]
    assert before[2].gbps == 800


def test_cables_are_counted_without_being_made() -> None:
    later = Run(Pattern((cable(3, reserved=True),)), RUNS[0].names)
    cables = Cables((*RUNS, later))
    assert cables.kinds() == {("ib", "in-unit", 800, False): 4, ("ib", "in-unit", 800, True): 1}
    assert cables.installed() == Cables(RUNS)
    assert not cables.of("ib2")


def test_an_unfilled_run_says_what_its_pattern_says() -> None:
    assert tuple(unfilled(HARNESS)) == HARNESS.records
