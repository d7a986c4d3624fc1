"""acceptance.yaml: read by the very records that whatever runs the tests will have."""

from __future__ import annotations

from collections.abc import Iterator

from rackwright import acceptance
from rackwright.problems import PlanError
from rackwright.verify.consumer import Case, Complaint, Consumer, Judge, NotChecked, Rendered
from rackwright.verify.room import Room


def cases(rendered: Rendered) -> Iterator[Case]:
    """Yield a case for every pool that has a profile."""
    for pool in rendered.site.pools:
        path = f"pools/{pool}/acceptance.yaml"
        if path in rendered.paths:
            yield Case(pool, f"pools/{pool}", (path,), _judged(rendered, pool, path))


def _judged(rendered: Rendered, pool: str, path: str) -> Judge:
    def judge(_room: Room) -> Iterator[Complaint]:
        try:
            found = acceptance.read(rendered.folder / "rendered" / path)
        except PlanError as error:
            yield Complaint(path, error.message, _row(rendered.text(path), error.message))
            return
        if found.pool != pool:
            yield Complaint(path, f"it is of pool {found.pool}", line=4)

    return judge


def _row(text: str, message: str) -> int:
    """Return the line of the test that a message begins with; 1 where it is of them all."""
    name = message.partition(":")[0]
    before, found, _ = text.partition(f'name: "{name}"')
    return before.count("\n") + 1 if found else 1


CONSUMER = Consumer(
    name="acceptance",
    checks="is read into the records of whoever runs it; something is expected of every value",
    programs=(),
    cases=cases,
    not_checked=(NotChecked("the tests themselves", "they need GPUs, and nothing runs them yet"),),
)
