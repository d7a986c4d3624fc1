"""What a verification does about consumers that misbehave, and what it leaves: nothing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

import worlds
from rackwright import sandbox, tree
from rackwright.problems import PlanError, RackwrightError, StaleRender, ToolMissing
from rackwright.verify import run
from rackwright.verify.consumer import Case, Complaint, Consumer, Judge, Program, Rendered
from rackwright.verify.room import Room

ROOT = Path("/")
"""This machine's own root serves as the image: what these tests run is on every machine."""
FILE = "site/chrony/client.conf"


@pytest.fixture(autouse=True)
def _permission() -> None:
    try:
        sandbox.require_permission()
    except RackwrightError as error:
        pytest.skip(error.message)


def asked(judge: Judge, *programs: Program) -> run.Verification:
    """Return a verification with one case of a consumer made up for the test."""

    def cases(_: Rendered) -> Iterator[Case]:
        yield Case("a case", "site", (FILE,), judge)

    consumer = Consumer("made-up", "nothing", programs, cases)
    rendered = run.read(worlds.ONE_RACK)
    known = tuple((consumer, case) for case in cases(rendered))
    return run.Verification(rendered, known, known, ROOT)


def complaints(judge: Judge) -> tuple[Complaint, ...]:
    (verdict,) = asked(judge).verdicts()
    return verdict.complaints


def running(words: str) -> list[str]:
    found = subprocess.run(["pgrep", "-f", words], capture_output=True, text=True, check=False)
    return found.stdout.split()


def of_session(leader: int) -> list[str]:
    """Return the processes that a process, alive or dead, has started; other people's are not."""
    words = ["pgrep", "--session", str(leader)]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.split()


def test_a_program_that_hangs_is_killed_and_counts_as_ended_by_time() -> None:
    def judge(room: Room) -> Iterable[Complaint]:
        done = room.run(["sleep", "1234"], seconds=0.3)
        return [Complaint(FILE, str(done.timed_out))]

    assert [each.message for each in complaints(judge)] == ["True"]
    assert running("sleep 1234") == []


def test_a_consumer_that_cannot_be_asked_is_a_failure_with_the_reason() -> None:
    def judge(room: Room) -> Iterable[Complaint]:
        return [Complaint(FILE, room.read("/no/such/file"))]

    (complaint,) = complaints(judge)
    assert "made-up could not be asked" in complaint.message
    assert "No such file" in complaint.message


def test_a_room_has_a_network_of_its_own_and_forgets_what_was_written() -> None:
    def judge(room: Room) -> Iterable[Complaint]:
        room.put("/etc/rackwright-was-here", "yes")
        links = room.run(["ip", "-brief", "link"]).lines
        return [Complaint(FILE, room.read("/etc/rackwright-was-here"), words=links)]

    (complaint,) = complaints(judge)
    assert complaint.message == "yes"
    assert [word.split()[0] for word in complaint.words] == ["lo"]
    assert not Path("/etc/rackwright-was-here").exists()


def test_a_daemon_ends_with_the_body_that_needed_it() -> None:
    def judge(room: Room) -> Iterable[Complaint]:
        with room.running(["sleep", "4321"]) as daemon:
            lived = daemon.code is None
        return [Complaint(FILE, str(lived), words=room.run(["pgrep", "-xf", "sleep 4321"]).lines)]

    (complaint,) = complaints(judge)
    assert (complaint.message, complaint.words) == ("True", ())


def test_a_missing_program_is_named_with_its_package() -> None:
    work = asked(lambda _: (), Program("no-such-program", "no-such-package"))
    with pytest.raises(ToolMissing, match="no-such-program") as raised:
        list(work.verdicts())
    assert "no-such-package" in raised.value.hint


def test_a_stale_tree_is_not_judged(tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(worlds.ONE_RACK, site)
    with (site / "site.yaml").open("a") as file:
        file.write("# changed\n")
    with pytest.raises(StaleRender, match=r"site\.yaml has changed"):
        run.begin(site, (), (), ROOT)


@pytest.mark.parametrize(("only", "units"), [(("kee",), ()), ((), ("h1-su99",))])
def test_a_name_that_nothing_has_is_said_with_those_there_are(
    only: tuple[str, ...], units: tuple[str, ...]
) -> None:
    with pytest.raises(PlanError, match=f"there is no .*{(only or units)[0]}"):
        run.begin(worlds.ONE_RACK, only, units, ROOT)


def test_who_is_not_chosen_lists_nothing_and_is_named() -> None:
    work = run.begin(worlds.ONE_RACK, ("chrony",), (), ROOT)
    assert {consumer.name for consumer, _ in work.known} == {"chrony"}
    assert any("kea, kea6, bind, slurm" in each.what for each in work.statements([]))


def test_a_verification_writes_nothing_into_rendered(tmp_path: Path) -> None:
    before = tree.read(worlds.ONE_RACK / "rendered")
    list(run.begin(worlds.ONE_RACK, ("chrony",), (), worlds.node_image()).verdicts())
    assert tree.read(worlds.ONE_RACK / "rendered") == before


def test_nothing_lives_after_the_program_was_killed(tmp_path: Path) -> None:
    script = tmp_path / "hanging.py"
    script.write_text(
        "from verify import test_run as here\n"
        "list(here.asked(lambda room: [room.run(['sleep', '2345'])] and ()).verdicts())\n"
    )
    mounts = Path("/proc/mounts").read_text()
    paths = os.pathsep.join(map(str, (worlds.SITES.parent, *sys.path)))
    environment = {**os.environ, "PYTHONPATH": paths}  # noqa: TID251
    process = subprocess.Popen([sys.executable, script], env=environment, start_new_session=True)
    _until(lambda: bool(running("sleep 2345")))
    process.send_signal(signal.SIGKILL)
    process.wait()
    _until(lambda: not running("sleep 2345") and not of_session(process.pid))
    assert Path("/proc/mounts").read_text() == mounts


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
