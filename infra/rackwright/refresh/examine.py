"""Is a site sound, with no more work than what changed asks for?

Rules judge a whole site. Most of what they look at in a campus is as-built data, unit by unit, and
between two renders hardly any of it changes. So this looks for *any* problem only: in the outline
of the site where the specification is not the one that was sound before, in every scalable unit
whose key is new, in worker processes, and in what its table claims against all other tables. Where
there is any, everything is judged again, in one process, to say it properly.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import astuple, replace

from rackwright import rules, spec
from rackwright.asbuilt import NOTHING, AsBuilt, Tables
from rackwright.expand import Expansion, expansion, units
from rackwright.inventory import Inventory, Unit
from rackwright.problems import Problem, SpecError
from rackwright.refresh import memory, workers
from rackwright.refresh.claims import Claims, Numbers, numbered
from rackwright.refresh.keys import Root, of_specification, roots, rows
from rackwright.refresh.memory import Memory
from rackwright.refresh.outline import encoded
from rackwright.refresh.sound import Keep, Sound, Table, table
from rackwright.spec import Loaded

Task = Callable[[], tuple[Any, ...]]
"""Returns whether something is sound and, of a table, what is to be known of it."""


def forgotten(_unit: str, _claims: str) -> None:
    """Keep nothing."""


def examine(
    site: Path, program: str, known: Memory, processes: int, keep: Keep = forgotten
) -> tuple[Loaded, Sound]:
    """Return the site in folder `site`, if nothing is wrong with it.

    `known` is of the last time that this was so; `keep` is given what each new table claims.

    Raises:
        SpecError: Something is; carries every problem.
        Unfinished: A worker process was killed.
    """
    outline = _outlined(site, program)
    before = Claims(site, known.claims)
    tables = {each.unit.name for each in outline.units if _may_have_table(each.unit)}
    new = [each.unit for each in outline.units if _is_new(each.unit, outline, known, before)]
    kept = tables.intersection(known.claims) - {unit.name for unit in new}
    tasks: list[Task] = [partial(_examined, outline, unit, keep) for unit in new]
    if outline.specification != known.specification:
        tasks.insert(0, partial(_judged, outline))  # it takes longest
    found, numbers = _tables(site, _done(tasks, processes))
    is_changed = any(before.digests.get(unit) != each.claims for unit, each in found.items())
    are_unique = not is_changed or _are_unique(outline.loaded, found, numbers, before, kept)
    if not are_unique and (problems := _problems(site)):
        raise SpecError(problems)
    guids = {name: known.guids[name] for name in kept if name in known.guids}
    is_known = outline.specification == known.specification and memory.read_outline(site, known)
    sound = _sound(outline, guids, found, frozenset(kept))
    if not is_known:
        sound = replace(sound, outline=partial(encoded, outline.units, outline.roots))
    return outline.loaded, sound


def _tables(site: Path, examined: Iterator[Any]) -> tuple[dict[str, Table], Numbers]:
    """Return the tables that were examined, if all is sound, and what they claim."""
    found: dict[str, Table] = {}
    numbers = Numbers()
    for is_sound, *of_table in examined:
        if not is_sound:
            raise _wrong(site)
        if of_table:
            unit, claimed, *each = of_table
            found[unit] = Table(*each)
            numbers.add(claimed)
    return found, numbers


def _are_unique(
    loaded: Loaded, new: Collection[str], numbers: Numbers, before: Claims, kept: Collection[str]
) -> bool:
    """Return whether no claim is made twice: of new tables, and of those that are kept.

    The claims of a few are looked up in the text of each of the others.
    """
    if len(new) <= workers.FEW:
        tables = {unit: loaded.as_built.get(unit, NOTHING) for unit in new}
        if before.are_unique({unit: "\n".join(each.claims()) for unit, each in tables.items()}):
            return True
    for unit in kept:
        numbers.add(numbered((before.of(unit) or "").splitlines()))
    return numbers.are_unique()


class _Outline(Struct, frozen=True):
    """A site that can be read, its tables aside."""

    loaded: Loaded
    expansion: Expansion
    units: tuple[Inventory, ...]
    roots: Mapping[Unit, Root]
    specification: str


def _sound(
    found: _Outline, guids: Mapping[str, str], tables: Mapping[str, Table], kept: frozenset[str]
) -> Sound:
    inputs = found.loaded.inputs
    guids = {**guids, **{name: each.guids for name, each in tables.items()}}
    return Sound(
        expansion=replace(found.expansion, as_built=_tables_of(found.loaded, tables)),
        inputs=inputs,
        units=tuple(found.roots),
        keys={unit.folder: root.key(inputs, guids) for unit, root in found.roots.items()},
        specification=found.specification,
        tables=tables,
        kept=kept,
    )


def _tables_of(loaded: Loaded, found: Mapping[str, Table]) -> Mapping[str, AsBuilt]:
    """Return the as-built tables of a site, of which these were found sound."""
    if not isinstance(loaded.as_built, Tables):
        return loaded.as_built
    plain = frozenset(unit for unit, each in found.items() if each.is_plain)
    return Tables(loaded.as_built.texts, plain)


def _outlined(site: Path, program: str) -> _Outline:
    try:
        loaded = spec.load_unparsed(site)
    except SpecError:
        raise _wrong(site) from None
    whole = expansion(loaded)
    # no unit may depend on the digests of files, which change with every word of any of them
    shared = replace(whole, common=replace(whole.common, inputs={}))
    inventories = tuple(map(shared.outline, units(loaded)))
    tables = {each.unit.name for each in inventories if _may_have_table(each.unit)}
    if loaded.as_built.keys() - tables:
        raise _wrong(site)
    known_roots = roots(loaded, inventories, program)
    return _Outline(loaded, shared, inventories, known_roots, of_specification(loaded, program))


def _wrong(site: Path) -> SpecError:
    """Return every problem of a site that has some."""
    problems = _problems(site)
    if not problems:
        raise AssertionError("a rule of units finds what it does not find in the whole site")
    return SpecError(problems)


def _problems(site: Path) -> tuple[Problem, ...]:
    from rackwright import render

    return render.check(site)


def _may_have_table(unit: Unit) -> bool:
    return unit.kind in ("scalable-unit", "fabric")


def _is_new(unit: Unit, outline: _Outline, known: Memory, before: Claims) -> bool:
    """Return whether a scalable unit or a fabric's table is not the one that was sound before."""
    table = rows(outline.loaded.inputs, unit.name)
    if unit.kind == "fabric" and table:
        same = known.specification == outline.specification
        return not (same and rows(known.inputs, unit.name) == table) or before.of(unit.name) is None
    return unit.kind == "scalable-unit" and (
        known.keys.get(unit.folder) != outline.roots[unit].key(outline.loaded.inputs, {})
        or before.of(unit.name) is None
    )


def _done(tasks: list[Task], processes: int) -> Iterator[Any]:
    several = processes if len(tasks) > workers.FEW else 1
    return workers.spread(len(tasks), lambda number: tasks[number](), several, _prepare)


def _prepare() -> None:
    """Import what renders, for which there is time while workers examine."""
    from rackwright.refresh import task  # noqa: F401


def _judged(outline: _Outline) -> tuple[bool]:
    """Return whether nothing is wrong with a site, its tables aside."""
    return (not rules.judge_outline(outline.loaded, outline.units),)


def _examined(outline: _Outline, unit: Unit, keep: Keep) -> tuple[Any, ...]:
    """Examine a unit, and forget its devices: whether it is sound, its name, claims and table."""
    tables = outline.loaded.as_built
    found, problems = tables.parsed(unit.name) if isinstance(tables, Tables) else (NOTHING, ())
    is_sound = not problems and rules.is_sound(outline.loaded, outline.expansion.outline(unit))
    claims = found.claims()
    text = "\n".join(claims)
    if is_sound:
        keep(unit.name, text)
    return is_sound, unit.name, numbered(claims), *astuple(table(found, text))
