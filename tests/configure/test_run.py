from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rackwright import configure
from rackwright.configure import ansible
from rackwright.configure.outcome import HostOutcome, HostState, RackOutcome
from rackwright.events import Event, State
from rackwright.problems import StaleRender, Unfinished
from rackwright.secrets import Secrets

Outcome = Callable[[str, tuple[str, ...]], RackOutcome]


@pytest.fixture
def two_racks(site: Path) -> Path:
    """The example with a second rack of one tray."""
    path = site / "rendered/h1-su01/plan.json"
    plan = json.loads(path.read_text())
    second = json.loads(json.dumps(plan["racks"][0]))
    second |= {"name": "a02", "compute_trays": second["compute_trays"][:1]}
    second["compute_trays"][0]["name"] = "a02-p1-dgx-02-c01"
    plan["racks"].append(second)
    path.write_text(json.dumps(plan))
    return site


def well(rack: str, hosts: tuple[str, ...]) -> RackOutcome:
    return RackOutcome(rack, tuple(HostOutcome(host, HostState.OK) for host in hosts))


def badly(rack: str, hosts: tuple[str, ...]) -> RackOutcome:
    failed = tuple(HostOutcome(host, HostState.FAILED, 0, "no disk") for host in hosts)
    return RackOutcome(rack, failed)


def only_first(rack: str, hosts: tuple[str, ...]) -> RackOutcome:
    return (well if rack == "a01" else badly)(rack, hosts)


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> Callable[[Outcome], list[str]]:
    """Have every job end in a given way; return the racks that were run."""

    def set_ending(outcome: Outcome) -> list[str]:
        ran: list[str] = []

        def execute(job, argv, folder, attempt, **_) -> RackOutcome:
            ran.append(job.rack)
            return outcome(job.rack, job.hosts)

        monkeypatch.setattr(ansible, "execute", execute)
        return ran

    return set_ending


def test_a_done_rack_says_how_many_hosts_changed(
    site: Path, secrets: Secrets, tmp_path: Path, ends
) -> None:
    ends(well)
    events = list(configure.run(site, secrets=secrets, jobs=tmp_path / "jobs"))
    assert events[0] == Event("configure", State.STARTED, "18 hosts", "a01")
    assert events[-1] == Event("configure", State.DONE, "changed=0 on 18 of 18", "a01")


def test_one_reason_is_said_once_for_all_hosts_it_stopped(
    site: Path, secrets: Secrets, tmp_path: Path, ends
) -> None:
    ends(badly)
    failed: list[Event] = []
    with pytest.raises(Unfinished, match="a01: failed on 18 of 18"):
        failed.extend(  # what was yielded before the error stays
            event
            for event in configure.run(site, secrets=secrets, jobs=tmp_path)
            if event.state is State.FAILED
        )
    assert (failed[0].subject, failed[0].detail) == ("a01-p1-dgx-01-c01 and 17 more", "no disk")
    assert len(failed) == 2


def test_an_unfinished_run_says_how_to_resume(
    site: Path, secrets: Secrets, tmp_path: Path, ends
) -> None:
    ends(badly)
    with pytest.raises(Unfinished) as raised:
        list(configure.run(site, ("a01",), secrets=secrets, jobs=tmp_path))
    assert raised.value.hint.endswith(f"rackwright configure {site} --rack a01")


def test_resuming_leaves_out_the_racks_that_are_done(
    two_racks: Path, secrets: Secrets, tmp_path: Path, ends
) -> None:
    ends(only_first)
    with pytest.raises(Unfinished):
        list(configure.run(two_racks, secrets=secrets, jobs=tmp_path))
    ran = ends(well)
    events = list(configure.run(two_racks, secrets=secrets, jobs=tmp_path))
    assert ran == ["a02"]
    assert (events[0].state, events[0].subject) == (State.SKIPPED, "a01")


def test_a_finished_run_can_be_repeated(
    two_racks: Path, secrets: Secrets, tmp_path: Path, ends
) -> None:
    ran = ends(well)
    for _ in range(2):
        list(configure.run(two_racks, secrets=secrets, jobs=tmp_path))
    assert sorted(ran) == ["a01", "a01", "a02", "a02"]


def test_a_rack_on_hold_is_left_alone_and_said_so(
    site: Path, secrets: Secrets, tmp_path: Path, ends
) -> None:
    path = site / "rendered/h1-su01/plan.json"
    plan = json.loads(path.read_text())
    plan["racks"][0]["hold"] = "leak found"
    path.write_text(json.dumps(plan))
    ran = ends(well)
    (event,) = configure.run(site, secrets=secrets, jobs=tmp_path)
    assert (event.state, event.subject, event.detail) == (
        State.SKIPPED,
        "a01",
        "left alone: leak found",
    )
    assert ran == []


def test_a_stale_tree_is_refused_before_anything_runs(
    site: Path, secrets: Secrets, tmp_path: Path, ends
) -> None:
    ran = ends(well)
    with (site / "site.yaml").open("a") as file:
        file.write("# changed\n")
    with pytest.raises(StaleRender):
        list(configure.run(site, secrets=secrets, jobs=tmp_path))
    assert ran == []


def test_leaving_the_events_stops_the_jobs(
    site: Path, secrets: Secrets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []

    def execute(job, argv, folder, attempt, *, step, stopped) -> RackOutcome:
        step("begun")
        while not stopped():
            pass
        seen.append(stopped())
        return RackOutcome(job.rack, (), "it was stopped")

    monkeypatch.setattr(ansible, "execute", execute)
    events = configure.run(site, secrets=secrets, jobs=tmp_path)
    next(events)
    events.close()
    assert seen == [True]
