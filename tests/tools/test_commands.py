from __future__ import annotations

import os

import commands
import pytest
from commands import SetupError


def test_a_failing_program_is_quoted_with_its_last_words_and_the_hint() -> None:
    with pytest.raises(SetupError) as caught:
        commands.run("sh", "-c", "seq 100; exit 7", hint="buy more disk")
    said = str(caught.value)
    assert "exit 7" in said
    assert "\n  100\n" in said
    assert "\n  80\n" not in said
    assert said.endswith("hint: buy more disk")


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(SetupError, match="no-such-program cannot be started"):
        commands.run("no-such-program")


def test_a_program_that_never_ends_is_stopped() -> None:
    with pytest.raises(SetupError, match="took longer than 0 s"):
        commands.run("sleep", "60", limit_s=0.05)


def test_a_program_is_asked_nothing() -> None:
    assert commands.run("sh", "-c", "read answer || echo nobody") == "nobody\n"


def test_root_needs_no_sudo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert commands.as_root("apt-get", "update") == ("apt-get", "update")


def test_others_go_through_sudo_without_being_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert commands.as_root("rm", "x") == ("sudo", "--non-interactive", "rm", "x")
