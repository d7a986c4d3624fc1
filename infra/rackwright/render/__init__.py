"""Inventory to Tree: one module per artefact, and the verbs `check` and `render` of the program.

An artefact decides nothing that a reviewer would want to see in the inventory. A render is complete
or not there: any problem of the specification, and no file is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from rackwright import expand
from rackwright.completeness import Standing, Statement, of_summary
from rackwright.expand.fabrics import cabled
from rackwright.inventory import Inventory
from rackwright.problems import Problem, SpecError
from rackwright.render import (
    acceptance,
    ansible,
    boot,
    cables,
    chrony,
    conman,
    dns,
    fabrics,
    hosts,
    imex,
    infiniband,
    inputs,
    kea,
    kea6,
    kubernetes,
    management,
    monitoring,
    netplan,
    nvlink,
    plan,
    power,
    rsyslog,
    slurm,
    ssh,
    storage,
    summary,
    switches,
    ztp,
)
from rackwright.tree import Tree

Artefact = Callable[[Inventory], Iterator[tuple[str, str]]]

ARTEFACTS: tuple[Artefact, ...] = (
    plan.files,
    ansible.files,
    kea.files,
    kea6.files,
    dns.files,
    chrony.files,
    rsyslog.files,
    conman.files,
    boot.files,
    netplan.files,
    imex.files,
    slurm.files,
    kubernetes.files,
    storage.files,
    monitoring.files,
    acceptance.files,
    ssh.files,
    hosts.files,
    management.files,
    cables.files,
    power.files,
    fabrics.files,
    infiniband.files,
    switches.files,
    ztp.files,
    nvlink.files,
    summary.files,
    inputs.files,
)


def check(site: Path) -> tuple[Problem, ...]:
    """Return everything that is wrong with the specification in folder `site`."""
    return checked(site)[0]


def checked(site: Path) -> tuple[tuple[Problem, ...], tuple[Statement, ...]]:
    """Return everything that is wrong with a specification, and how far it was looked at."""
    from rackwright import rules, spec

    try:
        loaded = spec.load(site)
    except SpecError as error:
        why = "the specification is not well formed, and is judged when it is"
        return error.problems, (Statement(Standing.SKIPPED, "rules", why, "check"),)
    inventories = expand.expand_all(loaded)
    problems = rules.judge(loaded, inventories)
    racks = len(inventories[0].racks)
    evaluated = f"{len(rules.RULES)} of them on {racks:,} racks in {len(inventories):,} units"
    known = [Statement(Standing.EVALUATED, "rules", evaluated, "check")]
    if not problems:
        known += of_summary(dict(summary.files(inventories[0]))["SUMMARY.md"], "check")
    return problems, tuple(known)


def render(site: Path) -> Tree:
    """Return everything that belongs into rendered/ of the site in folder `site`.

    Raises:
        SpecError: The specification is wrong; carries every problem.
    """
    from rackwright import rules, spec

    loaded = spec.load(site)
    inventories = expand.expand_all(loaded)
    if problems := rules.judge(loaded, inventories):
        raise SpecError(problems)
    return {path: text for inventory in inventories for path, text in unit_files(cabled(inventory))}


def unit_files(inventory: Inventory) -> Iterator[tuple[str, str]]:
    """Yield path and text of every artefact of one unit."""
    for artefact in ARTEFACTS:
        yield from artefact(inventory)
