"""A pool has the settings of its scheduler and of no other, and one program that runs IMEX."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.expand.kernel import TAKEN_OFTEN
from rackwright.inventory import Inventory
from rackwright.problems import Problem
from rackwright.spec import Loaded


def pools_have_their_settings(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """Settings of the other scheduler look as if they did something; missing ones are guessed."""
    for place, pool in enumerate(loaded.site.pools):
        settings = {"slurm": pool.slurm, "kubernetes": pool.kubernetes}
        for name, given in settings.items():
            if given is not None and name != pool.scheduler:
                yield loaded.document.problem(
                    ("pools", place, name),
                    "scheduler-settings",
                    f"pool {pool.name} has settings of {name}",
                    because=(f"its scheduler is {pool.scheduler}",),
                    hint=f"remove them, or write scheduler: {name}",
                    key=True,
                )
        if settings[pool.scheduler] is None:
            yield loaded.document.problem(
                ("pools", place, "scheduler"),
                "scheduler-settings",
                f"pool {pool.name} has no settings of {pool.scheduler}",
                hint="slurm: {controller: …}"
                if pool.scheduler == "slurm"
                else "kubernetes: {compute_domains: true}",
            )


def one_program_runs_imex(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """Two IMEX daemons on one node fight for its port and its channels: memory sharing fails."""
    for place, pool in enumerate(loaded.site.pools):
        settings = pool.kubernetes
        if settings and settings.compute_domains and settings.host_imex:
            yield loaded.document.problem(
                ("pools", place, "kubernetes", "host_imex"),
                "imex-twice",
                f"the hosts of pool {pool.name} and its ComputeDomains would both run IMEX",
                because=("the DRA driver starts an IMEX daemon for each ComputeDomain",),
                hint="leave host_imex out: the hosts' own IMEX is then masked",
            )


def kernel_arguments_are_unique(loaded: Loaded, _units: tuple[Inventory, ...]) -> Iterator[Problem]:
    """Of an argument that is given twice the kernel takes the last, and a reviewer the first."""
    for place, pool in enumerate(loaded.site.pools):
        first: dict[str, str] = {}
        for number, argument in enumerate(pool.kernel.arguments if pool.kernel else ()):
            name = argument.partition("=")[0]
            if name in first and name not in TAKEN_OFTEN:
                yield loaded.document.problem(
                    ("pools", place, "kernel", "arguments", number),
                    "kernel-argument-twice",
                    f"the kernel argument {name} is given twice",
                    because=(f"first as {first[name]}, then as {argument}",),
                )
            first.setdefault(name, argument)
