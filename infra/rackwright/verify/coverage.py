"""Which rendered files no real consumer judges, and why.

Nobody may believe that a file was proven when it was not. So every rendered file is either among a
case's files or finds a reason here; a file with neither is reported as such, and a test fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from rackwright.verify.consumer import Case, NotChecked, Rendered

NOT_CHECKED: tuple[NotChecked, ...] = (
    NotChecked("*SUMMARY.md", "for people"),
    NotChecked("inputs.sha256", "every command that acts reads it"),
    NotChecked("*cables.csv", "for people; `agreement` holds both ends against the topology"),
    NotChecked("*/power.csv", "for people; `agreement` looks for every shelf in the plan"),
    NotChecked("*/imex/*", "the IMEX daemon runs only on GB200/GB300; `agreement` reads its lists"),
    NotChecked("fabrics/*/ufm/*", "UFM cannot be had; `agreement` compares partitions.conf"),
    NotChecked(
        "*/topoconfig.conf", "only NVIDIA's OpenSM reads it; `agreement` compares cables.csv"
    ),
    NotChecked("*/boot/kernel.cfg", "only update-grub on a node reads it"),
    NotChecked(
        "*/startup.yaml",
        "no NVUE runs outside a switch; held against the FRR file that runs, and the cable plan",
    ),
    NotChecked("*/nvlink/*", "NVOS runs only on NVLink switch trays; rules judge the partitions"),
    NotChecked("site/ztp/nvos.*", "NVOS runs only on NVLink switch trays"),
    NotChecked("site/plan.json", "every case here is made from it"),
    NotChecked("*/plan.json", "no rack in it, or no Pulumi CLI on this machine"),
    NotChecked(
        "pools/*/kubernetes/compute-domain.yaml",
        "only a cluster with NVIDIA's DRA driver has its CRD",
    ),
    NotChecked(
        "pools/*/kubernetes/gpu-operator-values.yaml",
        "only the GPU Operator's chart reads it: no Helm",
    ),
    NotChecked("pools/*/slurm/*", "a controller without a node does not start; none is there yet"),
)
NO_CONSUMER = "no consumer of it is known to this program"


def not_checked(rendered: Rendered, judged: Iterable[Case]) -> Iterator[NotChecked]:
    """Yield every group of rendered files that no case judges, with the reason."""
    covered = {path for case in judged for path in case.files}
    left = [path for path in rendered.paths if path not in covered]
    for group in NOT_CHECKED:
        if any(fnmatchcase(path, group.what) for path in left):
            yield group
    known = [group.what for group in NOT_CHECKED]
    for path in left:
        if not any(fnmatchcase(path, what) for what in known):
            yield NotChecked(path, NO_CONSUMER)
