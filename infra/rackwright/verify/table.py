"""The last word of a verification: per consumer what passed, what failed, what was not checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rackwright.verify.consumer import Consumer, NotChecked
from rackwright.verify.verdict import Verdict

COLUMNS = ("consumer", "result", "files", "seconds", "what")


def rows(
    consumers: Sequence[Consumer],
    verdicts: Sequence[Verdict],
    left: Iterable[NotChecked],
    passed_over: Sequence[str] = (),
) -> Iterator[tuple[str, ...]]:
    """Yield a row for every consumer with files here, then one for everything not checked."""
    for consumer in consumers:
        mine = [each for each in verdicts if each.consumer == consumer.name]
        yield _row(consumer, mine) if mine else (consumer.name, "not asked", "", "", "")
    if passed_over:
        yield ("-", "not asked", "", "", f"what others read: {', '.join(passed_over)}")
    for group in left:
        yield ("-", "not checked", "", "", f"{group.what}: {group.reason}")
    for consumer in consumers:
        for each in consumer.not_checked:
            yield (consumer.name, "not checked", "", "", f"{each.what}: {each.reason}")


def _row(consumer: Consumer, verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    failed = sum(bool(each.complaints) for each in verdicts)
    result = f"{failed} of {len(verdicts)} failed" if failed else f"{len(verdicts)} passed"
    files = len({path for each in verdicts for path in each.case.files})
    seconds = sum(each.seconds for each in verdicts)
    return (consumer.name, result, str(files), f"{seconds:.1f}", consumer.checks)
