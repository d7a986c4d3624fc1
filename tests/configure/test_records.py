from __future__ import annotations

import stat
from pathlib import Path

import pytest

from rackwright.configure.records import FILE, Records, Request, alone
from rackwright.problems import Unfinished

REQUEST = Request("/site", "configure", ("a01", "a02"), "digest")


def test_a_run_that_was_cut_short_goes_on_where_it_stopped(tmp_path: Path) -> None:
    records = Records(tmp_path)
    run, _ = records.begin(REQUEST, again=False)
    records.end(run, "a01", records.start(run, "a01"), "done", "")
    records.start(run, "a02")  # and then the process was killed
    assert records.begin(REQUEST, again=False) == (run, frozenset({"a01"}))


def test_a_finished_run_is_not_resumed(tmp_path: Path) -> None:
    records = Records(tmp_path)
    run, _ = records.begin(REQUEST, again=False)
    records.end(run, "a01", records.start(run, "a01"), "done", "")
    records.finish(run)
    assert records.begin(REQUEST, again=False) == (run + 1, frozenset())


def test_again_starts_over(tmp_path: Path) -> None:
    records = Records(tmp_path)
    run, _ = records.begin(REQUEST, again=False)
    records.end(run, "a01", records.start(run, "a01"), "done", "")
    assert records.begin(REQUEST, again=True)[1] == frozenset()


@pytest.mark.parametrize(
    "other",
    [
        Request("/site", "configure", ("a01", "a02"), "other"),
        Request("/site", "configure", ("a01",), "digest"),
        Request("/elsewhere", "configure", ("a01", "a02"), "digest"),
    ],
    ids=["inputs", "racks", "site"],
)
def test_another_request_is_another_run(tmp_path: Path, other: Request) -> None:
    records = Records(tmp_path)
    run, _ = records.begin(REQUEST, again=False)
    records.end(run, "a01", records.start(run, "a01"), "done", "")
    assert records.begin(other, again=False)[1] == frozenset()


def test_attempts_are_counted(tmp_path: Path) -> None:
    records = Records(tmp_path)
    run, _ = records.begin(REQUEST, again=False)
    assert [records.start(run, "a01") for _ in range(3)] == [1, 2, 3]


def test_only_the_owner_can_read_the_records(tmp_path: Path) -> None:
    folder = tmp_path / "jobs"
    Records(folder).begin(REQUEST, again=False)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600


def test_two_processes_do_not_configure_one_rack(tmp_path: Path) -> None:
    another = pytest.raises(Unfinished, match="another process")
    with alone(tmp_path, "a01"), another, alone(tmp_path, "a01"):
        pass


def test_a_rack_is_free_again_when_its_run_ends(tmp_path: Path) -> None:
    for _ in range(2):
        with alone(tmp_path, "a01"):
            pass
