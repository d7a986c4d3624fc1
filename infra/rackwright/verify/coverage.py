"""Which rendered files no real consumer judges, and why.

Nobody may believe that a file was proven when it was not. So every rendered file is either among a
case's files or finds a reason here; a file with neither is reported as such, and a test fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from rackwright.completeness import Standing, Statement
from rackwright.verify.consumer import Case, Consumer, NotChecked, Rendered

NOT_CHECKED: tuple[NotChecked, ...] = (
    NotChecked("*SUMMARY.md", "for people"),
    NotChecked("inputs.sha256", "every command that acts reads it"),
    NotChecked("*cables.csv", "for people; `agreement` holds both ends against the topology"),
    NotChecked("*/power.csv", "for people; `agreement` looks for every shelf in the plan"),
    NotChecked(
        "*/management.csv", "for people; `kea` is asked for each, `agreement` holds DNS against it"
    ),
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
BY = "verify"
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


def statements(consumers: Iterable[Consumer], paths: Sequence[str] | None) -> Iterator[Statement]:
    """Yield what no real consumer judges of rendered files, for the list that dry runs end with.

    Of the files of `paths`; of all there may be, where it is None.
    """
    for group in NOT_CHECKED:
        if paths is None or any(fnmatchcase(path, group.what) for path in paths):
            yield Statement(Standing.NOT_CHECKED, group.what, group.reason, BY)
    for consumer in consumers:
        if paths is None or _reads(consumer, paths):
            yield from limits(consumer)


def limits(consumer: Consumer) -> Iterator[Statement]:
    """Yield what a consumer lets pass, or cannot do on this machine."""
    for each in consumer.not_checked:
        yield Statement(Standing.NOT_CHECKED, f"{consumer.name}: {each.what}", each.reason, BY)


def _reads(consumer: Consumer, paths: Iterable[str]) -> bool:
    return any(fnmatchcase(path, pattern) for path in paths for pattern in consumer.reads)
