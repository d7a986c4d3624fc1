"""The site as a web page: one folder that opens from a disk, without a server or a network.

A reviewer, an operator and a technician want to see the same site: what stands where, what it
draws, what is plugged into what, which addresses are left, what a change touches. So the folder
holds the hand-written page of templates/report and, beside it, the site as data: small script
files, because a page of a disk may load scripts and nothing else. A campus has hundreds; the page
loads those that it shows. Everything is a function of the specification, so that two reports of one
site are the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from rackwright import __version__, data, expand, inputs, rules, spec, tree
from rackwright.completeness import Statement
from rackwright.expand.fabrics import cabled
from rackwright.inventory import Inventory
from rackwright.problems import CannotBegin, SpecError, StaleRender
from rackwright.render.jinja import fill
from rackwright.report import addresses, fabrics, overview, units
from rackwright.report.changes import NOT_COMPARED, Changes
from rackwright.report.script import script
from rackwright.tree import Tree

FOLDER = "report"
"""Where a report goes in a site's folder, unless somebody says otherwise."""
PAGE = "index.html"
MARK = '<meta name="generator" content="rackwright report'
"""Stands in every report's page: a folder without it is not ours to replace."""
STYLES = ("tokens.css", "page.css", "drawings.css", "print.css")
SCRIPTS = (
    "data.js",
    "elements.js",
    "theme.js",
    "words.js",
    "bars.js",
    "elevation.js",
    "network-rack.js",
    "floor.js",
    "site.js",
    "unit.js",
    "rack.js",
    "links.js",
    "tiers.js",
    "fabric.js",
    "addresses.js",
    "lists.js",
    "search.js",
    "keyboard.js",
    "main.js",
)
"""In the order in which they are loaded: to begin with, each needs only those before it."""


def write(
    site: Path,
    output: Path | None = None,
    changes: Changes = NOT_COMPARED,
    known: Iterable[Statement] = (),
) -> Path:
    """Write the report of the site in folder `site`, and return where its page is.

    `known` is what every dry run says that it knows and does not.

    Raises:
        SpecError: The specification is wrong; carries every problem, and nothing is written.
        CannotBegin: `output` is in rendered/, or holds something else.
    """
    folder = output or site / FOLDER
    _require_place(site, folder)
    tree.write(pages(site, changes, known), folder)
    return folder / PAGE


def pages(site: Path, changes: Changes = NOT_COMPARED, known: Iterable[Statement] = ()) -> Tree:
    """Return the files of the report of the site in folder `site`.

    `changes` are drawn on the racks and trays they touch.

    Raises:
        SpecError: The specification is wrong; carries every problem.
    """
    loaded = spec.load(site)
    inventories = expand.expand_all(loaded)
    if problems := rules.judge(loaded, inventories):
        raise SpecError(problems)
    said = overview.Said(*_stale(site), changes, tuple(known))
    return dict((*_page(loaded.site.site), *_data(inventories, said)))


def _require_place(site: Path, folder: Path) -> None:
    """Refuse a folder that a report would spoil: everything else in it would be removed."""
    rendered = (site / "rendered").resolve()
    if rendered in (folder.resolve(), *folder.resolve().parents):
        raise CannotBegin(
            f"{folder} is in rendered/, which holds what is reviewed and nothing else",
            "name another folder with --output",
        )
    if (folder.exists() or folder.is_symlink()) and not _may_be_replaced(folder):
        raise CannotBegin(
            f"{folder} holds something that is no report",
            "name a folder that is empty, or not there yet, with --output",
        )


def _may_be_replaced(folder: Path) -> bool:
    """Return whether a folder is empty or holds an earlier report."""
    if not folder.is_dir():
        return False
    page = folder / PAGE
    return not any(folder.iterdir()) or (
        page.is_file() and MARK in page.read_text(encoding="utf-8", errors="replace")
    )


def _stale(site: Path) -> tuple[str, str]:
    """Return why rendered/ is not what the specification says, and what to do; empty if it is."""
    try:
        inputs.require_current(site)
    except StaleRender as error:
        return error.message, error.hint
    return "", ""


def _page(site: str) -> Iterator[tuple[str, str]]:
    """Yield the page itself, which is the same for every site but for its title."""
    yield (
        PAGE,
        fill(
            "report/index.html.j2",
            title=site,
            version=__version__,
            styles=STYLES,
            scripts=SCRIPTS,
        ),
    )
    for name in (*STYLES, *SCRIPTS):
        yield name, (data.folder("templates") / FOLDER / name).read_text(encoding="utf-8")
    yield ".gitignore", "# a report is made, not kept\n*\n"


def _data(inventories: tuple[Inventory, ...], said: overview.Said) -> Iterator[tuple[str, str]]:
    """Yield the site as data, unit by unit: a campus has more cables than memory should hold."""
    site = inventories[0]
    counts = fabrics.Counts()
    yield script("site", overview.overview(site, said))
    yield script("addresses", addresses.spaces(site))
    for inventory in sorted(inventories, key=lambda each: each.unit.kind == "fabric"):
        unit = cabled(inventory)
        counts.add(unit)
        if unit.unit.kind == "scalable-unit":
            yield script(f"unit/{unit.unit.name}", units.unit(unit))
        for name, cables in fabrics.cables(unit, counts):
            yield script(name, cables)
    yield script("network-racks", fabrics.network_racks(site.racks, counts))
    for fabric in site.common.fabrics:
        yield script(f"fabric/{fabric.name}", fabrics.fabric(site, fabric, counts))
