"""What a dry run knows and what it does not, as one list that every room adds to.

A check that says nothing of a thing reads as if the thing were fine. So whatever looks at a site
without touching it, `check`, `diff`, `verify` and Pulumi's preview, ends with the same list: what
was evaluated, what was skipped and why, what nobody can know before it is applied, what no real
consumer has read, and what no lab simulates. A room yields `Statement`s; `console` shows them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

from msgspec import Struct


class Standing(StrEnum):
    """How far something is known, the best known first."""

    EVALUATED = "evaluated"
    SKIPPED = "skipped"
    UNKNOWN = "unknown until apply"
    NOT_CHECKED = "not checked"
    NOT_SIMULATED = "not simulated"


class Statement(Struct, frozen=True, order=True):
    """One thing that is known, or is not, and why."""

    standing: Standing
    what: str
    why: str
    """Empty where the words before say all."""
    by: str
    """The verb that says so: check, diff, verify, preview."""


APPLY = (
    Statement(
        Standing.UNKNOWN,
        "serials and power",
        "a preview asks no BMC: that the metal is as built is proven by `pulumi up`, tray by tray",
        "preview",
    ),
    Statement(
        Standing.UNKNOWN,
        "hosts",
        "which services restart is seen on the host: one that never read the old file starts anew",
        "preview",
    ),
    Statement(
        Standing.UNKNOWN,
        "drift",
        "what differs from the last `pulumi up` is not read: `pulumi refresh --preview-only`",
        "preview",
    ),
)
"""What no dry run can know; true of every site."""

NOT_SIMULATED = (
    "Kernel and initrd of the boot medium are fetched and checked, never executed.",
    "The medium's installation onto the tray's disk: a host keeps its disk until the next one.",
    "cloud-init: the lab itself applies the config drive's name, addresses, SSH keys and users.",
    "aarch64, GPUs, NVLink, InfiniBand, switch operating systems, leak detection, liquid.",
    "Processors, memory and clock are this machine's; Slurm is told to believe the plan.",
    "The bond of a host's two ports: a single virtual link has the bond's name and address.",
    "DHCP on the out-of-band network: BMC addresses are set, not leased; Kea runs and serves.",
    "Serial consoles: no emulated BMC speaks IPMI; conman runs and lists them.",
    "IMEX: a stand-in that starts only where the rendered files are, and always says READY.",
    "/dev/nvidia0-3 are null devices.",
    "Slurm's control group limits and process tracking: switched off in local.conf.",
    "chronyd observes and never sets the clock.",
    "A graceful shutdown over Redfish ends the host at once, as ForceOff does.",
)
"""What a lab on one machine does otherwise than a site; `lab/deltas.py` is how it does so."""

_ITEM = re.compile(r"- (?:\*\*(?P<what>[^*]+)\*\*: )?(?P<why>.+)")


def of_summary(text: str, by: str) -> Iterator[Statement]:
    """Yield what a rendered SUMMARY.md lists under *Not checked*."""
    _, _, section = text.partition("## Not checked\n")
    for item in re.split(r"\n(?=- )", section.partition("\n## ")[0].strip()):
        if found := _ITEM.match(" ".join(item.split())):
            yield Statement(Standing.NOT_CHECKED, found["what"] or "the metal", found["why"], by)


def of_sentence(sentence: str, standing: Standing, by: str) -> Statement:
    """Return a sentence as a statement: what it is of stands before its colon."""
    what, _, why = sentence.rstrip(".").partition(": ")
    return Statement(standing, what, why, by)


def lines(statements: Sequence[Statement]) -> Iterator[str]:
    """Yield the list as text, a heading and a line for each."""
    yield "Known, and not known"
    wide = max((len(each.standing) for each in statements), default=0)
    for each in statements:
        why = f": {each.why}" if each.why else ""
        yield f"  {each.standing:<{wide}}  {each.what}{why}"


def in_order(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Return statements once each, by standing, in the order they were made."""
    order = list(Standing)
    return tuple(sorted(dict.fromkeys(statements), key=lambda each: order.index(each.standing)))
