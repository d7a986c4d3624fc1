"""Rendered files, judged by the programs that read them.

A file that looks right in a review can still be refused at three in the morning by the program it
was made for. So each real consumer (Kea, chrony, Slurm, …) gets the rendered files in the places
where a host has them, in namespaces of its own, and says what it thinks; where it can do more than
parse, it is made to do its work. Its words come back as problems at the line of the rendered file.

One module a consumer, one word in `CONSUMERS`. What no consumer reads is in `NOT_CHECKED` with the
reason, and is said every time. Nothing here writes into rendered/, and nothing is left when the
program ends, however it ends: every process lives in a `Room` that dies with it.
"""

from __future__ import annotations

from rackwright.verify.coverage import NO_CONSUMER
from rackwright.verify.image import build
from rackwright.verify.registry import CONSUMERS
from rackwright.verify.run import Verification, begin, event
from rackwright.verify.table import COLUMNS

__all__ = ["COLUMNS", "CONSUMERS", "NO_CONSUMER", "Verification", "begin", "build", "event"]
