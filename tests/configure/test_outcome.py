from __future__ import annotations

import json
from pathlib import Path

from rackwright.configure.outcome import HostState, RackOutcome, Tally

EVENTS = Path(__file__).parent / "events"
HOSTS = tuple(f"a01-p1-dgx-01-c0{n}" for n in range(1, 4))
"""In mixed.jsonl, recorded from a run: configured, unreachable, without its IMEX service."""


def played(name: str) -> tuple[Tally, list[str]]:
    tally = Tally()
    lines = (EVENTS / name).read_text().splitlines()
    return tally, [step for line in lines if (step := tally.add(json.loads(line)))]


def test_each_host_gets_the_word_it_earned() -> None:
    outcome = played("mixed.jsonl")[0].outcome("a01", HOSTS)
    assert [host.state for host in outcome.hosts] == [
        HostState.CHANGED,
        HostState.UNREACHABLE,
        HostState.FAILED,
    ]
    assert not outcome.done


def test_the_sentence_counts_hosts_of_all() -> None:
    outcome = played("mixed.jsonl")[0].outcome("a01", HOSTS)
    assert outcome.sentence() == "changed=2 on 1 of 3, failed on 1 of 3, unreachable on 1 of 3"


def test_a_failed_host_says_why() -> None:
    outcome = played("mixed.jsonl")[0].outcome("a01", HOSTS)
    assert "Connection refused" in outcome.hosts[1].message
    assert "Could not find the requested service nvidia-imex" in outcome.hosts[2].message


def test_a_host_that_was_never_reached_is_missed() -> None:
    outcome = played("mixed.jsonl")[0].outcome("a01", (*HOSTS, "a01-p1-dgx-01-c04"))
    assert outcome.hosts[3].state is HostState.MISSED


def test_people_follow_the_steps_and_not_the_checks_of_arguments() -> None:
    _, steps = played("mixed.jsonl")
    assert steps[0] == "Name the host as the rack's plan does"
    assert not [step for step in steps if step.startswith("Validating")]


def test_an_ignored_failure_is_no_reason() -> None:
    tally = Tally()
    result = {"host": "h", "task": "t", "ignore_errors": True, "res": {"msg": "never mind"}}
    tally.add({"event": "runner_on_failed", "event_data": result})
    tally.add({"event": "playbook_on_stats", "event_data": {"processed": {"h": 1}}})
    assert tally.outcome("a01", ("h",)).hosts[0].message == ""


def test_a_rack_on_which_ansible_stopped_early_is_not_done() -> None:
    assert not RackOutcome("a01", (), "it was stopped").done
