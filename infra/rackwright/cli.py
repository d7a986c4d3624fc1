"""The program's first lines: a render with nothing to do ends here, all else is a verb.

`verbs` imports what reads a command line, which takes longer than looking at a campus does. So the
command that is typed most, `rackwright render SITE`, is recognised by its words alone; any other
words, and any doubt, are left to the verb.
"""

from __future__ import annotations

import os
import sys

from rackwright import unchanged


def main() -> None:
    """Run the command line; the console script."""
    match sys.argv[1:]:
        case ["render"] if os.path.isfile("site.yaml") and _is_done("."):  # noqa: PTH113
            return
        case ["render", site] if _is_plain(site) and _is_done(site):
            return
    from rackwright import verbs

    verbs.main()


def _is_plain(word: str) -> bool:
    """Return whether a word is a folder, and is said the same however it is written."""
    return word.isascii() and ".." not in word and word[:1] != "-"


def _is_done(site: str) -> bool:
    """Return whether there was nothing to do, and that could be said."""
    if not unchanged.is_unchanged(site):
        return False
    try:
        print(f"{os.path.normpath(f'{site}/rendered')}: nothing to do", flush=True)  # noqa: T201
    except OSError:
        return False
    return True
