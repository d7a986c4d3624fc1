"""The table of a verification: per consumer what passed and what failed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rackwright.verify.consumer import Consumer
from rackwright.verify.verdict import Verdict

COLUMNS = ("consumer", "result", "files", "seconds", "what")


def rows(consumers: Sequence[Consumer], verdicts: Sequence[Verdict]) -> Iterator[tuple[str, ...]]:
    """Yield a row for every consumer with files here."""
    for consumer in consumers:
        mine = [each for each in verdicts if each.consumer == consumer.name]
        yield _row(consumer, mine) if mine else (consumer.name, "not asked", "", "", "")


def _row(consumer: Consumer, verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    failed = sum(bool(each.complaints) for each in verdicts)
    result = f"{failed} of {len(verdicts)} failed" if failed else f"{len(verdicts)} passed"
    files = len({path for each in verdicts for path in each.case.files})
    seconds = sum(each.seconds for each in verdicts)
    return (consumer.name, result, str(files), f"{seconds:.1f}", consumer.checks)
