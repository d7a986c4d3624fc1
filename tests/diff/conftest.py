"""What tests about sides of a diff stand in."""

from __future__ import annotations

from pathlib import Path

import pytest

import repositories
from repositories import Git


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """A repository with the example on `main`; one stands at its top."""
    monkeypatch.chdir(tmp_path)
    return repositories.begin(tmp_path)
