"""Is there anything to do? Answered before anything is imported that takes time.

Most renders find that nothing has changed, and then the imports of the program are most of what
they cost. So a render that found this the long way notes seals of all it looked at: the program,
the inputs, the list of its seals, and through that list every rendered file. While all of them
hold, the answer is the same. Where one does not, nothing is lost but a few milliseconds.
"""

from __future__ import annotations

import os
import sys

from rackwright import seals

FOLDER = ".rackwright"
"""What a render remembers of a site is in this folder of it."""
FILE = "unchanged"
SEALS = "seals"
"""The file of the seals of all rendered folders, in the same place."""
_BETWEEN = "\n\n"


def is_unchanged(site: str) -> bool:
    """Return whether inputs, program and rendered/ of a site are what the notes are of."""
    program, *noted = _sections(f"{site}/{FOLDER}/{FILE}")
    return (
        program == installed()
        and bool(noted)
        and all(_holds(site, each, follow=True) for each in noted)
        and all(_holds(site, each) for each in _sections(f"{site}/{FOLDER}/{SEALS}"))
    )


def joined(sections: dict[str, str]) -> str:
    """Return seals by their folders as the text of a file."""
    return _BETWEEN.join(f"{folder}\n{seal}" for folder, seal in sections.items())


def parted(text: str) -> dict[str, str]:
    """Return what `joined` was given; of a damaged text something else."""
    parts = (section.partition("\n") for section in text.split(_BETWEEN))
    return {folder: seal for folder, _, seal in parts}


def text(noted: dict[str, str]) -> str:
    """Return notes as the text of their file; folders are relative to the site's or absolute."""
    return f"{installed()}{_BETWEEN}{joined(noted)}"


def installed() -> str:
    """Return which Python and which libraries there are, and where the program is."""
    return repr((sys.version, os.path.dirname(__file__), sorted(_libraries())))  # noqa: PTH120


def _libraries() -> list[str]:
    """Return the names and versions of everything installed."""
    found: list[str] = []
    for place in sys.path:
        try:
            found += os.listdir(place or ".")  # noqa: PTH208  (of names, and they are many)
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            continue
    return [name for name in found if name.endswith((".dist-info", ".egg-info"))]


def _sections(file: str) -> list[str]:
    try:
        with open(file, errors="surrogateescape") as found:  # noqa: PTH123  (pathlib takes time)
            return found.read().split(_BETWEEN)
    except OSError:
        return [""]


def _holds(site: str, section: str, *, follow: bool = False) -> bool:
    folder, _, seal = section.partition("\n")
    return seals.holds(f"{site}/{folder}" if folder[:1] != "/" else folder, seal, follow=follow)
