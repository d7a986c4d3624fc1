"""What a consumer said in one case."""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.verify.consumer import Case, Complaint


@dataclass(frozen=True, slots=True)
class Verdict:
    """A consumer's answer to one case: no complaint is a pass."""

    consumer: str
    case: Case
    complaints: tuple[Complaint, ...]
    seconds: float
