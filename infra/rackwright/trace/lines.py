"""Why a line of a rendered file is what it is: artefact, template line, values, lines of the site.

The files carry no comments about themselves, and a render must not pay for a question that is asked
once a week. So the question is answered by asking again: the unit's one artefact is rendered anew,
its template watched; then every value of the inventory that can be read in the line is changed, one
at a time, and those with which the line changes are the ones it is made of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from rackwright import expand, render, trace
from rackwright.inventory import Device, Inventory, Rack, Unit
from rackwright.inventory.cabling import Cable, Switch
from rackwright.inventory.infiniband import Member
from rackwright.problems import NoSuchValue, Problem
from rackwright.spec import Loaded
from rackwright.trace import templates
from rackwright.trace.leaves import Leaf, changed, leaves, others
from rackwright.trace.reasons import Reason

_EXPLAINED = 20
"""Of more problems than this, the first ones are explained: each takes about a second."""
_VALUES = 6
_NAME = "name"
"""What things are found by, so nothing can be made with another one: to be readable is enough."""
_SAID_ELSEWHERE = ("unit", "rack")
"""Fields that repeat the name of something that has it as its own."""


class Part(Struct, frozen=True):
    """A value that a line is made of."""

    path: str
    """What `rackwright show` calls it, as far as it has a name there."""
    value: str
    reasons: tuple[Reason, ...]


class Origin(Struct, frozen=True):
    """Where a line of a rendered file comes from."""

    text: str
    artefact: str
    """The module of `render` that made the file: `kea`."""
    template: str
    """`templates/kea/reservation.json.j2:1`; empty where no template made the line."""
    parts: tuple[Part, ...]


def why_line(loaded: Loaded, path: str, line: int) -> Origin:
    """Return where a line, from 1, of the rendered file `path` (below rendered/) comes from.

    Raises:
        NoSuchValue: The site has no such file or line, or the file is not what it would be now.
    """
    inventory, artefact, text = _made(loaded, path)
    rendered = loaded.folder / "rendered" / path
    if not rendered.is_file() or rendered.read_text(errors="replace") != text:
        hint = f"rackwright render {loaded.folder}"
        raise NoSuchValue(f"{rendered} is not what the site says today", hint)
    lines = text.splitlines()
    if not 1 <= line <= len(lines):
        raise NoSuchValue(f"{rendered} has no line {line}", f"it has {len(lines)}")
    source = templates.sources(text, lambda: _text(artefact, inventory, path)).get(line, "")
    parts = tuple(_parts(loaded, inventory, _Asked(artefact, path, tuple(lines), line - 1)))
    return Origin(lines[line - 1], artefact.__module__.rpartition(".")[2], source, parts)


def explained(found: Sequence[Problem], loaded: Loaded) -> tuple[Problem, ...]:
    """Return problems of rendered lines, the first ones with what their lines are made of."""
    return (*(_explained(each, loaded) for each in found[:_EXPLAINED]), *found[_EXPLAINED:])


def _explained(problem: Problem, loaded: Loaded) -> Problem:
    path = Path(problem.at.file).relative_to(loaded.folder / "rendered").as_posix()
    try:
        origin = why_line(loaded, path, problem.at.line)
    except NoSuchValue as error:
        return replace(problem, because=(*problem.because, error.message))
    made = f"{origin.template or f'the artefact {origin.artefact}'} made the line"
    values = (f"{part.path} is {part.value}{_place(part)}" for part in origin.parts[:_VALUES])
    return replace(problem, because=(*problem.because, made, *values))


def _place(part: Part) -> str:
    at = next((reason.at for reason in part.reasons if reason.at), None)
    return f" ({at})" if at else ""


def _made(loaded: Loaded, path: str) -> tuple[Inventory, render.Artefact, str]:
    for unit in _likely(loaded, path):
        inventory = expand.expand(loaded, unit)
        for artefact in render.ARTEFACTS:
            if (text := _text(artefact, inventory, path)) is not None:
                return inventory, artefact, text
    raise NoSuchValue(f"the site renders no {path}")


def _likely(loaded: Loaded, path: str) -> Iterator[Unit]:
    """Yield the unit whose folder the file is in, and the site, which writes beside all."""
    units = expand.units(loaded)
    yield from (unit for unit in units if path.startswith(f"{unit.folder}/"))
    yield from (unit for unit in units if unit.kind == "site" and "/" not in path)


def _text(artefact: render.Artefact, inventory: Inventory, path: str) -> str | None:
    return next((text for found, text in artefact(inventory) if found == path), None)


class _Asked(Struct, frozen=True):
    """The line in question, and how its file is made."""

    artefact: render.Artefact
    path: str
    lines: tuple[str, ...]
    row: int

    def changes(self, inventory: Inventory) -> bool:
        """Return whether the line is another one in the file of this inventory."""
        text = _text(self.artefact, inventory, self.path)
        if text is None:
            return True
        lines = text.splitlines()
        old = self.lines[self.row]
        if len(lines) == len(self.lines):
            return lines[self.row] != old
        return lines.count(old) < self.lines.count(old)


def _parts(loaded: Loaded, inventory: Inventory, asked: _Asked) -> Iterator[Part]:
    line = asked.lines[asked.row]
    seen = set()
    for leaf in leaves(inventory):
        again = leaf.steps[0] in _SAID_ELSEWHERE or leaf.steps[-1] in _SAID_ELSEWHERE
        if (
            again
            or _of_another_cable(leaf, line)
            or not _readable(str(leaf.value), line)
            or not _matters(inventory, leaf, asked)
        ):
            continue
        part = _part(loaded, leaf)
        if part.path not in seen:
            seen.add(part.path)
            yield part


def _of_another_cable(leaf: Leaf, line: str) -> bool:
    """Return whether a value is of a cable that no end of is in the line.

    Each of a unit's thousand cables has the speed that is in a line, and each would be tried.
    """
    cable = next((each for each in leaf.owners if isinstance(each, Cable)), None)
    return cable is not None and not (cable.source.device in line or cable.target.device in line)


def _readable(value: str, line: str) -> bool:
    """Return whether a value stands in a line, as a word of its own."""
    if value not in line or not value:
        return False
    return bool(re.search(rf"(?<![\w]){re.escape(value)}(?![\w])", line))


def _matters(inventory: Inventory, leaf: Leaf, asked: _Asked) -> bool:
    for other in others(leaf.value):
        try:
            return asked.changes(changed(inventory, leaf, other))
        except (ValueError, LookupError, TypeError, RuntimeError):
            continue  # the code takes the value apart, or finds something by it
    return leaf.steps[-1] == _NAME


def _part(loaded: Loaded, leaf: Leaf) -> Part:
    path = _path(leaf)
    return Part(path, str(leaf.value), tuple(_reasons(loaded, leaf, path)))


_OF_MEMBERS: dict[str | int, str] = {"guids": "guids", "device": "name"}
"""What `show` calls, at its tray, what a member of a fabric has."""


def _path(leaf: Leaf) -> str:
    """Return what `show` calls a value."""
    for place in range(len(leaf.owners) - 1, -1, -1):
        owner, rest = leaf.owners[place], leaf.steps[place:]
        if isinstance(owner, Device):
            return _joined("racks", owner.rack, "trays", owner.label, *rest)
        if isinstance(owner, Member) and rest[0] in _OF_MEMBERS:
            return _joined("racks", owner.rack, "trays", owner.label, _OF_MEMBERS[rest[0]])
        if isinstance(owner, Rack):
            return _joined("racks", owner.name, *rest)
    steps = leaf.steps[1:] if leaf.steps[0] == "common" else leaf.steps
    return _joined(*_named(steps, leaf.owners[-len(steps) :]))


def _named(steps: tuple[str | int, ...], owners: tuple[Any, ...]) -> Iterator[str | int]:
    """Yield steps, the place of an item in a list replaced by its name where it has one."""
    following = (*owners[1:], None)
    for step, inside in zip(steps, following, strict=True):
        name = getattr(inside, "name", None) or getattr(inside, "title", None)
        yield name.replace(" ", "-") if isinstance(step, int) and isinstance(name, str) else step


def _joined(*steps: str | int) -> str:
    return ".".join(map(str, steps))


def _reasons(loaded: Loaded, leaf: Leaf, path: str) -> Iterator[Reason]:
    try:
        yield from trace.why(loaded, path)
    except NoSuchValue:
        yield _nearest(loaded, leaf)


def _nearest(loaded: Loaded, leaf: Leaf) -> Reason:
    """Return the nearest place in the specification of a value that `why` has no name for."""
    written, at = loaded.document.data, loaded.document.at
    cabling = next((each for each in leaf.owners if isinstance(each, Cable | Switch)), None)
    if cabling is not None:
        names = [fabric.name for fabric in loaded.site.fabrics]
        return Reason("follows from the fabric", at(("fabrics", names.index(cabling.fabric))))
    steps = leaf.steps[1:] if leaf.steps[0] == "common" else leaf.steps
    if steps[0] == "inputs":
        return Reason("the digest of that file")
    if steps[0] in written:
        return Reason("written here, or follows from it", at(steps))
    return Reason("follows from the rest of the site by arithmetic")
