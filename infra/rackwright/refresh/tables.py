"""Is a site sound in which nothing but as-built tables changed? Answered without its specification.

A table whose shape is the one that was sound before fits the specification as it did, so what is
left to ask is whether it can be read, and whether it claims what another claims. Any other answer
than yes is left to `examine`, which says what is wrong, and where.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from rackwright import inputs
from rackwright.asbuilt import Tables, Texts, unit_of
from rackwright.expand import Expansion
from rackwright.refresh import memory, outline
from rackwright.refresh.claims import Claims
from rackwright.refresh.memory import Memory
from rackwright.refresh.sound import Keep, Sound, Table, table


def examine(
    site: Path, program: str, known: Memory, found: Mapping[str, str], keep: Keep
) -> Sound | None:
    """Return the site in folder `site`, if it is surely sound.

    `found` are the digests of its inputs as they are; for the others see `examine.examine`.

    Raises:
        RackwrightError: A table changed while it was read.
    """
    changed = dict(_changed(known.inputs, found))
    kept = _kept(site, program, known, changed)
    if kept is None:
        return None
    tables = Tables(Texts(site, found))
    claims: dict[str, str] = {}
    new: dict[str, Table] = {}
    for unit in changed.values():
        parsed, problems = tables.parsed(unit)
        claims[unit] = "\n".join(parsed.claims())
        new[unit] = table(parsed, claims[unit])
        if problems or new[unit].shape != known.shapes.get(unit):
            return None
    if not Claims(site, known.claims).are_unique(claims):
        return None
    guids = {**known.guids, **{unit: each.guids for unit, each in new.items()}}
    for unit, text in claims.items():
        keep(unit, text)
    return Sound(
        expansion=Expansion(kept.common, kept.outline, tables),
        inputs=found,
        units=tuple(each.unit for each in kept.units),
        keys={each.unit.folder: each.root.key(found, guids) for each in kept.units},
        specification=known.specification,
        tables=new,
        kept=frozenset(known.claims.keys() - new.keys()),
    )


def _changed(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the files that are new, and the units whose tables they are; empty if they are none."""
    for name, digest in new.items():
        if old.get(name) != digest:
            yield name, unit_of(name) if name in old and digest else ""


def _kept(
    site: Path, program: str, known: Memory, changed: Mapping[str, str]
) -> outline.Outlines | None:
    """Return what is remembered of the specification, if that is what it was."""
    is_linked = os.path.islink(site / inputs.AS_BUILT[0])  # noqa: PTH114
    if known.program != program or not all(changed.values()) or is_linked:
        return None
    raw = memory.read_outline(site, known)
    return outline.decoded(raw) if raw else None
