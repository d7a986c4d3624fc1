"""Is a site sound in which nothing but as-built tables changed? Answered without its specification.

A table whose shape is the one that was sound before fits the specification as it did, so what is
left to ask is whether it can be read, and whether it claims what another claims. Any other answer
than yes is left to `examine`, which says what is wrong, and where.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from rackwright import inputs, tree
from rackwright.asbuilt import Tables
from rackwright.expand import Expansion
from rackwright.problems import RackwrightError
from rackwright.refresh import memory, outline
from rackwright.refresh.memory import Memory
from rackwright.refresh.sound import Sound, Table, are_unique, table


def examine(site: Path, program: str, known: Memory, before: Mapping[str, str]) -> Sound | None:
    """Return the site in folder `site`, if it is surely sound; see `examine.examine`.

    Raises:
        RackwrightError: A table changed while it was read.
    """
    found = inputs.digests(site, known.inputs)
    changed = dict(_changed(known.inputs, found))
    kept = _kept(site, program, known, changed)
    if kept is None:
        return None
    tables = Tables(_Texts(site, found))
    new = {unit: _sound(tables, unit, known.shapes.get(unit)) for unit in changed.values()}
    sound = {unit: each for unit, each in new.items() if each is not None}
    others = {name: text for name, text in before.items() if name not in new}
    claims = {unit: each.claims for unit, each in sound.items()}
    is_whole = known.claims.keys() <= before.keys()
    if not is_whole or len(sound) < len(new) or not are_unique(others, claims, before):
        return None
    guids = {**known.guids, **{unit: each.guids for unit, each in sound.items()}}
    return Sound(
        expansion=Expansion(kept.common, kept.outline, tables),
        inputs=found,
        units=tuple(each.unit for each in kept.units),
        keys={each.unit.folder: each.root.key(found, guids) for each in kept.units},
        specification=known.specification,
        tables=sound,
        kept=frozenset(others),
    )


def _changed(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the files that are new, and the units whose tables they are; empty if they are none."""
    folder, ending = inputs.AS_BUILT
    for name, digest in new.items():
        if old.get(name) != digest:
            is_table = name in old and digest and name.startswith(f"{folder}/")
            yield name, name[len(folder) + 1 : -len(ending)] if is_table else ""


def _kept(
    site: Path, program: str, known: Memory, changed: Mapping[str, str]
) -> outline.Outlines | None:
    """Return what is remembered of the specification, if that is what it was."""
    is_linked = os.path.islink(site / inputs.AS_BUILT[0])  # noqa: PTH114
    if known.program != program or not all(changed.values()) or is_linked:
        return None
    raw = memory.read_outline(site, known)
    return outline.decoded(raw) if raw else None


def _sound(tables: Tables, unit: str, shape: str | None) -> Table | None:
    """Return a table that is as sound as the last one of this shape."""
    found, problems = tables.parsed(unit)
    return table(found) if not problems and found.shape() == shape else None


class _Texts(Mapping[str, tuple[str, str]]):
    """The texts of the as-built tables of a site, each read when it is asked for."""

    def __init__(self, site: Path, digests: Mapping[str, str]) -> None:
        self._site = site
        self._digests = digests

    def __getitem__(self, unit: str) -> tuple[str, str]:
        name = _file(unit)
        if name not in self._digests:
            raise KeyError(unit)
        text = tree.read_file(self._site / name) or ""
        if memory.digest(text) != self._digests[name]:
            raise RackwrightError(f"{self._site / name} changes while it is read", "render again")
        return text, str(self._site / name)

    def __iter__(self) -> Iterator[str]:
        folder, ending = inputs.AS_BUILT
        for name in self._digests:
            if name.startswith(f"{folder}/") and name.endswith(ending):
                yield name[len(folder) + 1 : -len(ending)]

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, unit: object) -> bool:
        return isinstance(unit, str) and _file(unit) in self._digests


def _file(unit: str) -> str:
    folder, ending = inputs.AS_BUILT
    return f"{folder}/{unit}{ending}"
