from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rackwright import verbs
from rackwright.problems import ToolMissing


@pytest.fixture
def user(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Be somebody other than root; return the programs that were started in our place."""
    started: list[list[str]] = []
    monkeypatch.setattr(verbs.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(verbs.os, "execvp", lambda _, argv: started.append(argv))
    monkeypatch.setattr(verbs.sys, "argv", ["/bin/rackwright", "lab", "status"])
    return started


def test_a_user_gets_to_the_lab_through_sudo_and_keeps_its_folders(
    user: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    verbs._become_root()
    assert user == [
        [
            "sudo",
            "--non-interactive",
            "--preserve-env=RACKWRIGHT_TOOLS,RACKWRIGHT_LAB,HOME,PATH",
            "/bin/rackwright",
            "lab",
            "status",
        ]
    ]


def test_a_user_without_sudo_is_told_what_the_lab_needs(
    user: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(ToolMissing, match="namespaces need root"):
        verbs._become_root()


def test_the_labs_folder_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RACKWRIGHT_LAB", "/tmp/another")
    assert verbs._lab() == Path("/tmp/another")
