from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from rackwright.problems import RackwrightError, Unfinished
from rackwright.refresh import workers


@pytest.mark.parametrize("processes", [1, 2, 3, 50])
def test_every_task_is_done_once(processes: int) -> None:
    assert sorted(workers.spread(40, lambda n: [n, "x" * n], processes)) == [
        [n, "x" * n] for n in range(40)
    ]


def test_no_tasks_are_done_at_once() -> None:
    assert list(workers.spread(0, str, 4)) == []


def test_there_may_be_more_tasks_than_a_pipe_holds() -> None:
    assert sum(workers.spread(30_000, lambda n: n, 3)) == sum(range(30_000))


def test_answers_may_be_larger_than_a_pipe() -> None:
    assert {len(each) for each in workers.spread(8, lambda _: "x" * 3_000_000, 3)} == {3_000_000}


def test_the_work_is_done_by_others() -> None:
    assert os.getpid() not in set(workers.spread(20, lambda _: os.getpid(), 2))


def test_an_error_is_raised_where_the_work_was_asked_for() -> None:
    def fail(number: int) -> None:
        if number == 7:
            raise RackwrightError("seven is wrong", "take eight")

    with pytest.raises(RackwrightError, match="seven is wrong") as raised:
        list(workers.spread(20, fail, 2))
    assert raised.value.hint == "take eight"


def test_a_worker_that_is_killed_is_missed() -> None:
    def die(number: int) -> int:
        if number == 7:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    with pytest.raises(Unfinished, match="killed by signal 9") as raised:
        list(workers.spread(20, die, 2))
    assert "render again" in raised.value.hint


def test_a_defect_of_a_task_is_shown_and_ends_the_work(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Unfinished, match="failed with 1"):
        list(workers.spread(20, lambda n: 1 // (n - 7), 2))
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_no_worker_outlives_the_work(tmp_path: Path) -> None:
    def note(number: int) -> int:
        (tmp_path / str(os.getpid())).touch()
        time.sleep(0.01)
        return number

    answers = workers.spread(500, note, 3)
    next(answers)
    answers.close()
    for process in tmp_path.iterdir():
        with pytest.raises(ProcessLookupError):
            os.kill(int(process.name), 0)


@pytest.mark.parametrize("processes", [1, 2])
def test_what_is_to_be_done_meanwhile_is_done_once_by_this_process_alone(processes: int) -> None:
    done: list[int] = []
    spread = workers.spread(20, lambda _: os.getpid(), processes, lambda: done.append(os.getpid()))
    others = set(spread) - {os.getpid()}
    assert done == ([os.getpid()] if others else [])
