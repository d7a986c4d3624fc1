"""Small worlds for tests: copies of the example site with something changed."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SITES = Path(__file__).parent / "sites"
ONE_RACK = SITES / "one-rack"


def copy(target: Path, source: Path = ONE_RACK) -> Path:
    """Return a copy of a site's inputs, without rendered/."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("rendered"), dirs_exist_ok=True)
    return target


def change(site: Path, changes: list[Mapping[str, Any]]) -> None:
    """Change the files of a site: `replace` a text `by` another, `write` it, or `remove` it."""
    for step in changes:
        path = site / step["file"]
        if step.get("remove"):
            path.unlink()
        elif "write" in step:
            path.write_text(f"{step['write']}\n", encoding=step.get("encoding", "utf-8"))
        else:
            text = path.read_text()
            assert step["replace"] in text, f"{step['file']} does not hold {step['replace']!r}"
            path.write_text(text.replace(step["replace"], step["by"], 1))
