"""The work of a render that has something to do: which units, in which processes, in which order.

The list of inputs goes before anything is changed and comes back last, so no unfinished tree is
ever taken for a current one. Everything a worker needs is in memory before it is forked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from rackwright import inputs, tree
from rackwright.expand import Expansion
from rackwright.expand.fabrics import cabled
from rackwright.inventory import Unit
from rackwright.refresh import claims, folders, memory, outline, tables, workers
from rackwright.refresh.looking import Intact
from rackwright.refresh.memory import Memory
from rackwright.refresh.outcome import Outcome, Watch
from rackwright.refresh.place import Place
from rackwright.refresh.sound import Keep, Sound, Table
from rackwright.tree import Change, Difference, Written

if TYPE_CHECKING:
    from rackwright.spec import Loaded

_ENOUGH = 1 << 18
"""Characters of differing text that are sent back of each unit; nobody reads more."""
_SIZES = ("fabric", "pool", "site", "scalable-unit")
"""Kinds of units, those first that take longest."""


class Pending(Struct, frozen=True):
    """What a render of a sound site has to do."""

    loaded: Loaded
    expansion: Expansion
    stale: tuple[Unit, ...]
    """Units that are not known to be on disk as they would be rendered."""
    strays: tuple[str, ...]
    """Paths in rendered/ that are in no unit's folder."""

    def on_disk(self) -> dict[str, str]:
        """Return all that is rendered but the units that stay as they are."""
        rendered = self.loaded.folder / "rendered"
        return folders.texts(rendered, [unit.folder for unit in self.stale], self.strays)

    def rendered(self) -> dict[str, str]:
        """Return what will be there in place of that."""
        from rackwright import render

        units = (cabled(self.expansion.inventory(unit)) for unit in self.stale)
        files = dict(pair for unit in units for pair in render.unit_files(unit))
        return files | {inputs.FILE: inputs.text(self.loaded.inputs)}


class _Done(Struct):
    """What the workers have done so far."""

    differences: list[Difference] = field(default_factory=list)
    recabled: list[str] = field(default_factory=list)
    seals: dict[str, str] = field(default_factory=dict)
    units: list[str] = field(default_factory=list)

    def outcome(self, *more: Difference) -> Outcome:
        """Return everything in order, whichever worker was first."""
        changes = sorted((*self.differences, *more), key=lambda each: each.path)
        return Outcome(tuple(changes), tuple(sorted(self.recabled)), tuple(sorted(self.units)))


class Given(Struct, frozen=True):
    """What a render finds when it begins."""

    site: Path
    known: Memory
    program: str
    found: Mapping[str, str]
    """Digests of the inputs as they are."""
    intact: Intact


def renew(given: Given, *, processes: int, watch: Watch) -> Outcome:
    """Make rendered/ what the specification says, and remember that.

    Raises:
        SpecError: The specification is wrong; nothing was written.
        RackwrightError: A folder cannot be read or written.
        Unfinished: A worker process was killed.
    """
    site, known, program = given.site, given.known, given.program
    rendered = site / "rendered"
    keep = partial(claims.keep, site)
    sound = tables.examine(site, program, known, given.found, keep) or _examined(
        site, program, known, processes, keep
    )
    wanted = sound.keys
    listed = tree.read_file(rendered / inputs.FILE)
    unlist = partial(tree.forget, rendered / inputs.FILE)
    gone = tree.remove(folders.strays(rendered, wanted), rendered, before=unlist)
    # what was removed may have been a link to the very folders that were looked at
    seals = folders.intact(rendered, known.keys, known.seals) if gone else given.intact()
    there = {folder: seals[folder] for folder in folders.of_units(wanted) if folder in seals}
    stale = [each for each in sound.units if _is_stale(each, known, wanted, there)]
    raw = sound.outline()
    if raw and len(stale) > workers.FEW:
        sound = _read_back(sound, raw)
    place = Place(rendered, partial(tree.write, before=unlist), texts=0)
    done = _spread(sound.expansion, place, stale, processes, watch)
    text = inputs.text(sound.inputs)
    tree.update({inputs.FILE: text}, rendered)
    new = _remembered(known, program, sound, raw, {**there, **done.seals})
    memory.write(site, new, raw)
    return done.outcome(*gone, *_of_list(listed, text))


def _examined(site: Path, program: str, known: Memory, processes: int, keep: Keep) -> Sound:
    from rackwright.refresh.examine import examine

    return examine(site, program, known, processes, keep)[1]


def _read_back(sound: Sound, raw: bytes) -> Sound:
    """Return the same site read from its outline, so that the specification leaves the memory."""
    return replace(sound, expansion=outline.read_back(sound.expansion, raw), outline=bytes)


def _remembered(
    known: Memory, program: str, sound: Sound, raw: bytes, seals: Mapping[str, str]
) -> Memory:
    """Return what is to be remembered of a site that is rendered; `raw` is its outline if new."""

    def of_tables(old: Mapping[str, str], new: Callable[[Table], str]) -> dict[str, str]:
        found = {name: old[name] for name in sound.kept if name in old}
        return found | {name: new(each) for name, each in sound.tables.items()}

    return Memory(
        program=program,
        specification=sound.specification,
        outline=sha256(raw).hexdigest() if raw else known.outline,
        inputs=sound.inputs,
        keys=sound.keys,
        guids=of_tables(known.guids, lambda each: each.guids),
        shapes=of_tables(known.shapes, lambda each: each.shape),
        claims=of_tables(known.claims, lambda each: each.claims),
        seals=seals,
    )


def pending(site: Path, known: Memory, program: str) -> Pending:
    """Return what a render has to do.

    Raises:
        SpecError: The specification is wrong.
        RackwrightError: A folder cannot be read.
        Unfinished: A worker process was killed.
    """
    rendered = site / "rendered"
    from rackwright.refresh.examine import examine

    loaded, sound = examine(site, program, known, processes=1)
    strays = tuple(folders.strays(rendered, sound.keys))
    there = folders.intact(rendered, sound.keys, known.seals)
    stale = (
        each
        for each in sound.units
        if _is_stale(each, known, sound.keys, there) or folders.is_hidden(each.folder, strays)
    )
    return Pending(loaded, sound.expansion, tuple(stale), strays)


def compare(site: Path, *, processes: int, watch: Watch) -> Outcome:
    """Return what separates rendered/ from the specification.

    Raises:
        SpecError: The specification is wrong.
        RackwrightError: A folder cannot be read.
        Unfinished: A worker process was killed.
    """
    rendered = site / "rendered"
    from rackwright.refresh.examine import examine

    _, sound = examine(site, "", Memory(), processes)
    sound = _read_back(sound, sound.outline())
    place = Place(rendered, _compared, texts=_ENOUGH)
    done = _spread(sound.expansion, place, sound.units, processes, watch)
    strays = folders.strays(rendered, sound.keys)
    gone = (Difference(path, Change.REMOVE) for path in strays)
    listed = tree.read_file(rendered / inputs.FILE)
    return done.outcome(*gone, *_of_list(listed, inputs.text(sound.inputs)))


def _is_stale(
    unit: Unit, known: Memory, wanted: Mapping[str, str], there: Mapping[str, str]
) -> bool:
    return known.keys.get(unit.folder) != wanted[unit.folder] or any(
        folder not in there for folder in folders.of_unit(unit.folder)
    )


def _spread(
    expansion: Expansion, place: Place, units: Iterable[Unit], processes: int, watch: Watch
) -> _Done:
    """Render units and put them where they belong, in so many processes."""
    from rackwright.refresh import task

    wanted = sorted(units, key=lambda each: _SIZES.index(each.kind))
    done, racks = _Done(), 0
    do = partial(task.do, expansion, place, wanted)
    for answer in workers.spread(len(wanted), do, processes if len(wanted) > workers.FEW else 1):
        done.differences += (Difference(*each) for each in answer["differences"])
        done.recabled += answer["recabled"]
        done.seals |= answer["seals"]
        done.units.append(answer["unit"])
        racks += answer["racks"]
        watch(len(done.units), len(wanted), racks)
    return done


def _compared(files: tree.Tree, folder: Path, scope: tree.Scope) -> Written:
    return Written(tree.compare(files, folder, scope), "")


def _of_list(listed: str | None, text: str) -> tuple[Difference, ...]:
    """Return what is new in the list of inputs."""
    if listed == text:
        return ()
    change = Change.ADD if listed is None else Change.CHANGE
    return (Difference(inputs.FILE, change, listed or "", text),)
