"""Has anybody touched these files? The state of many files as one number.

Whoever writes, replaces, renames or links a file gives it another inode or ctime, and whoever adds
or removes one gives its folder another ctime; nobody can set a ctime back. It is how git knows that
a file is still the one it saw. So a seal is the paths of files and folders, and one number of what
is known of all of them. To check it takes one question for each, and reads no folder.

A seal is text with the number in its first line: it can be kept and sent as it is. One that is
damaged names other files or has another number, and so does not hold.
"""

from __future__ import annotations

import os

Mark = tuple[int, int, int]
"""What of a file's state nobody can change and set back: ctime moves with all of it."""

BROKEN = ""
"""The seal that never holds."""
HERE = "."
"""The folder itself, as a path in it."""
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def mark(state: os.stat_result) -> Mark:
    """Return what a seal knows of one file."""
    return state.st_ino, state.st_size, state.st_ctime_ns


def sealed(marks: dict[str, Mark]) -> str:
    """Return the seal of files by their paths."""
    paths = sorted(marks)
    number = _number([each for path in paths for each in marks[path]])
    return "\n".join((str(number), *paths))


def of(folder: str, paths: list[str], *, follow: bool = False) -> str:
    """Return the seal of these paths in `folder`, of what links lead to if asked to follow.

    Raises:
        OSError: One of them is not there.
    """
    found = sorted(paths)
    return "\n".join((str(_number(_states(folder, found, follow=follow))), *found))


def holds(folder: str, seal: str, *, follow: bool = False) -> bool:
    """Return whether nobody has touched what is sealed in `folder`."""
    number, *paths = seal.split("\n")
    try:
        return str(_number(_states(folder, paths, follow=follow))) == number
    except (OSError, ValueError):  # a name that no file can have is a ValueError
        return False


def _states(folder: str, paths: list[str], *, follow: bool) -> list[int]:
    states: list[int] = []
    here, stat = os.open(folder, _FOLDER), os.stat
    try:
        for path in paths:
            found = stat(path, dir_fd=here, follow_symlinks=follow)
            states += (found.st_ino, found.st_size, found.st_ctime_ns)
    finally:
        os.close(here)
    return states


def _number(states: list[int]) -> int:
    """Return one number of many; that of numbers is the same in every process."""
    return hash(tuple(states))
