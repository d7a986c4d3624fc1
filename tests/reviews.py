"""Changes to example sites and the pages a reviewer gets of them.

tests/diff/cases/<case>.yaml changes a site; the pages stand beside it: .txt is the terminal's, .md
the pull request's, .json the programs'. `python tests/reviews.py` writes them anew; read the
difference as a reviewer would.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from msgspec.structs import replace

HERE = Path(__file__).parent / "diff"
TOP = Path(__file__).parents[1]
sys.path[:0] = [str(TOP / "infra"), str(TOP / "tests")]

import synthetic  # noqa: E402
import worlds  # noqa: E402
from rackwright import console, diff, render, tree, yamlfile  # noqa: E402
from rackwright.completeness import Standing  # noqa: E402
from rackwright.diff import pages  # noqa: E402
from rackwright.diff.effects import table  # noqa: E402
from rackwright.diff.model import Change, Diff  # noqa: E402

CASES = sorted(path.stem for path in (HERE / "cases").glob("*.yaml"))
GOLDEN: Mapping[str, tuple[str, ...]] = {
    "swap-tray": ("txt", "md", "json"),
    "add-unit": ("txt", "md"),
    "change-mtu": ("txt", "md"),
    "change-hall": ("txt", "md"),
    "remove-rack": ("txt",),
    "gated": ("txt",),
}
"""The pages of each case that stand beside it."""
LABELS = ("reviewed",)


def _text(found: Diff) -> str:
    violations = (console.problems_text(found.violations),) if found.violations else ()
    return "\n".join((*pages.text(found), *violations, ""))


def _json(found: Diff) -> str:
    return json.dumps(pages.data(found), ensure_ascii=False, indent=2) + "\n"


FORMS: Mapping[str, Callable[[Diff], str]] = {
    "txt": _text,
    "md": pages.markdown,
    "json": _json,
}


def case(name: str) -> dict[str, Any]:
    return yamlfile.parse((HERE / "cases" / f"{name}.yaml").read_text(), name).data


def build(name: str, folder: Path) -> None:
    """Make the folders `before`, rendered, and `after`, changed, of a case."""
    wanted = case(name)
    before = worlds.copy(folder / "before", worlds.SITES / wanted["site"])
    after = worlds.copy(folder / "after", worlds.SITES / wanted["site"])
    for site in (before, after):
        with (site / "site.yaml").open("a") as file:
            file.write(wanted.get("gates", ""))
    for change in wanted["changes"]:
        if "without" in change:
            path = after / change["file"]
            kept = [x for x in path.read_text().splitlines() if not x.startswith(change["without"])]
            path.write_text("\n".join((*kept, "")))
        else:
            worlds.change(after, [change])
    if wanted.get("as_built"):
        for file, text in synthetic.tables(after):
            if not (after / "as-built" / file).exists():
                (after / "as-built" / file).write_text(text)
    for site in (before, after):
        tree.write(render.render(site), site / "rendered")


def compared(name: str, folder: Path) -> Diff:
    """Return the difference of a case; the current folder must be `folder`.

    What nobody checks of the site is left out: other tests hold it, and it is no part of a change.
    """
    build(name, folder)
    found = diff.diff(Path("after"), "before", "after", LABELS)
    kept = [each for each in found.statements if each.standing is not Standing.NOT_CHECKED]
    return replace(found, statements=tuple(kept))


def word(change: Change) -> str:
    return table().title(change.kind)


def golden(name: str, form: str) -> Path:
    return HERE / "cases" / f"{name}.{form}"


if __name__ == "__main__":
    for each, forms in GOLDEN.items():
        with tempfile.TemporaryDirectory() as place:
            os.chdir(place)
            found = compared(each, Path(place))
            for form in forms:
                golden(each, form).write_text(FORMS[form](found))
