from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import worlds
from rackwright.secrets import Secrets


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A rendered site that a test may change."""
    return shutil.copytree(worlds.ONE_RACK, tmp_path / "site")


@pytest.fixture
def secrets(tmp_path: Path) -> Secrets:
    """A folder with the two secrets a job names."""
    folder = tmp_path / "secrets"
    folder.mkdir(mode=0o700)
    for name in ("ssh-admin", "slurm.key"):
        (folder / name).touch(mode=0o600)
    return Secrets(folder)
