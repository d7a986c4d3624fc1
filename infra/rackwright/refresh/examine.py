"""Is a site sound, with no more work than what changed asks for?

Rules judge a whole site. Most of what they look at in a campus is as-built data, unit by unit, and
between two renders hardly any of it changes. So this looks for *any* problem only: in the outline
of the site where the specification is not the one that was sound before, in every scalable unit
whose key is new, in worker processes, and in what its table claims against all other tables. Where
there is any, everything is judged again, in one process, to say it properly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from rackwright import render, rules, spec
from rackwright.expand import Expansion, expansion, units
from rackwright.inventory import Inventory, Unit
from rackwright.problems import SpecError
from rackwright.refresh import workers
from rackwright.refresh.keys import Keys, keys, of_specification
from rackwright.refresh.memory import Memory
from rackwright.rules import identity
from rackwright.spec.asbuilt import NOTHING, Tables

FEW = 3
"""Units that are done sooner than workers are started."""
_MANY = 200
"""More new claims than this are looked up in a set, fewer in the text of all others."""


class Sound(Struct, frozen=True):
    """A site that nothing is wrong with, and what it takes to know so again."""

    expansion: Expansion
    units: tuple[Inventory, ...]
    keys: Mapping[str, str]
    """Of every unit by its folder."""
    specification: str
    """Digest of everything but as-built tables."""
    guids: Mapping[str, str]
    """Digest of the GUIDs of every scalable unit that has a table."""
    claims: Mapping[str, str]
    """What the tables that are new claim, a line each."""
    kept: frozenset[str]
    """Units whose tables claim what they claimed before."""


def examine(
    site: Path, program: str, known: Memory, before: Mapping[str, str], processes: int
) -> Sound:
    """Return the site in folder `site`, if nothing is wrong with it.

    `known` and `before`, what its tables claimed, are of the last time that this was so.

    Raises:
        SpecError: Something is; carries every problem.
        Unfinished: A worker process was killed.
    """
    outline = _outlined(site, program, known)
    shared, parts = outline.expansion, outline.keys
    tables = {each.unit.name for each in outline.units if _may_have_table(each.unit)}
    new = [each.unit for each in outline.units if _is_new(each, outline, known, before)]
    found = _examined(shared, new, processes)
    changed = {unit.name for unit in new}
    kept = {name: text for name, text in before.items() if name in tables - changed}
    claims = {each["unit"]: each["claims"] for each in found}
    if not all(each["sound"] for each in found) or not _are_unique(kept, claims, before):
        raise _wrong(site)
    guids = {name: known.guids[name] for name in tables - changed if name in known.guids}
    guids |= {each["unit"]: each["guids"] for each in found}
    return Sound(
        expansion=shared,
        units=outline.units,
        keys={each.unit.folder: parts.of(each, guids) for each in outline.units},
        specification=outline.specification,
        guids=guids,
        claims=claims,
        kept=frozenset(kept),
    )


class _Outline(Struct, frozen=True):
    """A site in whose specification nothing is wrong, its tables aside."""

    expansion: Expansion
    units: tuple[Inventory, ...]
    keys: Keys
    specification: str


def _outlined(site: Path, program: str, known: Memory) -> _Outline:
    try:
        loaded = spec.load_unparsed(site)
    except SpecError:
        raise _wrong(site) from None
    whole = expansion(loaded)
    # no unit may depend on the digests of files, which change with every word of any of them
    shared = replace(whole, common=replace(whole.common, inputs={}))
    inventories = tuple(map(shared.outline, units(loaded)))
    specification = of_specification(loaded, program)
    tables = {each.unit.name for each in inventories if _may_have_table(each.unit)}
    if loaded.as_built.keys() - tables or (
        specification != known.specification and rules.judge_outline(loaded, inventories)
    ):
        raise _wrong(site)
    return _Outline(shared, inventories, keys(loaded, shared.common, program), specification)


def _wrong(site: Path) -> SpecError:
    """Return every problem of a site that has some."""
    problems = render.check(site)
    if not problems:
        raise AssertionError("a rule of units finds what it does not find in the whole site")
    return SpecError(problems)


def _may_have_table(unit: Unit) -> bool:
    return unit.kind in ("scalable-unit", "fabric")


def _is_new(unit: Inventory, outline: _Outline, known: Memory, before: Mapping[str, str]) -> bool:
    """Return whether a scalable unit or a fabric's table is not the one that was sound before."""
    name, folder = unit.unit.name, unit.unit.folder
    if unit.unit.kind == "fabric" and outline.keys.rows(name):
        same = known.specification == outline.specification
        file = outline.keys.file(name)
        return not (same and name in before and known.inputs.get(file) == outline.keys.rows(name))
    return unit.unit.kind == "scalable-unit" and (
        name not in before or known.keys.get(folder) != outline.keys.of(unit, {})
    )


def _examined(shared: Expansion, wanted: list[Unit], processes: int) -> list[dict[str, Any]]:
    task = partial(_task, shared, wanted)
    return list(workers.spread(len(wanted), task, processes if len(wanted) > FEW else 1))


def _task(shared: Expansion, wanted: list[Unit], number: int) -> dict[str, Any]:
    """Examine a unit, and forget its devices."""
    unit, tables = wanted[number], shared.loaded.as_built
    table, problems = tables.parsed(unit.name) if isinstance(tables, Tables) else (NOTHING, ())
    return {
        "unit": unit.name,
        "sound": not problems and rules.is_sound(shared.loaded, shared.outline(unit)),
        "guids": table.guid_digest(),
        "claims": "\n".join(identity.claims(table)),
    }


def _are_unique(
    kept: Mapping[str, str], changed: Mapping[str, str], before: Mapping[str, str]
) -> bool:
    """Return whether no claim of the changed tables is made twice, in one of them or in another.

    The kept ones are unique among themselves, and what the changed ones claimed before is in none.
    """
    lines = [line for text in changed.values() for line in text.splitlines()]
    mine = set(lines)
    if len(mine) != len(lines):
        return False
    new = mine.difference(*(before.get(name, "").splitlines() for name in changed))
    if len(new) > _MANY:
        return new.isdisjoint(line for text in kept.values() for line in text.splitlines())
    if not new:
        return True
    others = f"\n{_joined(kept.values())}\n"
    return not any(f"\n{line}\n" in others for line in new)


def _joined(texts: Iterable[str]) -> str:
    return "\n".join(texts)
