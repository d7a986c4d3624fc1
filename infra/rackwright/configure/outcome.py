"""Ansible's events, one by one, into what became of each host.

Ansible reports thousands of events for a rack, and keeping them costs two files each. What a person
wants is one word a host and, where it went wrong, why. A `Tally` takes the events as they come and
keeps just that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

ARGUMENTS_CHECK = "Validating arguments against arg spec"
"""How Ansible names the step it adds before each role; nobody follows it."""


class HostState(StrEnum):
    """What became of a host."""

    OK = "ok"
    CHANGED = "changed"
    FAILED = "failed"
    UNREACHABLE = "unreachable"
    MISSED = "missed"
    """Ansible ended before it got to the host."""


@dataclass(frozen=True, slots=True)
class HostOutcome:
    """What became of one host and, if it went wrong, why."""

    name: str
    state: HostState
    changes: int = 0
    message: str = ""

    @property
    def done(self) -> bool:
        """Whether the host is as its files say."""
        return self.state in (HostState.OK, HostState.CHANGED)


@dataclass(frozen=True, slots=True)
class RackOutcome:
    """What became of the hosts of one rack."""

    rack: str
    hosts: tuple[HostOutcome, ...]
    error: str = ""
    """Why Ansible did not run to its end; empty when it did."""

    @property
    def done(self) -> bool:
        """Whether every host is as its files say."""
        return not self.error and all(host.done for host in self.hosts)

    @property
    def failed(self) -> tuple[HostOutcome, ...]:
        """The hosts on which something went wrong."""
        return tuple(host for host in self.hosts if not host.done)

    def sentence(self) -> str:
        """Return the outcome in words: `changed=3 on 17 of 18, unreachable on 1 of 18`."""
        words = Counter(
            f"changed={host.changes}" if host.done else str(host.state) for host in self.hosts
        )
        total = len(self.hosts)
        return ", ".join(f"{word} on {count} of {total}" for word, count in sorted(words.items()))


@dataclass(slots=True)
class Tally:
    """The events of one job so far."""

    messages: dict[str, str] = field(default_factory=dict)
    counts: Mapping[str, Mapping[str, int]] | None = None
    """Ansible's own counts, by kind and host; they come last."""

    def add(self, event: Mapping[str, Any]) -> str:
        """Take in one event; return a sentence if it is a step that people follow."""
        kind, details = event.get("event"), event.get("event_data") or {}
        if kind == "playbook_on_stats":
            self.counts = details
        if kind in ("runner_on_failed", "runner_on_unreachable", "runner_item_on_failed"):
            self._note(details)
        task = str(details.get("task", "")) if kind == "playbook_on_task_start" else ""
        return "" if task.startswith(ARGUMENTS_CHECK) else task

    def outcome(self, rack: str, hosts: tuple[str, ...], error: str = "") -> RackOutcome:
        """Return what became of the hosts, given why Ansible stopped early, if it did."""
        return RackOutcome(rack, tuple(self._host(host) for host in hosts), error)

    def _note(self, details: Mapping[str, Any]) -> None:
        result = details.get("res") or {}
        if details.get("ignore_errors") or not isinstance(result, Mapping):
            return
        words = str(result.get("msg") or result.get("stderr") or result.get("module_stderr") or "")
        if words and words != "One or more items failed":
            sentence = f"{details.get('task', 'a task')}: {' '.join(words.split())}"
            # the last word is the best: a role that looks for the reason says it after the failure
            self.messages[str(details.get("host"))] = sentence

    def _host(self, name: str) -> HostOutcome:
        changes = self._count("changed", name)
        return HostOutcome(name, self._state(name), changes, self.messages.get(name, ""))

    def _state(self, name: str) -> HostState:
        if self._count("dark", name):
            return HostState.UNREACHABLE
        if self._count("failures", name):
            return HostState.FAILED
        if not self._count("processed", name):
            return HostState.MISSED
        return HostState.CHANGED if self._count("changed", name) else HostState.OK

    def _count(self, kind: str, name: str) -> int:
        return int((self.counts or {}).get(kind, {}).get(name, 0))
