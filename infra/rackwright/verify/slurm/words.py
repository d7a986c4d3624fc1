"""What Slurm's daemons say, as complaints at the rendered line they speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rackwright.verify import hostlist
from rackwright.verify.consumer import Allowed, Complaint, allowed
from rackwright.verify.placing import Placed

_BAD = re.compile(r"\b(error|warning|fatal): ")
_WORD = re.compile(r"[\w.,/-]*\[[^]]*\]|[\w./-]{3,}")
_OURS = "ProctrackType|TaskPlugin|ConstrainCores|ConstrainDevices|ConstrainRAMSpace|CgroupPlugin"
ALLOWED = (
    Allowed(f"({_OURS}) 1 specified more than once", "the room's own file has the last word"),
    Allowed("Could not open (node|job|reservation|trigger) state file", "it starts for the first"),
    Allowed("Trying backup state save file", "it starts for the first time"),
    Allowed("High latency for .* gettimeofday", "how busy this machine is"),
    Allowed("Unable to set keepalive .*: Operation not supported", "not every kernel can"),
    Allowed("_forward_thread: failed to .* Connection refused", "not up yet; all must be, later"),
    Allowed("_shutdown_bu_thread:send/recv .* Connection refused", "its backup is started later"),
    Allowed("nvidia-caps-imex-channels major device not found", "there is no GPU driver here"),
)


def complaints(output: str, placed: Sequence[Placed]) -> Iterator[Complaint]:
    """Yield the lines of daemons that are errors or warnings; of those alike, the first."""
    seen: set[str] = set()
    for line in output.splitlines():
        found = _BAD.search(line)
        message = line[found.end() :] if found else ""
        alike = re.sub(r"\d+", "#", message)
        if found and not allowed(line, ALLOWED) and alike not in seen:
            seen.add(alike)
            source, row = place_of(message, placed)
            yield Complaint(source, message, row, words=())


def place_of(message: str, placed: Sequence[Placed]) -> tuple[str, int]:
    """Return the rendered line that Slurm speaks of: by its number, or by a word of it."""
    sources = {each.path: each.source for each in placed}
    if (named := re.search(r"file (\S+) line (\d+)", message)) and named[1] in sources:
        return sources[named[1]], int(named[2])
    for word in sorted(set(_WORD.findall(message)), key=len, reverse=True):
        for source, row, line in _lines(placed):
            if _speaks_of(line, word):
                return source, row
    return placed[0].source, 1


def _lines(placed: Sequence[Placed]) -> Iterator[tuple[str, int, str]]:
    """Yield what stands in configuration files; comments and scripts speak of everything."""
    for each in placed:
        if not each.path.endswith(".sh"):
            for row, line in enumerate(each.text.splitlines(), start=1):
                if not line.startswith("#"):
                    yield each.source, row, line


def _speaks_of(line: str, word: str) -> bool:
    if re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", line):
        return True
    lists = re.findall(r"=(\S+\[\S+)", line)
    return any(word in hostlist.names(each) for each in lists)
