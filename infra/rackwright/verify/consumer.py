"""The words of this room: what a consumer is, what it is asked, and what it answers.

A consumer judges in *cases*: one set of rendered files that belong together, put into one room and
given to one program. Cases know nothing of each other, so they run side by side and a person can
ask for one unit's alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rackwright import plan

if TYPE_CHECKING:
    from rackwright.verify.room import Room


@dataclass(frozen=True, slots=True)
class Program:
    """An executable and the Debian package that has it."""

    name: str
    package: str
    own: bool = False
    """Whether it is installed with this program, as Ansible is, and not on the machine."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a consumer has against a rendered file."""

    path: str
    """Relative to rendered/; of several files that could be meant, the first."""
    message: str
    """One sentence, the consumer's own where it is fit to read."""
    line: int = 1
    column: int = 1
    words: tuple[str, ...] = ()
    """The consumer's lines behind it."""
    hint: str = ""


Judge = Callable[["Room"], Iterable[Complaint]]
"""Asks a consumer in the room it is given, and returns what is wrong."""


@dataclass(frozen=True, slots=True)
class Case:
    """One question to a consumer."""

    name: str
    """What is asked about, unique within the consumer: a service node, a unit, a pool, a switch."""
    unit: str
    """The folder under rendered/ whose files are the question: `site`, `h1-su01`, `pools/train`."""
    files: tuple[str, ...]
    """The rendered files that are judged, relative to rendered/; what is only read is not here."""
    judge: Judge


@dataclass(frozen=True, slots=True)
class NotChecked:
    """Something that no real consumer has judged."""

    what: str
    """A pattern of rendered paths (`*/nvlink/*`), or an aspect in words."""
    reason: str


@dataclass(frozen=True, slots=True)
class Allowed:
    """A warning of a consumer that is no fault of the rendered file."""

    pattern: str
    """A regular expression that finds the line."""
    reason: str


@dataclass(frozen=True, slots=True)
class Consumer:
    """A real program that reads rendered files."""

    name: str
    """What people type after --only: `kea`."""
    checks: str
    """What it is made to do beyond parsing, as one sentence."""
    programs: tuple[Program, ...]
    cases: Callable[[Rendered], Iterator[Case]]
    not_checked: tuple[NotChecked, ...] = ()
    """What it lets pass, or what this machine's kernel cannot do."""
    reads: tuple[str, ...] = ("*",)
    """Patterns of the rendered files that its `not_checked` is of."""
    is_program: bool = True
    """Whether it is the program that reads the files in the end; a comparison of ours is none."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A site's rendered/, as it is on disk."""

    folder: Path
    """The site's folder, the one that holds rendered/."""
    site: plan.SitePlan
    paths: tuple[str, ...]
    """Every file, relative to rendered/, sorted."""

    def text(self, path: str) -> str:
        """Return the text of a rendered file."""
        return (self.folder / "rendered" / path).read_text(encoding="utf-8")

    def unit(self, name: str) -> plan.UnitPlan:
        """Return the plan of one scalable unit."""
        return plan.read_unit(self.folder, name)

    @property
    def folders(self) -> tuple[str, ...]:
        """Return the folders of all units: `site`, `h1-su01`, `fabrics/compute`, `pools/train`."""
        places = (Path(path).parts[:-1] for path in self.paths)
        deep = {"fabrics", "pools"}
        units = {"/".join(part[: 2 if part[0] in deep else 1]) for part in places if part}
        return tuple(sorted(units))

    def under(self, folder: str) -> tuple[str, ...]:
        """Return the paths below a folder of rendered/."""
        return tuple(path for path in self.paths if path.startswith(f"{folder}/"))

    def nodes(self, role: str) -> tuple[plan.ServiceNode, ...]:
        """Return the service nodes that have a role."""
        return tuple(node for node in self.site.service_nodes if role in node.roles)


def allowed(line: str, allowances: Iterable[Allowed]) -> bool:
    """Return whether a line of a consumer's output is one that is known and explained."""
    import re

    return any(re.search(each.pattern, line) for each in allowances)
