"""How Slurm runs a pool beyond its nodes and blocks."""

from __future__ import annotations

from msgspec import Struct


class Slurm(Struct, frozen=True, kw_only=True):
    """The controllers of a pool's cluster, and which files its version reads."""

    version: str
    """Empty where the site does not say one."""
    backup: str
    """The service node that takes over from the controller; empty where there is none."""
    state_folder: str
    """Where the controllers keep jobs and nodes; with a backup, both see the same folder."""
    topology: str
    """The topology's file: `topology.conf`, or `topology.yaml` where the version reads that."""
