from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from rackwright import console
from rackwright.events import Event, State
from rackwright.problems import Level, Position, Problem, RackwrightError, SpecError
from rackwright.tree import Change, Difference


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("site.yaml").write_text("site: x\nfedes: [a]\n")
    return "site.yaml"


def fedes(spec: str) -> Problem:
    return Problem(
        Position(spec, 2, 1), "extra-forbidden", "unknown key 'fedes'", ("it is",), "feeds?", 5
    )


def test_a_problem_shows_its_line_its_reasons_and_a_count(spec: str) -> None:
    assert console.problems_text([fedes(spec)]) == "\n".join(
        (
            "site.yaml:2:1: error: unknown key 'fedes' [extra-forbidden]",
            "   2 | fedes: [a]",
            "     | ^^^^^",
            "     = because: it is",
            "     = hint: feeds?",
            "",
            "1 error in site.yaml",
        )
    )


def test_problems_of_several_files_are_counted_together(spec: str) -> None:
    other = Problem(Position("gone.csv", 9), "x", "gone")
    assert console.problems_text([fedes(spec), other]).endswith("2 errors in 2 files")


def test_what_kept_the_rules_from_being_asked_is_said_to_people(
    spec: str, capsys: pytest.CaptureFixture[str]
) -> None:
    console.problems([fedes(spec)], unread=True)
    said = capsys.readouterr().out
    assert said.endswith(
        "\n1 error in site.yaml; whether the rest fits together is judged after that\n"
    )
    for form in ("json", "github"):
        console.problems([fedes(spec)], form, unread=True)
        assert "after that" not in capsys.readouterr().out


def test_a_source_line_cannot_steer_the_terminal(spec: str) -> None:
    Path(spec).write_text("a\n\x1b[31mred: 1\n")
    assert "\x1b" not in console.problems_text([fedes(spec)])


def test_of_many_alike_the_first_are_shown_and_the_rest_counted(spec: str) -> None:
    alike = [fedes(spec)] * 300
    blocks = console.problems_text([*alike, Problem(Position(spec), "other", "x")]).split("\n\n")
    assert len(blocks) == 5 + 1 + 1 + 1
    assert blocks[5] == "… and 295 more like it [extra-forbidden]"
    assert blocks[-1] == "301 errors in site.yaml"


def test_ten_alike_are_all_shown(spec: str) -> None:
    assert "more like it" not in console.problems_text([fedes(spec)] * 10)


def test_a_machine_is_told_all_of_them(spec: str, capsys: pytest.CaptureFixture[str]) -> None:
    console.problems([fedes(spec)] * 300, "json")
    assert len(capsys.readouterr().out.splitlines()) == 300


@pytest.mark.parametrize(
    ("column", "shown", "carets"),
    [
        (1, f"{'a' * 160}…", "^^^"),
        (500, f"…{'a' * 160}…", f"{' ' * 61}^^^"),
        (998, f"…{'a' * 63}", f"{' ' * 61}^^^"),
    ],
)
def test_of_a_long_line_the_place_is_shown(spec: str, column: int, shown: str, carets: str) -> None:
    Path(spec).write_text("a" * 1000)
    text = console.problems_text([Problem(Position(spec, 1, column), "x", "long", width=3)])
    assert text.splitlines()[1:3] == [f"   1 | {shown}", f"     | {carets}"]


def test_a_message_cannot_steer_the_terminal_or_fill_it(spec: str) -> None:
    problem = Problem(Position(spec), "x", f"\x1b[2J\n{'x' * 9000}", hint="\x07")
    text = console.problems_text([problem])
    assert "\x1b" not in text
    assert "\x07" not in text
    assert max(map(len, text.splitlines())) < 500


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("passwort: hunter2", "passwort: •••••••"),
        ("{passwrod: hunter2, a: b}", "{passwrod: •••••••, a: b}"),
        ('"password": "hunter2"', '"password": •••••••••'),
        ("password: file:bmc", "password: file:bmc"),
    ],
)
def test_a_password_under_a_wrong_key_is_covered(spec: str, line: str, shown: str) -> None:
    Path(spec).write_text(line)
    assert f" | {shown}\n" in console.problems_text([Problem(Position(spec), "x", "wrong")])


def test_a_problem_without_width_shows_no_line(spec: str) -> None:
    problem = Problem(Position(spec), "x", "another file", width=0)
    text = console.problems_text([problem])
    assert text == "site.yaml:1:1: error: another file [x]\n\n1 error in site.yaml"


def test_json_carries_the_same_facts(spec: str, capsys: pytest.CaptureFixture[str]) -> None:
    console.problems([fedes(spec)], "json")
    assert json.loads(capsys.readouterr().out) == {
        "file": "site.yaml",
        "line": 2,
        "column": 1,
        "width": 5,
        "level": "error",
        "code": "extra-forbidden",
        "message": "unknown key 'fedes'",
        "because": ["it is"],
        "hint": "feeds?",
        "others": 0,
    }


def test_an_annotation_is_one_line_that_github_reads(spec: str) -> None:
    assert console.problem_annotation(fedes(spec)) == (
        "::error file=site.yaml,line=2,col=1,endColumn=6,title=extra-forbidden"
        "::unknown key 'fedes'%0Abecause: it is%0Ahint: feeds?"
    )


def test_no_problem_is_said_too(capsys: pytest.CaptureFixture[str]) -> None:
    console.problems([])
    assert capsys.readouterr().out == "no problems\n"


def test_output_that_is_no_terminal_has_no_colour(
    spec: str, capsys: pytest.CaptureFixture[str]
) -> None:
    console.problems([fedes(spec)])
    assert "\x1b" not in capsys.readouterr().out


def test_a_warning_is_called_one_in_every_form(spec: str) -> None:
    warning = replace(fedes(spec), level=Level.WARNING)
    text = console.problems_text([warning])
    assert text.startswith("site.yaml:2:1: warning: ")
    assert text.endswith("\n\n1 warning in site.yaml")
    assert console.problems_text([fedes(spec), warning]).endswith(
        "1 error and 1 warning in site.yaml"
    )
    assert json.loads(console.problem_json(warning))["level"] == "warning"
    assert console.problem_annotation(warning).startswith("::warning file=")


def test_an_error_goes_to_standard_error_with_its_hint(capsys: pytest.CaptureFixture[str]) -> None:
    console.error(RackwrightError("the pulumi command is missing", "make tools"))
    assert capsys.readouterr().err == "error: the pulumi command is missing\n  hint: make tools\n"


def test_a_wrong_specification_ends_in_its_problems(
    spec: str, capsys: pytest.CaptureFixture[str]
) -> None:
    console.error(SpecError((fedes(spec),)))
    assert capsys.readouterr().err.endswith("1 error in site.yaml\n")


def test_events_are_plain_lines_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    events = [
        Event("hosts", State.STARTED),
        Event("hosts", State.DONE, "up in 3 s", "c01"),
        Event("hosts", State.FAILED, "no boot device", "c02"),
    ]
    assert console.follow(events) == 1
    assert capsys.readouterr().out.splitlines() == [
        "hosts started",
        "hosts c01 done: up in 3 s",
        "hosts c02 failed: no boot device",
    ]


def test_events_are_drawn_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    console.follow([Event("hosts", State.STARTED), Event("hosts", State.DONE, "[b]up[/b]", "c01")])
    assert "✓ hosts c01  [b]up[/b]" in capsys.readouterr().out


def test_a_table_is_aligned_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    console.table(("tray", "power"), [("c01", "on"), ("nvsw-01", "off")])
    assert capsys.readouterr().out == "tray     power\nc01      on\nnvsw-01  off\n"


def test_a_difference_shows_what_would_be_written() -> None:
    difference = Difference("a/b", Change.CHANGE, "1\n2\n", "1\n3\n")
    assert console.difference_text(difference) == "\n".join(
        ("~ a/b", "    @@ -1,2 +1,2 @@", "     1", "    -2", "    +3")
    )


def test_a_current_tree_is_said_to_be_current(capsys: pytest.CaptureFixture[str]) -> None:
    console.differences([])
    assert capsys.readouterr().out == "rendered/ is current\n"


def test_a_fingerprint_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    said = Problem(Position("site.yaml"), "x", "AB:CD:MA is not pinned", width=0)
    console.problems([said])
    console.error(RackwrightError("the certificate :CD:", "compare :ok:"))
    shown = capsys.readouterr()
    assert "AB:CD:MA is not pinned" in shown.out
    assert "the certificate :CD:" in shown.err
    assert "compare :ok:" in shown.err


def test_of_many_written_files_the_first_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    done = [Difference(f"{number:04}", Change.ADD) for number in range(1_250)]
    console.written(done, Path("rendered"))
    said = capsys.readouterr().out.splitlines()
    assert said[-3:] == ["+ 0199", "… and 1,050 more", "rendered: 1250 written, 0 removed"]


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time that the console sees, which a test moves on."""
    now = [0.0]
    monkeypatch.setattr(console.time, "monotonic", lambda: now[0])
    return now


def test_progress_of_long_work_is_drawn_on_a_terminal_and_cleared(
    seconds: list[float], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(console.sys.stderr, "isatty", lambda: True)
    with console.progress("units", "racks") as watch:
        seconds[0] = 2.0
        watch(33, 132, 264)
    said = capsys.readouterr().err
    assert "33 of 132 units, 264 racks, 132 racks/s" in said
    assert said.endswith("\r\x1b[2K")


@pytest.mark.parametrize(("terminal", "took"), [(True, 0.5), (False, 60.0)])
def test_progress_is_silent_where_nobody_waits(
    terminal: bool,
    took: float,
    seconds: list[float],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(console.sys.stderr, "isatty", lambda: terminal)
    with console.progress("units", "racks") as watch:
        seconds[0] = took
        watch(132, 132, 1056)
    assert capsys.readouterr().err == ""
