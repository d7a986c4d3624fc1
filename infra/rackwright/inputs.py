"""Is rendered/ what the inputs say today?

Whatever acts does what was reviewed, and what was reviewed is rendered/. If somebody has changed
the specification since, the two differ, and nobody can say which of them is meant. So a render
notes the digest of every file it read, in the form that `sha256sum -c` reads, and everything that
acts compares first. Nothing is parsed: a site that is broken today is as stale as one that changed.

The list is the first file a render takes away and the last it writes, so a render that was killed
leaves a tree that nobody acts on.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from rackwright.problems import StaleRender

FILE = "inputs.sha256"
"""Where the digests are, in rendered/."""
AS_BUILT = ("as-built", ".csv")
HARDWARE = ("hardware", ".yaml")
FOLDERS = (AS_BUILT, HARDWARE)
"""Folders of a site in which every file of an ending is an input, so a new one is a change."""


def require_current(site: Path) -> None:
    """Check that the rendered/ of the site in folder `site` was made from its inputs as they are.

    Raises:
        StaleRender: An input has changed, come or gone, or there is no rendered/.
    """
    try:
        listed = (site / "rendered" / FILE).read_text(errors="replace").splitlines()
    except OSError as error:
        raise StaleRender(f"{site} is not rendered", f"rackwright render {site}") from error
    noted = {name: digest for digest, _, name in (line.partition("  ") for line in listed)}
    found = digests(site, noted)
    for name in sorted(found) or [""]:
        if not found.get(name) or found[name] != noted.get(name):
            raise StaleRender(
                f"rendered/ is not current: {site / name} has changed since",
                f"rackwright render {site}, and have the difference reviewed",
            )


def digests(site: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the digests of the files `names` and of every other that is surely an input.

    The digest of a file that cannot be read is empty.
    """
    return {name: _digest(f"{site}/{name}") for name in {*names, *_present(site)}}


def text(noted: Mapping[str, str]) -> str:
    """Return the digests of inputs as `sha256sum --check` reads them."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(noted.items()))


def _present(site: Path) -> set[str]:
    return {
        f"{folder}/{name}"
        for folder, ending in FOLDERS
        for name in _names(f"{site}/{folder}")
        if name.endswith(ending) and not name.startswith(".")
    }


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208  (of names, and they are many)
    except OSError:
        return []


def _digest(path: str) -> str:
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123  (a campus has hundreds)
            return hashlib.sha256(file.read()).hexdigest()
    except (OSError, ValueError):  # a name that no file can have is a ValueError
        return ""
