"""Inventory to Tree: one module per artefact, and the verbs `check` and `render` of the program.

An artefact decides nothing that a reviewer would want to see in the inventory. A render is complete
or not there: any problem of the specification, and no file is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from rackwright import expand, rules, spec
from rackwright.expand.fabrics import cabled
from rackwright.inventory import Inventory
from rackwright.problems import Problem, SpecError
from rackwright.render import (
    ansible,
    cables,
    chrony,
    fabrics,
    hosts,
    imex,
    inputs,
    kea,
    plan,
    slurm,
    ssh,
    storage,
    summary,
)
from rackwright.tree import Tree

Artefact = Callable[[Inventory], Iterator[tuple[str, str]]]

ARTEFACTS: tuple[Artefact, ...] = (
    plan.files,
    ansible.files,
    kea.files,
    chrony.files,
    imex.files,
    slurm.files,
    storage.files,
    ssh.files,
    hosts.files,
    cables.files,
    fabrics.files,
    summary.files,
    inputs.files,
)


def check(site: Path) -> tuple[Problem, ...]:
    """Return everything that is wrong with the specification in folder `site`."""
    try:
        loaded = spec.load(site)
    except SpecError as error:
        return error.problems
    return rules.judge(loaded, expand.expand_all(loaded))


def render(site: Path) -> Tree:
    """Return everything that belongs into rendered/ of the site in folder `site`.

    Raises:
        SpecError: The specification is wrong; carries every problem.
    """
    loaded = spec.load(site)
    inventories = expand.expand_all(loaded)
    if problems := rules.judge(loaded, inventories):
        raise SpecError(problems)
    return {path: text for inventory in inventories for path, text in unit_files(cabled(inventory))}


def unit_files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield path and text of every artefact of one unit."""
    for artefact in ARTEFACTS:
        yield from artefact(inventory)
