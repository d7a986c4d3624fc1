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
    NotChecked("*/plan.json", "`pulumi preview` of each stack reads it"),
    NotChecked("*cables.csv", "for people; rules judge every port and both ends"),
    NotChecked("*/imex/*", "the IMEX daemon runs only on GB200/GB300; rules judge its lists"),
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
