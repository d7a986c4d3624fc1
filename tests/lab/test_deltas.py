"""The list of what the lab does not simulate grows only with a reviewed change here."""

from __future__ import annotations

from rackwright.completeness import NOT_SIMULATED
from rackwright.lab import deltas


def test_no_file_is_laid_beside_the_rendered_ones_unannounced() -> None:
    assert {file.path for file in deltas.COMPUTE} == {
        "etc/default/chrony",
        "etc/slurm/cgroup.local.conf",
        "etc/slurm/local.conf",
        "etc/systemd/system/chrony.service.d/lab.conf",
        "usr/bin/nvidia-imex-ctl",
        "usr/lib/systemd/system/nvidia-imex.service",
    }


def test_what_is_not_simulated_is_said_in_thirteen_sentences() -> None:
    assert len(NOT_SIMULATED) == 13
    assert all(sentence.endswith(".") for sentence in NOT_SIMULATED)
