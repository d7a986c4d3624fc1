"""The Debian packages that the lab and the tests need.

The problem: both need a few programs of the machine they run on, most machines have most of them
already, and a person wants to know what is installed in their name.
The approach: ask dpkg which are missing, name those, install exactly those, without questions.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import python_environment
from commands import SetupError, as_root, run, with_environment

NEEDED = ("mmdebstrap", "xorriso", "openssh-client", "iproute2", "util-linux", "mount")
BROWSER = ("chromium-headless-shell",)
"""What the tests look at a site's report with; nothing else needs it."""
APT = (
    *with_environment(DEBIAN_FRONTEND="noninteractive"),
    *("apt-get", "--quiet", "--option", "DPkg::Lock::Timeout=300"),
)


def missing(needed: tuple[str, ...] = NEEDED) -> tuple[str, ...]:
    """Return those of the packages that are not installed here, and Python's venv if it is not.

    Raises:
        SetupError: This machine is no Debian.
    """
    if not shutil.which("dpkg-query") or not shutil.which("apt-get"):
        raise SetupError(
            "this machine is no Debian, and set-up installs packages with apt-get only",
            f"on Debian 12 or 13 nothing is to be done by hand; the packages are"
            f" {', '.join(needed)}, and Python's venv",
        )
    return tuple(name for name in (*needed, *_venv_package()) if not _is_installed(name))


def install(packages: tuple[str, ...]) -> None:
    """Install packages, as root or through sudo."""
    print(f"packages: {', '.join(packages)}", flush=True)
    hint = f"as root: apt-get update && apt-get install {' '.join(packages)}"
    for words in (("update",), ("install", "--yes", "--no-install-recommends", *packages)):
        run(*as_root(*APT, *words), hint=hint)


def _venv_package() -> tuple[str, ...]:
    """Return the package with Debian's own venv, where its own Python is used and lacks it."""
    python = python_environment.interpreter()
    if python.parent != Path("/usr/bin") or python_environment.has_venv(python):
        return ()
    return ("python3-venv",)


def _is_installed(package: str) -> bool:
    """Say whether dpkg has a package installed."""
    try:
        status = run("dpkg-query", "--show", "--showformat=${Status}", package)
    except SetupError:
        return False
    return status == "install ok installed"
