"""The units of a site, and which of them a change touches: the matrix of a CI run.

Each unit is one folder of rendered/, and a scalable unit one Pulumi stack. A unit is changed where
a rendered file of it differs. Where what is rendered is committed, git's listing of it says so, and
nothing is loaded or expanded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from rackwright import inputs, plan
from rackwright.diff import sides
from rackwright.diff.model import Sign
from rackwright.inventory import SITE_UNIT
from rackwright.problems import RackwrightError

ABOVE = {"fabrics": "fabric", "pools": "pool"}
"""Folders of rendered/ that hold units, and their kind."""


class Listed(Struct, frozen=True):
    """A unit of a site."""

    site: str
    name: str
    kind: str
    folder: str
    """Under rendered/."""
    stack: str
    """Its Pulumi stack; empty where it has none."""
    sign: Sign | None = None
    """How it differs from a revision; None where none was asked for."""
    files: int = 0
    """How many of its files differ."""

    @property
    def is_stack(self) -> bool:
        """Whether it is a Pulumi stack that has a plan today."""
        return bool(self.stack) and self.sign is not Sign.REMOVE


def units(site: Path, since: str = "") -> tuple[Listed, ...]:
    """Return the units of the site in a folder; those that differ from a revision, if one is named.

    Raises:
        StaleRender: rendered/ is not current, so it cannot say which units a change touches.
        NoSuchRevision: There is no such revision.
        RackwrightError: Nothing is rendered at the revision.
    """
    inputs.require_current(site)
    name = plan.read_site(site).site
    now = sides.on_disk(site)
    here = {folder: _listed(name, folder, now.digests) for folder in _folders(now.digests)}
    if not since:
        return tuple(here[folder] for folder in sorted(here))
    then = sides.rendered_at(site, since)
    if then is None:
        raise RackwrightError(
            f"{since} has no rendered/ of {site}, so nobody knows what changed since",
            f"commit rendered/, or ask `rackwright diff {since}`, which renders it",
        )
    differing = {
        path
        for path in now.digests.keys() | then.digests.keys()
        if now.digests.get(path) != then.digests.get(path)
    }
    every = _folders(now.digests) | _folders(then.digests)
    return tuple(
        _compared(name, folder, differing, here, then.digests)
        for folder in sorted(every)
        if any(_is_in(path, folder) for path in differing)
    )


def _compared(
    site: str,
    folder: str,
    differing: Iterable[str],
    here: dict[str, Listed],
    then: Iterable[str],
) -> Listed:
    count = sum(_is_in(path, folder) for path in differing)
    if folder not in here:
        old = _listed(site, folder, then)
        return Listed(site, old.name, old.kind, folder, old.stack, Sign.REMOVE, count)
    new = here[folder]
    sign = Sign.CHANGE if folder in _folders(then) else Sign.ADD
    return Listed(site, new.name, new.kind, folder, new.stack, sign, count)


def _listed(site: str, folder: str, paths: Iterable[str]) -> Listed:
    above, _, name = folder.rpartition("/")
    kind = ABOVE.get(above, SITE_UNIT if name == SITE_UNIT else "scalable-unit")
    has_plan = kind == "scalable-unit" and f"{folder}/plan.json" in set(paths)
    return Listed(site, name, kind, folder, f"{site}.{name}" if has_plan else "")


def _folders(paths: Iterable[str]) -> set[str]:
    return set(_units(paths))


def _units(paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        words = path.split("/")
        if len(words) > 2 and words[0] in ABOVE:
            yield "/".join(words[:2])
        elif len(words) > 1 and words[0] not in ABOVE:
            yield words[0]


def _is_in(path: str, folder: str) -> bool:
    return path.startswith(f"{folder}/")
